import { useContext, useMemo, useRef, useState } from "react";
import { Page } from "./context";
import { Claims } from "./claims";
import { Download } from "./download";
import { headOf } from "./questions";

const UNITS = { WON: ["원", "won"], THOUSAND: ["천 원", "thousand won"], MILLION: ["백만 원", "million won"], EOK: ["억 원", "100 million won"], JO: ["조 원", "trillion won"] };
const NUMBER = /^-?\d+(\.\d+)?$/;
const CODE = /^[A-Z][A-Za-z_]+$/;
/** Columns that say of which thing something is said. */
const NAMED = ["nodeId", "subjectId"];
const NAMING = ["name", "title", "term", "shortName", "asPrinted", "code"];

/** One list of an answer: sortable, with units, and with the sources of each row one click away. */
export function Table({ table, moment, files }) {
  const { language, say, codes } = useContext(Page);
  const [order, setOrder] = useState(null);
  const [source, setSource] = useState(null);
  const opener = useRef(null);
  const rows = useMemo(() => sorted(table.rows, order, language), [table, order, language]);
  const shown = table.columns.filter((column) => !isId(column));
  const hasId = table.columns.some((column) => isId(column) || NAMED.includes(column));
  const numeric = Object.fromEntries(shown.map((column) => [column, table.rows.every((row) => row[column] == null || NUMBER.test(row[column])) && table.rows.some((row) => row[column] != null)]));
  const name = table.name ? headOf(table.name, language) : say("values");
  const turn = (column) => setOrder((before) => ({ column, down: before?.column === column ? !before.down : false }));
  return (
    <div className="table" role="region" aria-label={name} tabIndex={0}>
      <table>
        <caption>
          {name} <span className="quiet">{rows.length.toLocaleString()} {say("rows")}</span>
          {files.map(({ format, address }) => <Download key={format} format={format} address={address} of={name} />)}
        </caption>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column} scope="col" className={numeric[column] ? "number" : undefined} aria-sort={order?.column === column ? (order.down ? "descending" : "ascending") : "none"}>
                <button type="button" onClick={() => turn(column)}>
                  {headOf(column, language)}
                  {table.units[column] && <small> ({UNITS[table.units[column]]?.[language === "ko" ? 0 : 1] ?? table.units[column]})</small>}
                  <span aria-hidden="true" className="sort">{order?.column === column ? (order.down ? "▼" : "▲") : ""}</span>
                </button>
              </th>
            ))}
            {hasId && <th scope="col">{say("source")}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {shown.map((column) => <td key={column} className={numeric[column] ? "number" : undefined}>{worded(row[column], numeric[column] && table.units[column], codes, language)}</td>)}
              {hasId && (
                <td>
                  <button type="button" className="plain" aria-label={`${say("source")}: ${subjectsOf(row)[0]?.id}`} onClick={(event) => { opener.current = event.currentTarget; setSource(row); }}>
                    {say("source")}
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p>{say("empty")}</p>}
      {source && <Claims subjects={subjectsOf(source).map(({ id, way, label }) => ({ id, label: [way ? headOf(way, language) : name, label].filter(Boolean).join(": ") }))} moment={moment} close={() => { setSource(null); opener.current?.focus(); }} />}
    </div>
  );
}

function isId(column) {
  return column === "id" || column.endsWith(".id");
}

/** Returns what a row is about: the thing itself first, then the things that it names; {id, way, label}. */
function subjectsOf(row) {
  const named = NAMED.find((column) => row[column] != null);
  const own = named ? [named] : ["id"];
  const ways = [...own, ...Object.keys(row).filter((column) => column.endsWith(".id"))];
  const found = ways.filter((column) => row[column] != null).map((column) => {
    const way = column.split(".").slice(0, -1).join(".");
    const label = NAMING.map((key) => row[way ? `${way}.${key}` : key]).find((value) => value != null);
    return { id: row[column], way, label: named === column ? undefined : label };
  });
  return found.filter((each, index) => found.findIndex(({ id }) => id === each.id) === index);
}

/** Returns a value as people read it: thousands apart where it is an amount, a code by its name. */
export function worded(value, amount, codes = {}, language = "ko") {
  if (value == null || value === "") return <span className="quiet" aria-label="null">–</span>;
  if (amount && NUMBER.test(value)) return grouped(value);
  if (typeof value === "boolean") return value ? "✓" : "✗";
  if (typeof value === "string" && CODE.test(value) && codes[value]) return codes[value][language === "ko" ? 0 : 1] ?? value;
  return String(value);
}

/** Puts commas into a decimal number without ever making a float of it. */
export function grouped(value) {
  const [whole, part] = String(value).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}

function sorted(rows, order, language) {
  if (!order) return rows;
  const { column, down } = order;
  const compare = new Intl.Collator(language, { numeric: true }).compare;
  const of = (row) => row[column];
  const by = (left, right) => (NUMBER.test(left) && NUMBER.test(right) ? Number(left) - Number(right) : compare(String(left), String(right)));
  // Absent values stand last either way, as in the answers of the server.
  return [...rows].sort((left, right) => {
    if (of(left) == null || of(right) == null) return (of(left) == null) - (of(right) == null);
    return down ? by(of(right), of(left)) : by(of(left), of(right));
  });
}
