/** The key that one asks with. It is kept for this tab until it is closed, and is sent in a header: no address has it. */
const KEPT = "nextgraph:key";

/** Returns the key, or an empty text. */
export function keptKey() {
  return sessionStorage.getItem(KEPT) ?? "";
}

/** Keeps a key, or none. */
export function keepKey(key) {
  if (key) sessionStorage.setItem(KEPT, key);
  else sessionStorage.removeItem(KEPT);
}

/** Returns the header that says who asks. */
export function credentials(key = keptKey()) {
  return key ? { Authorization: `Bearer ${key}` } : {};
}
