"""Texts that would be formulas or markup, numbers that would be rounded, and files that cannot be finished."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import openpyxl
import orjson
import pytest
from openpyxl.utils.escape import unescape

from api.app import create_app
from api.files import walking, workbook
from api.files.delimited import CsvWriter, unguarded
from api.files.lines import LinesWriter
from api.files.linked import LinkedWriter
from api.files.parquet import ParquetWriter
from api.files.tables import Column, Table
from api.files.workbook import WorkbookWriter
from api.files.writing import Info, Question
from api.settings import Settings
from schema.limits import Limits
from schema.sql.errors import BadInput
from tests.api.files.test_files import LINES, csv_rows, got, made
from tests.api.running import running

if TYPE_CHECKING:
    import sqlalchemy as sa

TEXTS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'", "'=1", "''", "", " =1", "=cmd|'/c calc'!A0"),
    *('a"b', "a,b", "a\r\nb", "<r><t>x</t></r>", "_x0041_", "</t><f>1</f>", "{=1}", "http://a.b", "0012", "1e5"),
    *("가나다", "TRUE", "a" * 32_767),
)
"""What comes back as it was; a text of spaces alone and control characters are a matter of XLSX."""


class Rows:
    """An answer whose one table has a text in each row."""

    def __init__(self, columns: list[Column]) -> None:
        self.table = Table("rows", columns, [(column.name,) for column in columns])
        self.answer, self.all, self.lists, self.count = Table("answer", []), (self.table,), (self.table,), 0

    def rows(self, _key: str, value: Any) -> Any:
        for item in value:
            yield from self.table.rows(item)

    def tally(self, _key: str, _value: Any) -> None: ...


def question(columns: list[Column], encoding: str = "utf-8") -> Question:
    rows: Any = Rows(columns)
    return Question("{ rows }", {}, {}, rows, rows.table, korean_heads=False, encoding=encoding)


def written(writer: Any, rows: list[dict[str, Any]]) -> bytes:
    return bytes(writer.begin() + writer.add("rows", rows) + writer.end(Info()))


def test_texts_of_csv_are_no_formulas_and_come_back(tmp_path: Path) -> None:
    content = written(CsvWriter(question([Column("text", "글", "String")]), tmp_path), [{"text": t} for t in TEXTS])
    _, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert [unguarded(row[0]) for row in rows] == list(TEXTS)
    assert not [row[0] for row in rows if row[0][:1] in set("=+-@\t\r\n＝＋－＠")]


def test_texts_of_a_workbook_are_texts(tmp_path: Path) -> None:
    written(WorkbookWriter(question([Column("text", "글", "String")]), tmp_path), [{"text": t} for t in TEXTS])
    sheet = openpyxl.load_workbook(tmp_path / "answer.xlsx")["rows"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    # The reader leaves the escape of a carriage return as the file format writes it.
    found = [None if cell.value is None else unescape(str(cell.value)) for cell in cells]
    assert found == list(TEXTS)
    assert {cell.data_type for cell in cells if cell.value} <= {"s", "inlineStr"}


def test_numbers_of_a_workbook_are_exact(tmp_path: Path) -> None:
    numbers = [
        "9807914000000",
        "123456789012345",
        "1234567890123456",
        "9007199254740993",
        "625050.5",
        "-0.1",
        "0",
        "1e-7",
    ]
    rows = [{"amount": number} for number in numbers]
    written(WorkbookWriter(question([Column("amount", "금액", "Decimal")]), tmp_path), rows)
    sheet = openpyxl.load_workbook(tmp_path / "answer.xlsx")["rows"]
    found = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert found == [
        *(9807914000000, 123456789012345, "1234567890123456", "9007199254740993", 625050.5, -0.1, 0, 1e-7),
    ]


def test_times_of_a_workbook(tmp_path: Path) -> None:
    times = ["2026-06-18T14:00:00+09:00", "2026-06-18T14:00:00.123456+09:00", "1899-01-01T00:00:00+09:00"]
    written(WorkbookWriter(question([Column("at", "때", "DateTime")]), tmp_path), [{"at": time} for time in times])
    sheet = openpyxl.load_workbook(tmp_path / "answer.xlsx")["rows"]
    found = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert found == [datetime(2026, 6, 18, 14), *times[1:]]  # noqa: DTZ001 (a cell has no zone)


def test_lists_and_structures_are_json(tmp_path: Path) -> None:
    columns = [Column("texts", "글들", "String", is_list=True), Column("any", "값", "JSON")]
    row = {"texts": ["=1", "나"], "any": {"a": [1, None]}}
    content = written(CsvWriter(question(columns), tmp_path), [row]).decode("utf-8-sig")
    _, cells = csv.reader(io.StringIO(content, newline=""))
    assert [orjson.loads(cell) for cell in cells] == [row["texts"], row["any"]]
    assert orjson.loads(written(LinesWriter(question(columns), tmp_path), [row])) == row


def test_what_a_sheet_cannot_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = WorkbookWriter(question([Column("text", "글", "String")]), tmp_path)
    writer.begin()
    with pytest.raises(BadInput, match="32,767 characters"):
        writer.add("rows", [{"text": "😀" * 16_384}])
    monkeypatch.setattr(workbook, "LAST_ROW", 3)
    with pytest.raises(BadInput, match="A sheet ends at row 3"):
        writer.add("rows", [{"text": "a"}] * 3)
    writer.abandon()


def test_what_cp949_does_not_have_is_refused(tmp_path: Path) -> None:
    writer = CsvWriter(question([Column("text", "글", "String")], "cp949"), tmp_path)
    assert written(writer, [{"text": "똠방각하"}]).decode("cp949") == "text\r\n똠방각하\r\n"
    with pytest.raises(BadInput, match=r"U\+1F600"):
        writer.add("rows", [{"text": "😀"}])


@pytest.mark.parametrize("writer", [CsvWriter, LinesWriter, LinkedWriter, ParquetWriter, WorkbookWriter])
def test_a_file_that_is_given_up_leaves_nothing_open(writer: Any, tmp_path: Path) -> None:
    begun = writer(question([Column("text", "글", "String")]), tmp_path)
    begun.begin()
    begun.abandon()


def limited(**limits: int) -> Settings:
    return Settings(limit=Limits(**limits))


@pytest.mark.parametrize("format_", ["csv", "xlsx", "jsonld"])
def test_too_many_rows_are_refused_with_the_limit(dataset_url: sa.URL, format_: str) -> None:
    with running(create_app(dataset_url, limited(file_rows=20))) as client:
        problem = got(client, format_, "{ budgetLines { nodes { id } } }")
    assert problem.status_code == 413
    assert (problem.json()["code"], problem.json()["limit"]) == ("LIMIT_EXCEEDED", "fileRows")


def test_too_many_bytes_on_the_disk_are_refused(dataset_url: sa.URL) -> None:
    with running(create_app(dataset_url, limited(file_bytes=100))) as client:
        problem = got(client, "xlsx", "{ budgetLines { nodes { id } } }").json()
    assert (problem["code"], problem["limit"]) == ("LIMIT_EXCEEDED", "fileBytes")


def test_a_row_with_too_much_below_it_is_refused(dataset_url: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "NESTED_PAGE", 5)
    with running(create_app(dataset_url, limited(answer_bytes=20_000))) as client:
        problem = got(client, "ndjson", "{ releases { nodes { changes { nodes { id nodeId } } } } }", table="releases")
    assert (problem.status_code, problem.json()["limit"]) == (413, "answerBytes")


def test_smaller_pages_are_taken_where_a_limit_asks_for_them(client: httpx.Client, dataset_url: sa.URL) -> None:
    with running(create_app(dataset_url, limited(nodes=200, answer_bytes=20_000))) as narrow:
        assert made(narrow, "csv", LINES, table="budgetLines") == made(client, "csv", LINES, table="budgetLines")


def test_a_file_that_fails_after_it_began_does_not_look_whole(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "ROOT_PAGE", 10)
    original = walking.Walk._page
    calls: list[None] = []

    async def failing(self: Any, *arguments: Any, **named: Any) -> Any:
        calls.append(None)
        if len(calls) > 2:
            raise BadInput("it fails here")
        return await original(self, *arguments, **named)

    monkeypatch.setattr(walking.Walk, "_page", failing)
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        got(client, "csv", "{ budgetLines { nodes { id } } }")
    calls.clear()
    whole = got(client, "xlsx", "{ budgetLines { nodes { id } } }")
    assert (whole.status_code, whole.json()["detail"]) == (400, "it fails here")


def test_files_leave_nothing_on_the_disk(client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for format_ in ("csv", "xlsx", "parquet"):
        made(client, format_, "{ ministries { nodes { id } } }")
    with client.stream("GET", "/files/xlsx", params={"query": "{ ministries { nodes { id name } } }"}) as response:
        next(response.iter_raw())
    # The server notices after the client has gone.
    until = time.monotonic() + 10
    while list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    assert not list(tmp_path.iterdir())


def test_only_so_many_files_at_once(dataset_url: sa.URL) -> None:
    with running(create_app(dataset_url, limited(files=1))) as server:

        async def both() -> list[int]:
            async with httpx.AsyncClient(base_url=server.base_url) as client:
                asked = {"query": LINES}
                answers = await asyncio.gather(*(client.get("/files/xlsx", params=asked) for _ in range(4)))
            return sorted(answer.status_code for answer in answers)

        statuses = asyncio.run(both())
    assert set(statuses) == {200, 503}


def test_rows_keep_to_the_release_of_the_first_page(client: httpx.Client) -> None:
    query = "{ ministries(atRelease: 0) { nodes { id } } statutes { nodes { id } } }"
    assert csv_rows(made(client, "csv", query, table="ministries")) == []
    assert csv_rows(made(client, "csv", query, table="statutes"))
