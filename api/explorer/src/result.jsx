import { useContext, useMemo, useState } from "react";
import { ofFile } from "./address";
import { Page } from "./context";
import { Download, OF_A_TABLE, WHOLE } from "./download";
import { told } from "./estimate";
import { tables, unitsOf } from "./flatten";
import { Picture } from "./pictures";
import { Table } from "./table";

/** An answer: as a picture where one says more, as tables, and as it came. */
export function Result({ answer, query, variables, picture }) {
  const { language, say } = useContext(Page);
  const [json, setJson] = useState(false);
  const found = useMemo(() => (answer?.data ? tables(answer.data, unitsOf(query, variables)) : []), [answer, query, variables]);
  if (!answer) return <p className="quiet" role="status">{say("loading")}…</p>;
  const files = (table) => OF_A_TABLE.map((format) => ({ format, address: ofFile(format, query, variables, table.name || "answer") }));
  return (
    <section aria-labelledby="answer" className="answer">
      <h2 id="answer">{say("answer")}</h2>
      <p className="quiet" role="status">{told(answer, variables, say, language)}</p>
      <Failures errors={answer.errors} />
      <div className="actions">
        <button type="button" aria-pressed={!json} onClick={() => setJson(false)}>{picture ? `${say("picture")} · ${say("table")}` : say("table")}</button>
        <button type="button" aria-pressed={json} onClick={() => setJson(true)}>{say("json")}</button>
        {answer.data && WHOLE.map((format) => <Download key={format} format={format} address={ofFile(format, query, variables)} className="button" />)}
        {answer.data && <Copy />}
      </div>
      {json ? (
        <pre tabIndex={0} role="region" aria-label="JSON">{JSON.stringify({ data: answer.data, errors: answer.errors, extensions: answer.extensions }, null, 2)}</pre>
      ) : (
        <>
          {picture && answer.data && <Picture kind={picture} data={answer.data} />}
          {found.map((table) => <Table key={table.name} table={table} moment={variables} files={files(table)} />)}
        </>
      )}
    </section>
  );
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

/** Copies the address, which says what the page shows; without a secure connection browsers do not let it. */
function Copy() {
  const { say } = useContext(Page);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };
  return navigator.clipboard ? <button type="button" onClick={copy}>{copied ? say("copied") : say("copy")}</button> : null;
}
