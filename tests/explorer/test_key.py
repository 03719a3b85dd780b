"""A key that is entered once: questions, tables and files have its rights, and no address and no disk has it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from playwright.sync_api import expect

from api.app import create_app
from api.settings import Settings
from db.connection import engine
from db.models import BudgetAllocation, Claim, fact_tables
from db.models.base import Fact, Grade
from db.releases import publish
from db.viewers import Scope
from tests.api.holding import OWNER, made_key, revoke_key
from tests.api.running import running
from tests.conftest import new_database
from tests.explorer.conftest import needs_build, places, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

pytestmark = [pytest.mark.slow, needs_build]

HIDDEN = "allocation:rnd-2026-msit-1-quantum"
"""2,150.585 of the 2,982.065 that the ministry has for quantum."""
KEPT = """() => JSON.stringify([
  {...localStorage}, document.cookie, location.href, performance.getEntries().map((each) => each.name)
])"""


@pytest.fixture(scope="module")
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    """The built-in dataset, with one allocation that only its ministry may see."""
    with new_database(server_url, str(dataset_template.database)) as fresh:
        asyncio.run(hide(fresh))
        yield fresh


@pytest.fixture(scope="module")
def closed(url: sa.URL) -> Iterator[httpx.Client]:
    with running(create_app(url, Settings())) as connected:
        yield connected


async def hide(url: sa.URL) -> None:
    """Close the allocation, and the claims that speak of it."""
    closing: list[tuple[str, type[Fact], str]] = [
        ("budget_allocations", BudgetAllocation, "id"),
        ("claims", Claim, "subject_id"),
    ]
    async with engine(url) as pool, pool.begin() as connection:
        facts = []
        for name, model, column in closing:
            table = fact_tables()[name]
            rows = (await connection.execute(sa.select(table).where(table.c[column] == HIDDEN))).mappings().all()
            facts += [model(**{**row, "owner_id": OWNER, "grade": Grade.SENSITIVE}) for row in rows]
        await publish(connection, "closed", put=facts)


def aside(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Do in another thread what needs an event loop of its own: the browser has one in this thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work, *given, **named).result()


def enter(page: Any, key: str) -> None:
    page.get_by_role("button", name="인증키").click()
    page.get_by_label("인증키 또는 토큰").fill(key)
    page.get_by_role("button", name="적용").click()


def test_answers_and_files_have_the_rights_of_the_key(
    url: sa.URL, closed: httpx.Client, visiting: Callable[..., Any]
) -> None:
    key = aside(made_key, url, scopes=(Scope.SENSITIVE,))
    with visiting(at=closed, accept_downloads=True) as visit:
        page = visit.page
        visit.go(places()["quantum-budget"])
        table = page.get_by_role("table", name="분야 배분 묶음")
        expect(table).to_contain_text("831.48")
        enter(page, key)
        dialog = page.get_by_role("dialog", name="인증키")
        expect(dialog).to_contain_text("과학기술정보통신부")
        expect(dialog).to_contain_text("민감 열람")
        dialog.get_by_role("button", name="닫기").click()
        expect(table).to_contain_text("2,982.065")
        expect(page.locator("figure")).to_contain_text("2,982.065")
        page.get_by_role("button", name=f"출처: {HIDDEN}").wait_for()
        with page.expect_download() as downloading:
            page.get_by_role("link", name="분야 배분 묶음: CSV 내려받기").click()
        assert "2982.065" in downloading.value.path().read_text("utf-8-sig")
        assert downloading.value.suggested_filename.endswith(".csv")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="XLSX 내려받기").click()
        sheets = load_workbook(BytesIO(downloading.value.path().read_bytes())).worksheets
        cells = {str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
        assert "2982.065" in cells
        page.reload()
        expect(table).to_contain_text("2,982.065")
        assert key not in page.evaluate(KEPT)
        page.get_by_role("button", name="인증키: ").click()
        page.get_by_role("button", name="키 지우기").click()
        page.get_by_role("button", name="닫기").click()
        expect(table).to_contain_text("831.48")
        assert page.evaluate("sessionStorage.length") == 0


def test_the_editor_asks_with_the_key_and_keeps_it_nowhere_else(
    url: sa.URL, closed: httpx.Client, visiting: Callable[..., Any]
) -> None:
    key = aside(made_key, url, scopes=(Scope.SENSITIVE,))
    with visiting(at=closed) as visit:
        page = visit.page
        visit.go("/")
        enter(page, key)
        page.get_by_role("dialog").get_by_role("button", name="닫기").click()
        visit.go("/?query={viewer{scopes}}")
        ready(page)
        page.locator(".graphiql-execute-button").click()
        expect(page.locator(".graphiql-response .view-lines")).to_contain_text("SENSITIVE")
        page.wait_for_timeout(1000)
        assert "viewer" in page.evaluate("JSON.stringify({...localStorage})")
        assert key not in page.evaluate(KEPT)


def test_a_wrong_key_is_not_taken(closed: httpx.Client, visiting: Callable[..., Any]) -> None:
    with visiting(at=closed) as visit:
        visit.go("/")
        enter(visit.page, "ngk_wrong")
        expect(visit.page.get_by_role("alert")).to_be_visible()
        assert visit.page.evaluate("sessionStorage.length") == 0
        # A browser writes of each 401 that it saw one.
        visit.complaints.clear()


def test_with_a_key_that_was_revoked_nothing_is_answered_unawares(
    url: sa.URL, closed: httpx.Client, visiting: Callable[..., Any]
) -> None:
    key = aside(made_key, url, scopes=(Scope.SENSITIVE,))
    with visiting(at=closed) as visit:
        visit.go("/")
        enter(visit.page, key)
        visit.page.get_by_role("dialog").get_by_role("button", name="키 지우기").wait_for()
        aside(revoke_key, url, key)
        # A key that was proved is believed for two seconds.
        visit.page.wait_for_timeout(2_500)
        visit.go(places()["quantum-budget"])
        visit.page.get_by_role("button", name="인증키: 거절됨").wait_for()
        expect(visit.page.locator(".answer").get_by_role("alert")).to_be_visible()
        assert visit.page.get_by_role("table").count() == 0
        visit.complaints.clear()
