"""Every file that the page offers is there, holds the rows that the page shows, and is read by other libraries."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from pyarrow import parquet
from pyld import jsonld

from tests.explorer.conftest import needs_build, places, questions, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

pytestmark = [pytest.mark.slow, needs_build]

PLACES = places()
OFFERED = "links => links.map(link => [link.innerText, link.getAttribute('href')])"


def counted(format_: str, content: bytes) -> int:
    if format_ == "CSV":
        return len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) - 1
    if format_ == "NDJSON":
        return len([json.loads(line) for line in content.splitlines()])
    return int(parquet.read_table(io.BytesIO(content)).num_rows)


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question["id"]))
def test_tables_and_workbooks(visiting: Callable[..., Any], client: httpx.Client, question: dict[str, Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES[question["id"]])
        visit.page.locator(".answer tbody tr").first.wait_for()
        tables = visit.page.locator(".answer table").all()
        rows = 0
        for table in tables:
            shown = len(rows_of(table))
            rows += shown
            offered = table.locator("caption a").evaluate_all(OFFERED)
            assert [name for name, _ in offered] == ["CSV", "NDJSON", "Parquet"]
            for name, address in offered:
                found = client.get(address)
                assert found.status_code == 200, found.text
                assert counted(name, found.content) == shown, (name, address)
        whole = dict(visit.page.locator(".actions a").evaluate_all(OFFERED))
        assert list(whole) == ["XLSX 내려받기", "JSON-LD 내려받기"]
        workbook = load_workbook(io.BytesIO(client.get(whole["XLSX 내려받기"]).content))
        assert rows == sum(sheet.max_row - 1 for sheet in workbook.worksheets[: len(tables)])
        linked = client.get(whole["JSON-LD 내려받기"]).json()
        assert jsonld.expand(linked, {"documentLoader": None})
