// PostGraphile as it is run in production: one process, no explorer, a pool as large as the other contenders'.
// PostgreSQL is named by the environment (PGHOST, PGDATABASE, …); the first line of the output is the port.
import { createServer } from "node:http";
import { PgAggregatesPreset } from "@graphile/pg-aggregates";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const pool = new pg.Pool({ max: Number(process.env.POOL_SIZE) });

const service = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset, PgAggregatesPreset],
  pgServices: [makePgService({ pool, schemas: ["public"] })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
  // Without it, rows could be sorted and grouped only by columns that have an index.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
}).createServ(grafserv);

const server = createServer();
await service.addTo(server);
await service.ready?.();
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
