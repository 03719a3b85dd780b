/** Asks the server that the page came from, with the key that is kept, if there is one. */
import { credentials } from "./key";

const ESTIMATE = "query ($query: String!, $variables: JSON) { estimate(query: $query, variables: $variables) { points rows bytes } }";
const CLAIMS = `query ($ids: [ID!]!, $asOf: Date, $atRelease: Int) {
  claims(where: {subjectId: {in: $ids}}, first: 200, asOf: $asOf, atRelease: $atRelease) {
    totalCount
    nodes { id subjectId attribute asPrinted value certainty note passage { locator document { title publishedOn standing locator } } }
  }
}`;
const VIEWER = "{ viewer { name organization { name } scopes quotaLeft persistedOnly } }";
const RELEASES = "{ releases(last: 50) { nodes { number title publishedAt } } }";
const ENUMS = [
  "Bound", "BodyKind", "Certainty", "ChangeKind", "Check", "ClaimReason", "DocumentKind", "FactType", "MilestoneStatus", "NameKind",
  "Scope", "Stage", "Standing", "TechnologyStatus",
];
const ENUM_VALUES = `{ ${ENUMS.map((name) => `${name}: __type(name: "${name}") { enumValues { name description } }`).join(" ")} }`;

/**
 * Sends an operation. Besides the answer there is what it took: points, bytes, milliseconds. What went wrong on the way
 * is told like an error of the server.
 */
export async function send(query, variables, operationName = undefined, who = credentials()) {
  const began = performance.now();
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { ...who, "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json" },
      body: JSON.stringify({ query, variables, operationName }),
    });
    const text = await response.text();
    const took = {
      points: Number(response.headers.get("Nextgraph-Cost") ?? NaN),
      bytes: new TextEncoder().encode(text).length,
      milliseconds: Math.round(performance.now() - began),
    };
    return { ...JSON.parse(text), took };
  } catch (error) {
    return { errors: [{ message: error.message }] };
  }
}

/** Returns who asks with a key, or with none: {viewer, errors}. */
export async function asked(key) {
  const { data, errors } = await send(VIEWER, {}, undefined, credentials(key));
  return { viewer: data?.viewer ?? null, errors: errors ?? [] };
}

/** Returns what a query would cost and bring, or null where the server does not tell. */
export async function estimated(query, variables) {
  return (await send(ESTIMATE, { query, variables })).data?.estimate ?? null;
}

/** Returns what documents say of the things with these identifiers at a moment: {totalCount, nodes}. */
export async function claimed(ids, { asOf, atRelease } = {}) {
  return (await send(CLAIMS, { ids, asOf, atRelease })).data?.claims ?? { totalCount: 0, nodes: [] };
}

/** Returns the releases, the newest first. */
export async function released() {
  return (await send(RELEASES)).data?.releases.nodes.reverse() ?? [];
}

/** Returns the Korean and English names of codes, such as ANNOUNCED; none where the contract is not shown. */
export async function named() {
  const { data } = await send(ENUM_VALUES);
  const found = Object.values(data ?? {}).flatMap((type) => type?.enumValues ?? []);
  // A type is called by its name in English, where a description of it is a sentence.
  return Object.fromEntries(found.map(({ name, description }) => {
    const [korean, english] = (description ?? name).split(" | ");
    return [name, [korean, /[a-z]/.test(name) ? name : english]];
  }));
}
