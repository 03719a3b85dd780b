import { useContext, useEffect, useRef, useState } from "react";
import { Page } from "./context";
import { claimed } from "./server";
import { worded } from "./table";

/** What documents say of one thing: claim, passage, document. */
export function Claims({ id, close }) {
  const { say, language, codes } = useContext(Page);
  const [claims, setClaims] = useState(null);
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    claimed(id).then(setClaims);
  }, [id]);
  return (
    <dialog ref={dialog} aria-labelledby="source-title" onClose={close}>
      <h2 id="source-title">{say("source")}</h2>
      <p className="quiet"><code>{id}</code></p>
      {claims === null && <p role="status">{say("loading")}…</p>}
      {claims?.length === 0 && <p>{say("noSource")}</p>}
      <ul className="claims">
        {claims?.map((claim) => (
          <li key={claim.id}>
            <strong>{claim.passage.document.title}</strong> {claim.passage.locator}
            <div className="quiet">
              {[claim.passage.document.publishedOn, worded(claim.passage.document.standing, false, codes, language), claim.passage.document.locator].filter(Boolean).join(" · ")}
            </div>
            {claim.attribute && <div><code>{claim.attribute}</code></div>}
            {claim.asPrinted && <div>“{claim.asPrinted}”{claim.value && claim.value !== claim.asPrinted && ` → ${claim.value}`}</div>}
            <div className="quiet">{say("certainty")}: {worded(claim.certainty, false, codes, language)}{claim.note && ` · ${claim.note}`}</div>
          </li>
        ))}
      </ul>
      <button type="button" autoFocus onClick={() => dialog.current.close()}>{say("close")}</button>
    </dialog>
  );
}
