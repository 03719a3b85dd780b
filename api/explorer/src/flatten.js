/**
 * Makes tables of a nested answer.
 *
 * One table for each list. What a row has once becomes a column, named by the way to it with dots: ministry.name. A list
 * below a row is a table of its own, whose rows begin with what names the row above. What stands in no list is a table of
 * one row. Lists of texts are one cell. The docs have the rule with an example.
 */
import { Kind, parse, visit } from "graphql";

const LIST = ["nodes", "edges"];
const NAMING = ["id", "name", "title", "code", "number"];

/** Returns tables of an answer: {name, columns, rows, units}, the row above first in each. */
export function tables(data, units = {}) {
  const found = new Map();
  const single = {};
  walk(data, [], single, (path, row) => add(path, row, []), []);
  function add(path, row, above) {
    const name = path.join(".");
    if (!found.has(name)) found.set(name, { name, path, rows: [] });
    const flat = { ...Object.fromEntries(above) };
    found.get(name).rows.push(flat);
    const own = {};
    const below = [];
    walk(row, path, own, (inner, item) => below.push([inner, item]), []);
    Object.assign(flat, own);
    const naming = NAMING.find((key) => own[key] != null && key !== "id") ?? Object.keys(own)[0];
    const up = naming ? [...above, [`↑ ${path.at(-1)}.${naming}`, own[naming]]] : above;
    below.forEach(([inner, item]) => add(inner, item, up));
  }
  const made = [...found.values()];
  if (Object.keys(single).length) made.push({ name: "", path: [], rows: [single] });
  return made.map((table) => finished(table, units));
}

/** Goes through an object: scalars into ``into``, members of lists to ``each``. */
function walk(value, path, into, each, dotted) {
  for (const [key, member] of Object.entries(value ?? {})) {
    const rows = LIST.includes(key) && Array.isArray(member);
    const inner = rows ? [...path, ...dotted] : [...path, ...dotted, key];
    if (rows) member.forEach((item) => item && each(inner, key === "edges" && item.node ? item.node : item));
    else if (Array.isArray(member) && member.some((item) => item && typeof item === "object"))
      member.forEach((item) => each(inner, item));
    else if (Array.isArray(member)) into[[...dotted, key].join(".")] = member.join(", ");
    else if (member && typeof member === "object") walk(member, path, into, each, [...dotted, key]);
    else into[[...dotted, key].join(".")] = member;
  }
}

function finished({ name, path, rows }, units) {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  // What some rows have as an object and others not at all is no column of its own where it is absent.
  const columns = keys.filter((key) => !keys.some((other) => other.startsWith(`${key}.`)));
  const of = (column) => units[[...path, column].join(".")];
  return { name, rows, columns, units: Object.fromEntries(columns.map((column) => [column, of(column)])) };
}

/** Returns the unit that a document asks for, by the way to each amount. */
export function unitsOf(query, variables = {}) {
  const path = [];
  const found = {};
  try {
    visit(parse(query), {
      Field: {
        enter(node) {
          const key = (node.alias ?? node.name).value;
          if (!LIST.includes(key)) path.push(key);
          const unit = node.arguments.find((argument) => argument.name.value === "unit")?.value;
          if (unit) found[path.join(".")] = unit.kind === Kind.VARIABLE ? variables[unit.name.value] : unit.value;
        },
        leave(node) {
          if (!LIST.includes((node.alias ?? node.name).value)) path.pop();
        },
      },
    });
  } catch {
    return {};
  }
  return found;
}
