import { useContext } from "react";
import { Page } from "./context";

/** A link within the page: it loads nothing, but can be opened in a tab of its own like any other. */
export function Link({ to, current, children, ...rest }) {
  const { go } = useContext(Page);
  const follow = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} aria-current={current ? "page" : undefined} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
