"""What people do with the explorer, in a real browser that must not ask anyone but the server."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.explorer.conftest import SOURCES, needs_build, questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, needs_build]

AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"
QUANTUM = "2026년 양자 분야에 어느 부처가 얼마를 쓰나"
PLACES = {question["id"]: f"/?question={question['id']}" for question in questions()}
EDITOR = "/?" + urlencode({"query": "{ terms(first: 2) { totalCount nodes { form } } }"})


def ready(page: Page) -> None:
    """Wait until what the page shows is all there."""
    if "query=" in page.url or "editor" in page.url:
        page.locator(".graphiql-query-editor .view-lines").wait_for()
    elif "question=" in page.url:
        page.locator(".answer").wait_for()
    else:
        page.locator(".groups").wait_for()


def test_whoever_knows_no_graphql_finds_who_pays_for_quantum(visiting: Callable[..., Any]) -> None:
    """From the start page in at most three clicks; where answers are offered as files, the workbook in one more."""
    with visiting(accept_downloads=True) as visit:
        visit.go("/")
        visit.click("link", QUANTUM)
        table = visit.page.get_by_role("table", name="분야 배분 묶음")
        expect(table.get_by_role("row", name="과학기술정보통신부")).to_contain_text("2,982.065")
        expect(table.get_by_role("row", name="방위사업청")).to_contain_text("23.1")
        expect(table).to_contain_text("억 원")
        assert visit.clicks <= 3
        workbook = visit.page.get_by_role("link", name="XLSX 내려받기")
        if visit.page.locator("html").get_attribute("data-files"):
            with visit.page.expect_download() as downloading:
                workbook.click()
            assert downloading.value.suggested_filename.endswith(".xlsx")
            sheets = load_workbook(BytesIO(downloading.value.path().read_bytes())).worksheets
            cells = {cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
            assert {"과학기술정보통신부", "방위사업청"} <= cells
            with visit.page.expect_download() as downloading:
                visit.page.get_by_role("link", name="분야 배분 묶음: CSV 내려받기").click()
            assert "방위사업청,23.1" in downloading.value.path().read_text("utf-8-sig")
        else:
            assert workbook.count() == 0


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question["id"]))
def test_each_question_is_answered_in_one_click(visiting: Callable[..., Any], question: dict[str, Any]) -> None:
    with visiting() as visit:
        visit.go("/")
        visit.click("link", question["title"]["ko"])
        visit.page.locator(".answer tbody tr").first.wait_for()
        expect(visit.page.get_by_role("alert")).to_have_count(0)
        expect(visit.page.locator("form [aria-live]")).to_contain_text("예상")
        expect(visit.page.locator(".answer [role=status]")).to_contain_text("최신 공개본")
        assert visit.page.locator("figure svg").count() >= ("picture" in question)
        for picture in visit.page.locator("figure svg").all():
            assert picture.locator("text").count() > 1


def test_a_table_is_sorted_by_a_click(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["largest-lines"])
        head = visit.page.get_by_role("columnheader", name="금액 (억 원)")
        cells = visit.page.locator("table").first.locator("tbody tr td.number:nth-last-child(4)")
        cells.first.wait_for()

        def amounts() -> list[float]:
            return [float(text.replace(",", "")) for text in cells.all_inner_texts()]

        falling = amounts()
        assert falling == sorted(falling, reverse=True)
        assert len(falling) == 32
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        assert amounts() == sorted(falling)


def test_a_source_is_one_click_away(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["quantum-budget"])
        source = visit.page.get_by_role("button", name="출처: allocation:rnd-2026-msit-1-quantum")
        source.click()
        dialog = visit.page.get_by_role("dialog", name="출처")
        expect(dialog).to_contain_text("2026년 국가연구개발사업 예산 배분·조정(안)")
        expect(dialog).to_contain_text("2행")
        visit.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(source).to_be_focused()


def test_another_field_is_asked_by_keyboard_and_kept_in_the_address(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["quantum-budget"])
        visit.page.get_by_label("분야", exact=True).focus()
        visit.page.keyboard.press("Control+A")
        visit.page.keyboard.type("수소")
        visit.page.keyboard.press("Enter")
        rows = visit.page.get_by_role("table", name="분야 배분 묶음").locator("tbody tr")
        expect(rows.first).to_contain_text("기후에너지환경부")
        before = rows.all_inner_texts()
        visit.page.reload()
        expect(rows.first).to_contain_text("기후에너지환경부")
        assert rows.all_inner_texts() == before


def test_before_the_first_release_nothing_was_known(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["largest-lines"] + "&" + urlencode({"variables": '{"year": 2026, "atRelease": 0}'}))
        expect(visit.page.get_by_role("table", name="단일 값").locator("tbody")).to_contain_text("0")
        assert visit.page.get_by_role("table", name="예산 항목").count() == 0


def test_a_mistake_is_told_in_the_servers_words(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["largest-lines"] + "&" + urlencode({"variables": '{"year": 2026, "atRelease": 99}'}))
        expect(visit.page.get_by_role("alert")).to_contain_text("99")


def test_english_is_one_click_away_and_stays(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go("/")
        visit.click("button", "English")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("What do you want to know?")
        visit.page.reload()
        expect(visit.page.locator("html")).to_have_attribute("lang", "en")


def test_the_editor_completes_explains_and_runs(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        page = visit.page
        visit.go(EDITOR)
        ready(page)
        page.locator(".graphiql-query-editor .view-lines").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("{ statut")
        suggestion = page.locator(".suggest-widget .monaco-list-row", has_text="statutes").first
        # It has to have read the contract before.
        for _ in range(40):
            if suggestion.is_visible():
                break
            page.keyboard.press("Control+Space")
            page.wait_for_timeout(250)
        assert suggestion.is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Control+A")
        # The editor closes what is opened.
        page.keyboard.type("{ statutes { totalCount ")
        page.keyboard.press("Escape")
        # What is typed counts a moment later.
        page.wait_for_timeout(500)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".graphiql-response .view-lines")).to_contain_text("totalCount")
        expect(page).to_have_url(re.compile("query=.*statutes"))
        page.get_by_role("button", name="Show 표 · Tables").click()
        expect(page.get_by_role("table", name="단일 값")).to_contain_text("5")
        page.get_by_role("button", name="Show Documentation Explorer").click()
        page.locator(".graphiql-doc-explorer").get_by_text("Query", exact=True).first.click()
        expect(page.locator(".graphiql-doc-explorer")).to_contain_text("statutes")
        page.get_by_role("button", name="Show GraphiQL Explorer").click()
        expect(page.locator(".docExplorerWrap")).to_contain_text("budgetLines")
        page.get_by_role("button", name="Show History").click()
        expect(page.locator(".graphiql-history")).to_contain_text("statutes")


def test_a_link_to_a_query_opens_it_again(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        for _ in range(2):
            visit.go(EDITOR)
            ready(visit.page)
            expect(visit.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("terms")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm install in api/explorer")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_in_the_way_of_anyone(visiting: Callable[..., Any], width: int, scheme: str) -> None:
    """No violation of the rules that axe knows, and nothing wider than the window, on any page."""
    with visiting(width, color_scheme=scheme, bypass_csp=True) as visit:
        for path in ("/", "/about", EDITOR, *PLACES.values()):
            visit.go(path)
            if path != "/about":
                ready(visit.page)
            visit.page.evaluate(AXE.read_text("utf-8"))
            found = visit.page.evaluate("async () => (await axe.run()).violations")
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], path
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_without_a_pointer_everything_is_reached(visiting: Callable[..., Any]) -> None:
    """Tab goes from the link past the bar to every question, and Enter opens one."""
    with visiting() as visit:
        visit.go("/")
        ready(visit.page)
        reached = []
        for _ in range(len(PLACES) + 8):
            visit.page.keyboard.press("Tab")
            reached.append(visit.page.evaluate("document.activeElement.textContent"))
        assert reached[0] == "본문으로"
        assert {question["title"]["ko"] for question in questions()} <= set(reached)
        visit.page.get_by_role("link", name=QUANTUM).focus()
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text(QUANTUM)
