/** Asks the server that the page came from. */
const ESTIMATE = "query ($query: String!, $variables: JSON) { estimate(query: $query, variables: $variables) { points rows bytes } }";
const CLAIMS = `query ($id: ID!) {
  claims(where: {subjectId: {eq: $id}}, first: 50) {
    nodes { id attribute asPrinted value certainty note passage { locator document { title publishedOn standing locator } } }
  }
}`;
const RELEASES = "{ releases(last: 50) { nodes { number title publishedAt } } }";
const ENUMS = [
  "Bound", "BodyKind", "Certainty", "ChangeKind", "Check", "ClaimReason", "DocumentKind", "MilestoneStatus", "NameKind",
  "Stage", "Standing", "TechnologyStatus",
];
const ENUM_VALUES = `{ ${ENUMS.map((name) => `${name}: __type(name: "${name}") { enumValues { name description } }`).join(" ")} }`;

/** Sends an operation; what went wrong on the way is told like an error of the server. */
export async function send(query, variables, headers = {}, operationName = undefined) {
  const began = performance.now();
  const parameters = { query, variables, operationName };
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json" },
      body: JSON.stringify(parameters),
    });
    return { ...(await response.json()), milliseconds: Math.round(performance.now() - began) };
  } catch (error) {
    return { errors: [{ message: error.message }] };
  }
}

/** Returns what a query would cost and bring, or null where the server does not tell. */
export async function estimated(query, variables) {
  return (await send(ESTIMATE, { query, variables })).data?.estimate ?? null;
}

/** Returns what documents say of the thing with an identifier. */
export async function claimed(id) {
  return (await send(CLAIMS, { id })).data?.claims.nodes ?? [];
}

/** Returns the releases, the newest first. */
export async function released() {
  return (await send(RELEASES)).data?.releases.nodes.reverse() ?? [];
}

/** Returns the Korean and English names of codes, such as ANNOUNCED; none where the contract is not shown. */
export async function named() {
  const { data } = await send(ENUM_VALUES);
  const found = Object.values(data ?? {}).flatMap((type) => type?.enumValues ?? []);
  return Object.fromEntries(found.map(({ name, description }) => [name, (description ?? name).split(" | ")]));
}
