/** The ready-made questions: files in questions/, which the tests of the server run too. */
import heads from "../questions/heads.json";
import groups from "../questions/index.json";

const DOCUMENTS = import.meta.glob("../questions/*.graphql", { query: "?raw", import: "default", eager: true });

export const GROUPS = groups.map((group) => ({
  ...group,
  questions: group.questions.map((each) => ({ ...each, query: DOCUMENTS[`../questions/${each.id}.graphql`] })),
}));

/** Returns the question with an identifier, if there is one. */
export function questionOf(id) {
  return GROUPS.flatMap((group) => group.questions).find((each) => each.id === id);
}

/** Returns which of the two moments a document takes. */
export function momentsOf(query) {
  return ["asOf", "atRelease"].filter((name) => query.includes(`$${name}:`));
}

/** Returns the head of a column in a language: the parts of the way to it, in words. */
export function headOf(column, language) {
  if (language !== "ko") return column;
  const parts = column.split(/[.\s]/).filter((part) => part !== "key");
  // "부처 명칭" says no more than "부처".
  const said = parts.length > 1 && parts.at(-1) === "name" ? parts.slice(0, -1) : parts;
  return said.map((part) => heads[part] ?? part).join(" ");
}
