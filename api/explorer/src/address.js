/** The address of the page says what it shows, so that it can be kept, sent and loaded again. */

/** Returns what an address asks for: a ready-made question, or a query of one's own for the editor. */
export function read(search = location.search) {
  const given = new URLSearchParams(search);
  return {
    question: given.get("question"),
    query: given.get("query"),
    variables: parsed(given.get("variables")),
    editor: given.has("query") || given.has("editor"),
  };
}

/** Returns the address of a question with its variables. */
export function ofQuestion(id, variables) {
  return `/?${new URLSearchParams({ question: id, ...(variables && { variables: JSON.stringify(variables) }) })}`;
}

/** Returns the address of a query in the editor. */
export function ofQuery(query, variables) {
  return `/?${new URLSearchParams({ query, ...(hasAny(variables) && { variables: JSON.stringify(variables) }) })}`;
}

/** Returns the address of a file with the answer, or with one table of it. */
export function ofFile(format, query, variables, table) {
  const parameters = { query, ...(hasAny(variables) && { variables: JSON.stringify(variables) }), ...(table && { table }) };
  return `/files/${format}?${new URLSearchParams(parameters)}`;
}

/** Reads variables; what is no JSON object counts as none. */
export function parsed(text) {
  try {
    const found = JSON.parse(text || "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

function hasAny(variables) {
  return variables && Object.keys(variables).length > 0;
}
