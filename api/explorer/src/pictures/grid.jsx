import { grouped } from "../table";
import { Drawing } from "./drawing";

const HEAD = 74;
const CELL = { width: 78, height: 27 };

/** Rows and columns, each cell the darker the more it holds; a cell without a value is empty, not zero. */
export function Grid({ title, rows, columns, cells }) {
  const most = Math.max(...cells.map(({ value }) => Number(value)), 0) || 1;
  const label = Math.max(...rows.map((row) => row.length)) * 14 + 14;
  const width = label + columns.length * CELL.width + 4;
  return (
    <Drawing title={title} width={width} height={HEAD + rows.length * CELL.height + 4}>
      {columns.map((column, index) => (
        <Head key={column.key} x={label + (index + 0.5) * CELL.width} words={column.words} />
      ))}
      {rows.map((row, index) => (
        <text key={row} x={label - 10} y={HEAD + index * CELL.height + 18} textAnchor="end">{row}</text>
      ))}
      {cells.map(({ row, column, value }) => {
        const x = label + columns.findIndex(({ key }) => key === column) * CELL.width;
        const y = HEAD + rows.indexOf(row) * CELL.height;
        const share = Number(value) / most;
        return (
          <g key={`${row} ${column}`}>
            <title>{`${row} · ${column}: ${grouped(value)}`}</title>
            <rect className="cell" x={x + 1} y={y + 1} width={CELL.width - 2} height={CELL.height - 2} rx="3" fillOpacity={0.07 + 0.35 * share} />
            <text x={x + CELL.width / 2} y={y + 18} textAnchor="middle">{grouped(value)}</text>
          </g>
        );
      })}
    </Drawing>
  );
}

/** The head of a column, on as many lines as it has words. */
function Head({ x, words }) {
  return (
    <text textAnchor="middle" className="small">
      {words.map((word, index) => (
        <tspan key={word} x={x} y={HEAD - 10 - (words.length - 1 - index) * 16}>{word}</tspan>
      ))}
    </text>
  );
}

/** Returns a name in lines that a column is wide enough for: after a mark between words, else in the middle. */
export function split(name) {
  if (name.length <= 6) return [name];
  const mark = name.search(/[·/]/) + 1;
  const at = mark > 0 && mark < name.length ? mark : Math.ceil(name.length / 2);
  return [name.slice(0, at), name.slice(at)];
}
