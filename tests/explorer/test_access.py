"""Nothing is in the way of anyone: rules of accessibility, narrow screens, and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.explorer.conftest import EDITOR, SOURCES, needs_build, places, questions, ready
from tests.explorer.test_browser import QUANTUM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.explorer.conftest import Visit

pytestmark = [pytest.mark.slow, needs_build]

AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm install in api/explorer")


def hold(visit: Visit, width: int, where: str) -> None:
    """Hold that axe finds nothing, and that nothing is wider than the window."""
    visit.page.evaluate(AXE.read_text("utf-8"))
    found = visit.page.evaluate("async () => (await axe.run()).violations")
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], where
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, where


@needs_axe
@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "ko"), (390, "light", "ko"), (1280, "dark", "en"), (390, "dark", "en")],
)
def test_no_page_breaks_a_rule(visiting: Callable[..., Any], width: int, scheme: str, language: str) -> None:
    with visiting(width, color_scheme=scheme, bypass_csp=True) as visit:
        visit.page.add_init_script(f"localStorage.setItem('nextgraph:language', '{language}')")
        for path in ("/", "/about", *places().values()):
            visit.go(path)
            if path != "/about":
                ready(visit.page)
            hold(visit, width, path)


@needs_axe
@pytest.mark.parametrize(("width", "language"), [(1280, "ko"), (390, "en")])
def test_no_part_of_the_editor_breaks_a_rule(visiting: Callable[..., Any], width: int, language: str) -> None:
    with visiting(width, bypass_csp=True) as visit:
        visit.page.add_init_script(f"localStorage.setItem('nextgraph:language', '{language}')")
        visit.go(EDITOR)
        ready(visit.page)
        visit.page.locator(".graphiql-execute-button").click()
        hold(visit, width, "an answer")
        for index in range(4):
            visit.page.locator(".graphiql-sidebar > button").nth(index).click()
            visit.page.wait_for_timeout(500)
            hold(visit, width, f"pane {index}")


@needs_axe
def test_no_dialog_and_no_json_breaks_a_rule(visiting: Callable[..., Any]) -> None:
    with visiting(390, bypass_csp=True) as visit:
        visit.go(places()["around-a-technology"])
        visit.page.get_by_role("button", name="인증키").click()
        hold(visit, 390, "the key")
        visit.page.keyboard.press("Escape")
        visit.page.get_by_role("button", name="출처: technology:").first.click()
        visit.page.get_by_role("dialog").get_by_role("heading", level=3).first.wait_for()
        hold(visit, 390, "the sources")
        visit.page.keyboard.press("Escape")
        visit.page.get_by_role("button", name="JSON", exact=True).click()
        hold(visit, 390, "the JSON")


def test_without_a_pointer_everything_is_reached(visiting: Callable[..., Any]) -> None:
    """Tab goes from the link past the bar to every question, and Enter opens one."""
    with visiting() as visit:
        visit.go("/")
        ready(visit.page)
        reached = []
        for _ in range(len(places()) + 8):
            visit.page.keyboard.press("Tab")
            reached.append(visit.page.evaluate("document.activeElement.textContent"))
        assert reached[0] == "본문으로"
        assert {question["title"]["ko"] for question in questions()} <= set(reached)
        visit.page.get_by_role("link", name=QUANTUM).focus()
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text(QUANTUM)


def test_a_picture_and_its_table_are_reached_and_moved_by_keys(visiting: Callable[..., Any]) -> None:
    with visiting(390, bypass_csp=True) as visit:
        visit.go(places()["budget-by-ministry-and-field"])
        drawing = visit.page.get_by_role("region", name="부처 × 분야")
        drawing.wait_for()
        for _ in range(40):
            visit.page.keyboard.press("Tab")
            if drawing.evaluate("each => each === document.activeElement"):
                break
        expect(drawing).to_be_focused()
        for _ in range(5):
            visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_function("document.activeElement.scrollLeft > 0")
        table = visit.page.get_by_role("table", name="분야 배분 묶음")
        head = table.get_by_role("columnheader", name="합계 금액").get_by_role("button")
        head.focus()
        visit.page.keyboard.press("Enter")
        expect(table.get_by_role("columnheader", name="합계 금액")).to_have_attribute("aria-sort", "ascending")
