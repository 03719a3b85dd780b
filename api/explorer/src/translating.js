/** Puts labels of one's own in the places of those that stand in a page, and keeps to it while the page changes. */
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
const PLACES = ".graphiql-container, .graphiql-dialog, .graphiql-tooltip, .graphiql-dropdown-content";
/** What stands here are names and texts of the contract, of queries and of answers, whatever they are called. */
const DATA = [
  ".monaco-editor", ".answer", ".graphiql-doc-explorer-type-name", ".graphiql-doc-explorer-field-name",
  ".graphiql-doc-explorer-argument-name", ".graphiql-doc-explorer-root-type", ".graphiql-doc-explorer-title",
  ".graphiql-doc-explorer-search-type", ".graphiql-doc-explorer-search-field", ".graphiql-explorer-field-view",
].join();
/** Here the text is what a query is called, and the attributes are labels. */
const CALLED = ".graphiql-history-item-label";
/** But these are labels. */
const NO_DATA = ".suggest-widget > .message, .graphiql-doc-explorer-header:not(:has(.graphiql-doc-explorer-back)) .graphiql-doc-explorer-title";

/** Says everything below ``root`` by ``labels`` from now on. Returns what ends it and puts back what was there. */
export function translating(root, labels) {
  const say = sayer(labels);
  const before = new Map();
  const put = (node, name, now, set) => {
    const said = say(now);
    if (said == null || said === now) return;
    if (!before.has(node)) before.set(node, {});
    before.get(node)[name] = { was: now, said };
    set(said);
  };
  const text = (node) => isLabel(node.parentElement) && !node.parentElement.closest(CALLED) && put(node, "data", node.data, (said) => (node.data = said));
  const attribute = (element, name) =>
    element.hasAttribute(name) && isLabel(element) && put(element, name, element.getAttribute(name), (said) => element.setAttribute(name, said));
  const tree = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return text(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    ATTRIBUTES.forEach((name) => attribute(node, name));
    node.childNodes.forEach(tree);
  };
  const watcher = new MutationObserver((changes) => {
    for (const { type, target, attributeName, addedNodes } of changes) {
      if (type === "characterData") text(target);
      else if (type === "attributes") attribute(target, attributeName);
      else addedNodes.forEach(tree);
    }
    for (const node of before.keys()) if (!node.isConnected) before.delete(node);
  });
  watcher.observe(root, { subtree: true, childList: true, characterData: true, attributeFilter: ATTRIBUTES });
  tree(root);
  return () => {
    watcher.disconnect();
    for (const [node, names] of before)
      for (const [name, { was, said }] of Object.entries(names)) {
        if (name === "data") node.data === said && (node.data = was);
        else if (node.getAttribute(name) === said) node.setAttribute(name, was);
      }
  };
}

function isLabel(element) {
  return element != null && element.closest(PLACES) && (element.closest(NO_DATA) || !element.closest(DATA));
}

/** Returns what says a text by labels, also where a part of it is free, or nothing where there is no label for it. */
function sayer(labels) {
  const open = Object.keys(labels).filter((key) => key.includes("*")).map((key) => [...key.split("*"), labels[key]]);
  return function say(text) {
    const plain = text.trim();
    if (Object.hasOwn(labels, plain)) return text.replace(plain, () => labels[plain]);
    const found = open.find(([start, end]) => plain.length > start.length + end.length && plain.startsWith(start) && plain.endsWith(end));
    if (!found) return null;
    const [start, end, label] = found;
    const inner = plain.slice(start.length, plain.length - end.length);
    return label.replace("*", () => say(inner) ?? inner);
  };
}
