import { useContext } from "react";
import { Page } from "./context";
import { Link } from "./link";
import mark from "./mark.svg";
import { Viewer } from "./viewer";
import { LANGUAGES } from "./words";

/** The bar at the top: where one is, where one can go, and the other language. */
export function Bar({ editor, toEditor, setLanguage }) {
  const { language, say } = useContext(Page);
  const other = Object.keys(LANGUAGES).find((each) => each !== language);
  return (
    <header className="bar">
      <Link to="/" className="brand">
        <img src={mark} alt="" width="22" height="22" />
        NEXT Graph
      </Link>
      <nav aria-label="NEXT Graph">
        <Link to="/" current={!editor}>{say("ask")}</Link>
        <Link to={toEditor} current={editor}>{say("editor")}</Link>
        <a href="/about">{say("about")}</a>
      </nav>
      <Viewer />
      <button type="button" className="plain" lang={other} onClick={() => setLanguage(other)}>
        {LANGUAGES[other]}
      </button>
    </header>
  );
}
