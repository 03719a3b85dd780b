/** Mends what GraphiQL leaves in the way of screen readers, while it changes. Returns what ends it. */
export function mending(holder) {
  const each = (selector, mend) => holder.querySelectorAll(selector).forEach(mend);
  const mend = () => {
    // Its tabs have buttons inside, which are not reached in a tab: they become a plain list of buttons.
    each("[role=tablist]", (list) => list.removeAttribute("role"));
    each(".graphiql-tab[role], .graphiql-tab[aria-selected]", (tab) => {
      tab.querySelector("button")?.setAttribute("aria-current", tab.getAttribute("aria-selected") ?? "false");
      tab.removeAttribute("role");
      tab.removeAttribute("aria-selected");
    });
    // A query in the history is called by what it says, not all of them alike.
    each(".graphiql-history-item-label[aria-label]", (item) => item.removeAttribute("aria-label"));
    each(".docExplorerWrap select:not([aria-label])", (list) => list.setAttribute("aria-label", "Kind of operation"));
    each(".docExplorerWrap input:not([aria-label])", (field) => {
      field.setAttribute("aria-label", field.closest("[data-arg-name]")?.dataset.argName ?? (field.placeholder || "Value"));
    });
  };
  const watcher = new MutationObserver(mend);
  watcher.observe(holder, { subtree: true, childList: true, attributeFilter: ["role", "aria-selected", "aria-label"] });
  mend();
  return () => watcher.disconnect();
}
