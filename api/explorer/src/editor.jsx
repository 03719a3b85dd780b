import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { useOperationsEditorState, useVariablesEditorState } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { parse } from "graphql";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import "graphiql/setup-workers/vite";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import { ofQuery, parsed } from "./address";
import { Page } from "./context";
import { foretold, told, useEstimate } from "./estimate";
import { LABELS, PLAIN } from "./labels";
import { mending } from "./mending";
import { Result } from "./result";
import { send } from "./server";
import { translating } from "./translating";

const FIRST = "{\n  technologyFields(where: {scheme: {code: {eq: \"NEXT-2026\"}}}) {\n    nodes { id name technologies { totalCount } }\n  }\n}\n";
const Answered = createContext(null);

/** The last answer of the editor as tables, beside it. */
const TABLES = {
  title: "Tables",
  icon: () => (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
      <path d="M3 5h18v14H3zM3 10h18M3 14.5h18M9 5v14" />
    </svg>
  ),
  content: function Tables() {
    const { say } = useContext(Page);
    const last = useContext(Answered);
    return last ? <Result {...last} /> : <p>{say("runFirst")}</p>;
  },
};
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), TABLES];

/** What the query that is being written would cost, and what the last one took. */
function Costs() {
  const { language, say, viewer } = useContext(Page);
  const last = useContext(Answered);
  const [query] = useOperationsEditorState();
  const [variables] = useVariablesEditorState();
  const estimate = useEstimate(isDocument(query) ? query : "", parsed(variables), viewer);
  return (
    <div className="costs">
      <p aria-live="polite">{foretold(estimate, say, language)}</p>
      <p role="status">{last && told(last.answer, last.variables, say, language)}</p>
    </div>
  );
}

function isDocument(query) {
  try {
    return Boolean(parse(query));
  } catch {
    return false;
  }
}

/** GraphiQL, over this server; the address of the page follows the query. */
export default function Editor({ query, variables }) {
  const { language, viewer } = useContext(Page);
  const holder = useRef(null);
  const [last, setLast] = useState(null);
  const fetcher = useCallback(async ({ query, variables, operationName }) => {
    const { took, ...body } = await send(query, variables, operationName);
    if (operationName !== "IntrospectionQuery") {
      history.replaceState(null, "", ofQuery(query, variables));
      setLast({ answer: { ...body, took }, query, variables });
    }
    return body;
  }, [viewer]);
  useEffect(() => mending(holder.current), []);
  // Dialogs and hints stand outside the holder.
  useEffect(() => translating(document.body, language === "ko" ? LABELS : PLAIN), [language]);
  const initial = useMemo(() => JSON.stringify(variables ?? {}, null, 2), [variables]);
  return (
    <Answered value={last}>
      <div className="editor" ref={holder}>
        {/* Headers that are typed would be kept in the browser, with the history of queries: a key has a place of its own. */}
        <GraphiQL
          fetcher={fetcher}
          plugins={PLUGINS}
          defaultQuery={FIRST}
          initialQuery={query ?? undefined}
          initialVariables={query ? initial : undefined}
          isHeadersEditorEnabled={false}
          showPersistHeadersSettings={false}
        >
          <GraphiQL.Footer><Costs /></GraphiQL.Footer>
        </GraphiQL>
      </div>
    </Answered>
  );
}
