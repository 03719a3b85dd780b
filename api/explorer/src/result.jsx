import { useContext, useMemo, useState } from "react";
import { ofFile } from "./address";
import { Page } from "./context";
import { tables, unitsOf } from "./flatten";
import { Picture } from "./pictures";
import { Table } from "./table";

const FORMATS = (document.documentElement.dataset.files ?? "").split(" ");
// The others hold one table: each table offers itself as CSV.
const WHOLE = ["xlsx", "jsonld"].filter((format) => FORMATS.includes(format));

/** An answer: as a picture where one says more, as tables, and as it came. */
export function Result({ answer, query, variables, picture }) {
  const { say } = useContext(Page);
  const [json, setJson] = useState(false);
  const found = useMemo(() => (answer?.data ? tables(answer.data, unitsOf(query, variables)) : []), [answer, query, variables]);
  if (!answer) return <p className="quiet" role="status">{say("loading")}…</p>;
  return (
    <section aria-labelledby="answer" className="answer">
      <h2 id="answer">{say("answer")}</h2>
      <p className="quiet" role="status">{told(answer, say)}</p>
      <Failures errors={answer.errors} />
      <div className="actions">
        <button type="button" aria-pressed={!json} onClick={() => setJson(false)}>{picture ? `${say("picture")} · ${say("table")}` : say("table")}</button>
        <button type="button" aria-pressed={json} onClick={() => setJson(true)}>{say("json")}</button>
        {answer.data && <Files query={query} variables={variables} />}
      </div>
      {json ? (
        <pre tabIndex={0} role="region" aria-label="JSON">{JSON.stringify({ data: answer.data, errors: answer.errors, extensions: answer.extensions }, null, 2)}</pre>
      ) : (
        <>
          {picture && answer.data && <Picture kind={picture} data={answer.data} />}
          {found.map((table) => <Table key={table.name} table={table} file={table.name && FORMATS.includes("csv") && ofFile("csv", query, variables, table.name)} />)}
        </>
      )}
    </section>
  );
}

/** Says of which release an answer is, and what it took. */
function told(answer, say) {
  const { release } = answer.extensions ?? {};
  return [
    release != null && `${say("newest")} ${release}`,
    answer.milliseconds != null && `${answer.milliseconds} ms`,
  ].filter(Boolean).join(" · ");
}

function Failures({ errors }) {
  const { say } = useContext(Page);
  return errors?.length ? (
    <div className="failed" role="alert">
      <strong>{say("failed")}</strong>
      <ul>{errors.map((error, index) => <li key={index}>{error.message} {error.extensions?.code && <code>{error.extensions.code}</code>}</li>)}</ul>
    </div>
  ) : null;
}

function Files({ query, variables }) {
  const { say } = useContext(Page);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };
  return (
    <>
      {WHOLE.map((format) => (
        <a key={format} className="button" href={ofFile(format, query, variables)} download>{`${format.toUpperCase()} ${say("download")}`}</a>
      ))}
      {navigator.clipboard && <button type="button" onClick={copy}>{copied ? say("copied") : say("copy")}</button>}
    </>
  );
}
