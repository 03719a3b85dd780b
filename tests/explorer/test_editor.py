"""The editor: completion, documentation, history, builder, tables, costs, and labels in Korean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.explorer.conftest import EDITOR, needs_build, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.slow, needs_build]

ENGLISH = """() => {
  const names = ".monaco-editor, .answer, code, [class*=graphiql-doc-explorer][class*=-name], "
    + ".graphiql-history-item-label, "
    + ".graphiql-doc-explorer-root-type, [class*=graphiql-doc-explorer-search-], .graphiql-explorer-field-view, "
    + ".graphiql-doc-explorer-header:has(.graphiql-doc-explorer-back) .graphiql-doc-explorer-title";
  const found = new Set();
  const note = (text) => { if (/[A-Za-z]{2,}/.test(text) && !/[가-힣]/.test(text)) found.add(text.trim()); };
  for (const root of document.querySelectorAll(".graphiql-container, .graphiql-dialog, .graphiql-tooltip"))
    for (const each of [root, ...root.querySelectorAll("*")]) {
      if (!each.checkVisibility() || each.closest(".monaco-editor, .answer")) continue;
      ["aria-label", "title", "placeholder"].forEach((name) => note(each.getAttribute(name) ?? ""));
      if (!each.closest(names)) each.childNodes.forEach((node) => node.nodeType === Node.TEXT_NODE && note(node.data));
      if (each.matches(".graphiql-sidebar svg > title")) note(each.textContent);
    }
  return [...found];
}"""
"""Finds what the page says in English only, besides code, names of the contract and descriptions of it."""
KEYS = {"Ctrl Alt K"}


def type_query(page: Page, text: str) -> None:
    page.locator(".graphiql-query-editor .view-lines").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def suggested(page: Page, text: str) -> Locator:
    """Wait for a suggestion of the editor, which has to have read the contract before."""
    suggestion = page.locator(".suggest-widget .monaco-list-row", has_text=text).first
    for _ in range(40):
        if suggestion.is_visible():
            break
        page.keyboard.press("Control+Space")
        page.wait_for_timeout(250)
    expect(suggestion).to_be_visible()
    return suggestion


def test_a_suggestion_is_chosen(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(EDITOR)
        ready(visit.page)
        type_query(visit.page, "{ statut")
        suggested(visit.page, "statuteVersions").click()
        expect(visit.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("statuteVersions")


def test_a_query_is_run_and_what_it_takes_is_told_before_and_after(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        page = visit.page
        visit.go(EDITOR)
        ready(page)
        # The editor closes what is opened.
        type_query(page, "{ statutes { totalCount ")
        page.keyboard.press("Escape")
        expect(page.locator(".costs")).to_contain_text("예상 비용 26점")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".graphiql-response .view-lines")).to_contain_text("totalCount")
        expect(page).to_have_url(re.compile("query=.*statutes"))
        expect(page.locator(".costs [role=status]")).to_contain_text(re.compile("^비용 26점, .*최신 공개본 1$"))
        page.get_by_role("button", name="표 열기").click()
        expect(page.get_by_role("table", name="단일 값")).to_contain_text("5")
        page.get_by_role("button", name="기록 열기").click()
        expect(page.locator(".graphiql-history")).to_contain_text("statutes")


def test_the_documentation_says_what_a_field_is(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        page = visit.page
        visit.go(EDITOR)
        ready(page)
        page.get_by_role("button", name="문서 열기").click()
        pane = page.locator(".graphiql-doc-explorer")
        pane.get_by_role("link", name="Query").first.click()
        pane.get_by_role("link", name="budgetLines", exact=True).first.click()
        expect(pane.locator(".graphiql-doc-explorer-title")).to_have_text("budgetLines")
        expect(pane).to_contain_text("BudgetLineConnection")
        expect(pane.locator(".graphiql-markdown-description").first).to_contain_text(re.compile("[가-힣].* \\| "))


def test_a_query_is_built_by_clicks(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        page = visit.page
        visit.go(EDITOR)
        ready(page)
        page.get_by_role("button", name="눌러서 만들기 열기").click()
        builder = page.locator(".docExplorerWrap")
        builder.get_by_text("nodes", exact=True).first.wait_for()
        builder.get_by_text("meaning", exact=True).click()
        expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("meaning")


def panes(page: Page) -> Iterator[str]:
    """Open one part of the editor after another."""
    yield "start"
    page.locator(".graphiql-execute-button").click()
    page.locator(".graphiql-tab-add").click()
    yield "two tabs"
    page.locator(".graphiql-toolbar button").nth(2).hover()
    page.locator(".graphiql-tooltip").wait_for()
    yield "a hint"
    for index, name in enumerate(("documentation", "history", "builder", "tables")):
        page.locator(".graphiql-sidebar > button").nth(index).click()
        if name == "documentation":
            page.locator(".graphiql-doc-explorer a", has_text="Query").first.wait_for()
            yield name
            page.locator(".graphiql-doc-explorer a", has_text="Query").first.click()
            page.locator(".graphiql-doc-explorer a", has_text="technologies").first.click()
        if name == "history":
            page.locator(".graphiql-history-item").first.hover()
            page.locator(".graphiql-history-item button").nth(1).click()
        page.wait_for_timeout(500)
        yield name
    for index, name in ((5, "short keys"), (6, "settings")):
        page.locator(".graphiql-sidebar > button").nth(index).click()
        page.locator(".graphiql-dialog").wait_for()
        yield name
        page.keyboard.press("Escape")
        page.locator(".graphiql-dialog").wait_for(state="detached")


def test_every_label_is_in_korean(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(EDITOR)
        ready(visit.page)
        visit.page.wait_for_timeout(1000)
        for pane in panes(visit.page):
            assert set(visit.page.evaluate(ENGLISH)) <= KEYS, pane


def test_labels_change_with_the_language_and_what_was_typed_stays(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        page = visit.page
        visit.go(EDITOR)
        ready(page)
        type_query(page, "{ limits { depth ")
        page.get_by_role("button", name="문서 열기").wait_for()
        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="Show Documentation Explorer").click()
        expect(page.locator(".graphiql-doc-explorer-title")).to_have_text("Docs")
        expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("limits")
        assert "icon" not in "".join(page.locator("svg > title").all_text_contents())
        page.get_by_role("button", name="한국어").click()
        expect(page.locator(".graphiql-doc-explorer-title")).to_have_text("문서")
        page.get_by_role("button", name="문서 닫기").wait_for()


def test_a_link_to_a_query_opens_it_again(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        for _ in range(2):
            visit.go(EDITOR)
            ready(visit.page)
            expect(visit.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("terms")
