"""A table is the same table, whatever the format in which it is handed in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.db.importing.writing import (
    cells,
    csv_bytes,
    json_file,
    parquet_file,
    read,
    workbook,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

# What every format can hold: XML has no control characters, and a workbook ends its lines in one way.
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=12)
# What a sheet shows for characters that XML does not have, in the wrong hands.
SHEET_TEXTS = TEXTS.filter(lambda text: "_x" not in text and "x005F" not in text)
COLUMNS = ("번호", "세부사업명", "비고")


def tables(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    """Return tables of three columns; the first row says something, so that no table is without a value."""
    return st.lists(st.lists(texts, min_size=3, max_size=3), max_size=5).map(lambda rows: [["1", "가", "2"], *rows])


def as_read(rows: list[list[str]]) -> list[list[str | None]]:
    """Return the rows that are expected: blank texts are None, and a row of nothing is none."""
    blanks = [[None if not text or text.isspace() else text for text in row] for row in rows]
    return [row for row in blanks if row != [None] * 3]


def encodable(rows: list[list[str]], encoding: str) -> bool:
    """Return whether an encoding has all the characters of a table."""
    try:
        return bool("".join(map("".join, rows)).encode(encoding))
    except UnicodeEncodeError:
        return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for files that each example writes anew."""
    return tmp_path_factory.mktemp("formats")


@given(tables(st.one_of(TEXTS, st.text("가나\r\n\t,\"' 1", max_size=8))))
def test_delimited_texts_come_back(folder: Path, rows: list[list[str]]) -> None:
    """In UTF-8 with and without its mark, in CP949, packed, and with tabs."""
    table = [COLUMNS, *rows]
    for encoding in ("utf-8", "utf-8-sig", "cp949"):
        if encodable(rows, encoding):
            content = csv_bytes(table, encoding)
            assert cells(written(folder / "표.csv", content)) == as_read(rows)
            assert cells(written(folder / "표.csv.gz", content)) == as_read(rows)
    assert cells(written(folder / "표.tsv", csv_bytes(table, delimiter="\t"))) == as_read(rows)


@given(tables(SHEET_TEXTS))
def test_every_format_gives_the_same_cells(folder: Path, rows: list[list[str]]) -> None:
    """The workbook, JSON, NDJSON and Parquet give what CSV gives."""
    files = [
        written(folder / "표.csv", csv_bytes([COLUMNS, *rows])),
        workbook(folder / "표.xlsx", [COLUMNS, *rows]),
        json_file(folder / "표.json", COLUMNS, rows),
        json_file(folder / "표.ndjson", COLUMNS, rows),
        parquet_file(folder / "표.parquet", COLUMNS, rows, pa.string()),
    ]
    for file in files:
        columns, found = read(file)
        assert columns == COLUMNS
        assert [row for _, row in found] == as_read(rows), file.suffix


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("표.csv", [2, 4]), ("표.csv.gz", [2, 4]), ("표.xlsx", [2, 4]), ("표.json", [1, 3]), ("표.parquet", [1, 3])],
)
def test_rows_are_numbered_as_a_person_counts_them(tmp_path: Path, name: str, numbers: list[int]) -> None:
    """The head counts in a sheet; a row of nothing counts too, and is not given."""
    columns, rows = ("가", "나"), [["1", "2\n3"], ["", ""], ["4", "5"]]
    writers: dict[str, Any] = {
        ".xlsx": lambda file: workbook(file, [columns, *rows]),
        ".json": lambda file: json_file(file, columns, rows),
        ".parquet": lambda file: parquet_file(file, columns, rows),
    }
    file = tmp_path / name
    writers.get(file.suffix, lambda file: written(file, csv_bytes([columns, *rows])))(file)
    assert read(file) == (columns, [(numbers[0], ["1", "2\n3"]), (numbers[1], ["4", "5"])])


def test_a_line_of_ndjson_has_the_number_of_the_line(tmp_path: Path) -> None:
    """Even where a line is empty; a member that only the last record has is a column."""
    file = written(tmp_path / "a.ndjson", '{"가": 1}\n\n{"나": 2}')
    assert read(file) == (("가", "나"), [(1, [1, None]), (3, [None, 2])])


def test_the_format_that_the_layout_gives_holds(tmp_path: Path) -> None:
    """Whatever the suffix says, or where there is none."""
    assert cells(written(tmp_path / "목록", "가\t나\n1\t2"), format="tsv") == [["1", "2"]]
    assert cells(written(tmp_path / "a.txt.gz", "가,나\n1,2"), format="csv") == [["1", "2"]]


def test_texts_are_left_as_they_are(tmp_path: Path) -> None:
    """Spaces around a text are the caller's to judge; a blank text is nothing."""
    assert cells(written(tmp_path / "a.csv", "가,나,다\n 1 ,  ,\n1\n")) == [[" 1 ", None, None], ["1", None, None]]


def test_the_given_encoding_holds(tmp_path: Path) -> None:
    """Also one that is not tried by itself."""
    assert cells(written(tmp_path / "a.csv", "가,나\n각,1".encode("utf-16")), encoding="utf-16") == [["각", "1"]]


def test_numbers_of_json_keep_their_digits(tmp_path: Path) -> None:
    """Whole numbers as int, others as Decimal: none passes through a float."""
    rows = '[{"가": 123456789012345678901234567890, "나": 0.10, "다": 12345678901234567.89}]'
    [row] = cells(written(tmp_path / "a.json", rows))
    assert row == [123456789012345678901234567890, Decimal("0.10"), Decimal("12345678901234567.89")]
    assert [type(value) for value in row] == [int, Decimal, Decimal]
    assert str(row[1]) == "0.10"


def test_values_of_parquet_keep_their_types(tmp_path: Path) -> None:
    """Days, moments, exact amounts, lists and missing values come as they are."""
    row = [1, 1.5, Decimal("1.10"), date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), True, ["가", "나"], None]  # noqa: DTZ001
    file = parquet_file(tmp_path / "a.parquet", list("abcdefgh"), [row])
    assert cells(file) == [row]
