import { useContext, useEffect, useRef, useState } from "react";
import { Page } from "./context";
import { headOf } from "./questions";
import { claimed } from "./server";
import { worded } from "./table";

/** What documents say of a row and of what it names: {id, label} each; claim, passage, document. */
export function Claims({ subjects, moment, close }) {
  const { say } = useContext(Page);
  const [claims, setClaims] = useState(null);
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    claimed(subjects.map(({ id }) => id), moment).then(setClaims);
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="source-title" onClose={close}>
      <h2 id="source-title">{say("source")}</h2>
      {claims === null && <p role="status">{say("loading")}…</p>}
      {claims && subjects.map(({ id, label }) => (
        <section key={id}>
          <h3>{label} <code className="quiet">{id}</code></h3>
          <Said claims={claims.nodes.filter(({ subjectId }) => subjectId === id)} />
        </section>
      ))}
      {claims && claims.totalCount > claims.nodes.length && <p>{`${claims.nodes.length} / ${claims.totalCount}`}</p>}
      <button type="button" autoFocus onClick={() => dialog.current.close()}>{say("close")}</button>
    </dialog>
  );
}

function Said({ claims }) {
  const { say, language, codes } = useContext(Page);
  if (claims.length === 0) return <p>{say("noSource")}</p>;
  return (
    <ul className="claims">
      {claims.map(({ id, attribute, asPrinted, value, certainty, note, passage: { document, locator } }) => (
        <li key={id}>
          {attribute && <b>{headOf(camel(attribute), language)} </b>}
          {asPrinted && <>“{asPrinted}”{value && value !== asPrinted && ` → ${value}`}</>}
          <div>{document.title} {locator}</div>
          <div className="quiet">
            {[document.publishedOn, worded(document.standing, false, codes, language), document.locator, `${say("certainty")}: ${worded(certainty, false, codes, language)}`, note].filter(Boolean).join(" · ")}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Claims name attributes as the tables do, and the heads of columns are named as in the contract. */
function camel(name) {
  return name.replace(/_id$/, "").replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}
