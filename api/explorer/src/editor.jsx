import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";

const PLUGINS = [HISTORY_PLUGIN, explorerPlugin()];
export default function Editor({ query }) {
  return <GraphiQL fetcher={async (p) => (await fetch("/graphql", {method: "POST", headers: {"Content-Type": "application/json", Accept: "application/json"}, body: JSON.stringify(p)})).json()} initialQuery={query} plugins={PLUGINS} />;
}
