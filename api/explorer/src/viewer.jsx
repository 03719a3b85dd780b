import { useContext, useRef, useState } from "react";
import { Page } from "./context";
import { asked } from "./server";
import { worded } from "./table";

/** Who asks: anyone, or the holder of a key, which is entered here once and forgotten with the tab. */
export function Viewer() {
  const { say, viewer, askAs } = useContext(Page);
  const dialog = useRef(null);
  return (
    <>
      <button type="button" className="plain" onClick={() => dialog.current.showModal()}>
        {viewer ? `${say("key")}: ${viewer.refused ? say("refused") : (viewer.name ?? "–")}` : say("key")}
      </button>
      <dialog ref={dialog} aria-labelledby="key-title">
        <h2 id="key-title">{say("key")}</h2>
        <p>{say("aboutKey")}</p>
        {viewer ? <Granted viewer={viewer} forget={() => askAs("", null)} /> : <Entry enter={askAs} />}
        <form method="dialog"><button type="submit">{say("close")}</button></form>
      </dialog>
    </>
  );
}

function Entry({ enter }) {
  const { say } = useContext(Page);
  const [errors, setErrors] = useState([]);
  const field = useRef(null);
  const submit = async (event) => {
    event.preventDefault();
    const key = field.current.value.trim();
    const { viewer, errors } = await asked(key);
    setErrors(errors);
    if (viewer) enter(key, viewer);
  };
  return (
    <form className="entry" onSubmit={submit}>
      <label>
        {say("keyOrToken")}
        <input ref={field} type="password" required autoComplete="off" spellCheck={false} autoFocus />
      </label>
      <button type="submit">{say("useKey")}</button>
      {errors.length > 0 && <p className="wrong" role="alert">{errors.map((each) => each.message).join(" ")}</p>}
    </form>
  );
}

function Granted({ viewer, forget }) {
  const { language, say, codes } = useContext(Page);
  const scopes = viewer.scopes.map((scope) => worded(scope, false, codes, language)).join(", ");
  return (
    <>
      {viewer.refused && <p className="wrong" role="alert">{viewer.refused}</p>}
      <dl>
        <dt>{say("name")}</dt><dd>{viewer.name ?? "–"}</dd>
        <dt>{say("organization")}</dt><dd>{viewer.organization?.name ?? "–"}</dd>
        <dt>{say("scopes")}</dt><dd>{scopes || "–"}</dd>
        <dt>{say("left")}</dt><dd>{viewer.quotaLeft?.toLocaleString() ?? "–"}</dd>
      </dl>
      {viewer.persistedOnly && <p>{say("persistedOnly")}</p>}
      <p><button type="button" onClick={forget}>{say("forget")}</button></p>
    </>
  );
}
