"""Texts, lists and numbers as cells: what every format keeps, and what an edited file may hold."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.exporting.columns import Column
from db.exporting.files import WRITERS
from db.importing.cells import Unusable
from db.importing.exact_cells import as_text, exact_reader, written
from db.importing.tables import CellError, FileError
from db.models import fact_tables
from tests.db.importing.writing import cells

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from db.importing.layout import Format

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def column(table: str, name: str) -> sa.Column[Any]:
    return fact_tables()[table].c[name]


TEXT, LIST = column("terms", "form"), column("terms", "synonyms")


@given(TEXTS)
def test_a_text_comes_back(text: str) -> None:
    cell = written(text)
    assert isinstance(cell, str)
    assert cell == cell.strip() != "", "what reads a cell keeps it, and takes it for no empty one"
    assert exact_reader(TEXT)(cell) == text


@given(st.lists(st.none() | TEXTS))
def test_a_list_comes_back_as_it_is_and_as_text(texts: list[str | None]) -> None:
    cell = written(texts)
    assert exact_reader(LIST)(cell) == texts
    assert exact_reader(LIST)(as_text(cell)) == texts


@given(st.lists(TEXTS, min_size=1, max_size=20))
@pytest.mark.parametrize("format_", list(WRITERS))
def test_every_format_gives_the_cells_that_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, format_: Format, texts: list[str]
) -> None:
    file = tmp_path_factory.mktemp("written") / f"facts.{format_}"
    columns = [Column("form", str), Column("value", int), Column("synonyms", list), Column("note", str)]
    with WRITERS[format_](file, columns) as write:
        for number, text in enumerate(texts):
            write([written(text), number, list(texts), None])
    found = [row[:3] for row in cells(file, format=format_)]
    read = [(exact_reader(TEXT)(row[0]), int(row[1]), exact_reader(LIST)(row[2])) for row in found]
    assert read == [(text, number, texts) for number, text in enumerate(texts)]


def test_a_text_that_every_format_keeps_stands_as_it_is() -> None:
    for text in ("가", "-", "=1+1", "00123", "1,000", "true", "가\n나", '가 "나"', "[1]", "e\u0301", "null"):
        assert written(text) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", '""'),
        (" 가", '" 가"'),
        ('"가"', r'"\"가\""'),
        ("가\r나", r'"가\r나"'),
        ("_x0041_", r'"\u005f\u0078\u0030\u0030\u0034\u0031\u005f"'),
    ],
)
def test_any_other_stands_in_quotes(text: str, cell: str) -> None:
    assert written(text) == cell


VALUES: list[tuple[str, str, Any, Any]] = [
    ("statistics", "value", "1.50", Decimal("1.50")),
    ("statistics", "value", 7, Decimal(7)),
    ("budget_lines", "amount", "9223372036854775807", 2**63 - 1),
    ("budget_lines", "amount", 12.0, 12),
    ("budget_lines", "stage", "REQUEST", "REQUEST"),
    ("documents", "published_on", date(2026, 6, 18), date(2026, 6, 18)),
    ("documents", "published_on", "0001-01-01", date(1, 1, 1)),
    ("documents", "distributed_at", "2026-06-18T14:00:00+09:00", datetime(2026, 6, 18, 5, tzinfo=UTC)),
    ("documents", "distributed_at", None, None),
    ("targets", "qualitative", "true", True),
    ("targets", "qualitative", False, False),
    ("terms", "form", 123, "123"),
    ("terms", "synonyms", None, []),
]


@pytest.mark.parametrize(("table", "name", "cell", "value"), VALUES)
def test_a_cell_that_a_person_may_write(table: str, name: str, cell: Any, value: Any) -> None:
    assert exact_reader(column(table, name))(cell) == value


@pytest.mark.parametrize(
    ("table", "name", "cell", "reason"),
    [
        ("terms", "form", '"가" 사업', "no sound JSON: write a quotation mark"),
        ("terms", "form", '"\\u0000"', "NUL"),
        ("terms", "form", '"\\ud800"', "half a character"),
        ("terms", "form", date(2026, 6, 18), "no text"),
        ("terms", "form", True, "no text"),
        ("terms", "form", CellError("#REF!"), "#REF!"),
        ("terms", "synonyms", "가, 나", "no sound JSON"),
        ("terms", "synonyms", '{"a": 1}', "no list"),
        ("terms", "synonyms", "[1]", "no list"),
        ("terms", "synonyms", '["\\u0000"]', "NUL"),
        ("statistics", "value", "1,200", "no number"),
        ("statistics", "value", True, "no number"),
        ("budget_lines", "amount", "9223372036854775808", "larger"),
        ("budget_lines", "amount", "1.5", "no whole number"),
        ("budget_lines", "stage", "가", "none of"),
        ("documents", "distributed_at", "2026-06-18T14:00:00", "no time with its zone"),
        ("documents", "distributed_at", 7, "no time"),
        ("documents", "published_on", "2026-13-01", "no day"),
    ],
)
def test_a_cell_that_cannot_be_read(table: str, name: str, cell: Any, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        exact_reader(column(table, name))(cell)


def test_a_sheet_has_an_end_and_its_cells_have_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "facts.xlsx"
    columns = [Column("form", str)]
    for text in ("가" * 32_767, "🙂" * 16_383):
        with WRITERS["xlsx"](file, columns) as write:
            write([text])
        assert cells(file, format="xlsx") == [[text]]
    for text in ("가" * 32_768, "🙂" * 16_384):
        with (
            pytest.raises(FileError, match="A2: a cell of a sheet holds no more than 32,767"),
            WRITERS["xlsx"](file, columns) as write,
        ):
            write([text])
    with WRITERS["xlsx"](file, columns) as write:
        for _ in range(1_048_575):
            write([None])
        with pytest.raises(FileError, match="ends at row 1,048,576"):
            write([None])


def test_a_workbook_holds_numbers_as_far_as_spreadsheets_keep_them(tmp_path: Path) -> None:
    file = tmp_path / "facts.xlsx"
    with WRITERS["xlsx"](file, [Column("amount", int), Column("goal", bool)]) as write:
        write([10**15 - 1, True])
        write([10**15, False])
        write([-(10**15), None])
    assert cells(file) == [[10**15 - 1, True], [str(10**15), False], [str(-(10**15)), None]]


def test_parquet_has_the_types_on_which_all_facts_agree(tmp_path: Path) -> None:
    from pyarrow import parquet

    file = tmp_path / "facts.parquet"
    kinds = (int, bool, date, list, str)
    with WRITERS["parquet"](file, [Column(kind.__name__, kind) for kind in kinds]) as write:
        write([1, True, "2026-06-18", ["가"], 5])
        write([None] * 5)
    table = parquet.read_table(file)
    assert [str(field.type) for field in table.schema] == [
        "int64",
        "bool",
        "date32[day]",
        "list<element: string>",
        "string",
    ]
    assert table.to_pylist()[0] == {"int": 1, "bool": True, "date": date(2026, 6, 18), "list": ["가"], "str": "5"}


def test_parquet_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(FileError, match=r"pip install 'nextgraph\[parquet\]'"):
        WRITERS["parquet"](tmp_path / "facts.parquet", []).__enter__()
