import { useContext } from "react";
import { Page } from "../context";
import { headOf } from "../questions";
import { Drawing } from "./drawing";

const ROW = 30;
const COLUMNS = [10, 220, 400];

/** What is linked to one thing: the thing, then the kinds of its links, then what they lead to. */
export function Links({ data }) {
  return data.technologies.nodes.map((each) => <LinksOf key={each.id} centre={each} />);
}

function LinksOf({ centre }) {
  const { language } = useContext(Page);
  const groups = linked(centre);
  const lines = groups.flatMap(({ kind, names }) => names.map((name) => ({ kind, name })));
  const height = Math.max(lines.length, 1) * ROW + 16;
  const middle = height / 2;
  let first = 0;
  return (
    <Drawing title={language === "ko" ? `「${centre.name}」에 이어진 것` : `What is linked to ${centre.name}`} width={820} height={height}>
      {groups.map(({ kind, names }) => {
        const y = (first + (names.length - 1) / 2) * ROW + 22;
        const start = first;
        first += names.length;
        return (
          <g key={kind}>
            <Curve from={[COLUMNS[0] + 150, middle]} to={[COLUMNS[1], y]} />
            {names.map((name, index) => (
              <g key={`${index} ${name}`}>
                <title>{`${headOf(kind, language)}: ${name}`}</title>
                <Curve from={[COLUMNS[1] + 100, y]} to={[COLUMNS[2], (start + index) * ROW + 22]} />
                <text x={COLUMNS[2] + 8} y={(start + index) * ROW + 27}>{name}</text>
              </g>
            ))}
            <rect className="box" x={COLUMNS[1]} y={y - 12} width="100" height="24" rx="12" />
            <text x={COLUMNS[1] + 50} y={y + 5} textAnchor="middle" className="small">{headOf(kind, language)}</text>
          </g>
        );
      })}
      <rect className="mark" x={COLUMNS[0]} y={middle - 17} width="150" height="34" rx="8" />
      <text x={COLUMNS[0] + 75} y={middle + 5} textAnchor="middle" className="on-mark">{centre.name.length > 12 ? `${centre.name.slice(0, 11)}…` : centre.name}</text>
    </Drawing>
  );
}

function linked({ regime, field }) {
  const names = (list, key) => list?.nodes.map((each) => each[key]) ?? [];
  return [
    { kind: "regime", names: [regime.term] },
    { kind: "statute", names: [regime.statute.shortName] },
    { kind: "ministry", names: regime.statute.ministry ? [regime.statute.ministry.name] : [] },
    { kind: "field", names: field ? [field.name] : [] },
    { kind: "missions", names: names(field?.missions, "title") },
    { kind: "targets", names: names(field?.targets, "title") },
    { kind: "bodies", names: names(field?.bodies, "name") },
  ].filter((group) => group.names.length);
}

function Curve({ from: [x1, y1], to: [x2, y2] }) {
  const bend = (x1 + x2) / 2;
  return <path className="link" d={`M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`} />;
}
