import { Bars } from "./bars";
import { Budget } from "./budget";
import { Links } from "./links";
import { Matrix } from "./matrix";
import { Timeline } from "./timeline";

const KINDS = { bars: Bars, budget: Budget, links: Links, matrix: Matrix, timeline: Timeline };

/** The picture that a question has. */
export function Picture({ kind, data }) {
  const Kind = KINDS[kind];
  return <Kind data={data} />;
}
