"""What can be known to come to no end is refused before its first byte, with the limit and how to lift it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api import rate
from api.app import create_app
from api.files import walking
from api.files.workbook import WorkbookWriter
from api.settings import Settings
from schema.limits import Limits
from tests.api.files.test_files import answered, csv_rows, got, made
from tests.api.running import running

if TYPE_CHECKING:
    import httpx
    import sqlalchemy as sa

LINES = "{ budgetLines { nodes { id } } }"
TWO = "{ budgetLines(first: 2) { nodes { id } } terms { nodes { id } } }"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that streams has begun long before its last page."""
    monkeypatch.setattr(walking, "ROOT_PAGE", 7)


def problem(url: sa.URL, format_: str, query: str, limits: Limits, **more: str) -> dict[str, Any]:
    with running(create_app(url, Settings(limit=limits))) as client:
        response = got(client, format_, query, **more)
    assert response.headers["content-type"] == "application/problem+json", response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize("format_", ["csv", "ndjson", "jsonld", "xlsx"])
def test_too_many_rows(client: httpx.Client, dataset_url: sa.URL, format_: str) -> None:
    total = answered(client, "{ budgetLines { totalCount } }")["budgetLines"]["totalCount"]
    found = problem(dataset_url, format_, LINES, Limits(file_rows=total - 1))
    assert (found["status"], found["code"], found["limit"], found["found"]) == (
        413,
        "LIMIT_EXCEEDED",
        "fileRows",
        total,
    )
    assert "NEXTGRAPH_LIMIT_FILE_ROWS" in found["detail"]
    with running(create_app(dataset_url, Settings(limit=Limits(file_rows=total)))) as enough:
        assert len(csv_rows(made(enough, "csv", LINES))) == total


def test_too_many_rows_of_a_later_list(client: httpx.Client, dataset_url: sa.URL) -> None:
    total = answered(client, "{ terms { totalCount } }")["terms"]["totalCount"]
    found = problem(dataset_url, "csv", TWO, Limits(file_rows=total - 1), table="budgetLines")
    assert (found["limit"], found["found"]) == ("fileRows", total)


def test_more_rows_than_a_sheet_has(dataset_url: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkbookWriter, "most_rows", 20)
    found = problem(dataset_url, "xlsx", LINES, Limits())
    assert found["code"] == "BAD_INPUT"
    assert "A sheet of xlsx has room for 20 rows, and budgetLines has" in found["detail"]


def test_points_that_do_not_come_together_in_time(dataset_url: sa.URL) -> None:
    found = problem(dataset_url, "csv", "{ changes { nodes { id } } }", Limits(quota=600, file_seconds=10))
    assert (found["status"], found["code"], found["limit"]) == (413, "LIMIT_EXCEEDED", "fileSeconds")
    assert found["found"] > found["maximum"] == 10
    assert "NEXTGRAPH_LIMIT_QUOTA or NEXTGRAPH_LIMIT_FILE_SECONDS" in found["detail"]


@pytest.mark.slow
def test_points_that_do_are_waited_for(
    client: httpx.Client, dataset_url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate, "WINDOW_SECONDS", 1)
    with running(create_app(dataset_url, Settings(limit=Limits(quota=100)))) as server:
        assert made(server, "csv", LINES) == made(client, "csv", LINES)


def test_what_begins_behind_a_cursor_is_not_judged_by_the_whole_list(client: httpx.Client, dataset_url: sa.URL) -> None:
    cursor = answered(client, "{ budgetLines(first: 20) { pageInfo { endCursor } } }")["budgetLines"]["pageInfo"]
    asked = f'{{ budgetLines(after: "{cursor["endCursor"]}") {{ nodes {{ id }} }} }}'
    rows = csv_rows(made(client, "csv", asked))
    with running(create_app(dataset_url, Settings(limit=Limits(file_rows=len(rows))))) as server:
        assert csv_rows(made(server, "csv", asked)) == rows
