"""The head of a sheet: what each column is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db.importing.files import FileError
from db.importing.head import column_names
from tests.db.importing.writing import cells, read, written

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["가 나 다"], ["가", "나", "다"]),
        (["가 . 다"], ["가", "", "다"]),
        # A merged cell above two columns, one beside it that is merged downwards.
        (["예산 . 비고", "2025 2026 ."], ["예산 / 2025", "예산 / 2026", "비고"]),
        # A merged cell ends where the row above starts another group.
        (["가 . 나 .", "총액 . . 국비", "1 2 3 4"], ["가 / 총액 / 1", "가 / 총액 / 2", "나 / 3", "나 / 국비 / 4"]),
        (["가 . . 나", "국비 . 지방비 .", "1 2 3 ."], ["가 / 국비 / 1", "가 / 국비 / 2", "가 / 지방비 / 3", "나"]),
        # A column without any text has no name, even below a merged cell.
        (["예산 . 비고", "2026 . ."], ["예산 / 2026", "", "비고"]),
        ([". 가", "나 다"], ["나", "가 / 다"]),
    ],
)
def test_names_of_columns(lines: list[str], names: list[str]) -> None:
    """Rows are joined; an empty cell takes the text to its left within the group above."""
    assert column_names([["" if text == "." else text for text in line.split(" ")] for line in lines]) == names


def test_rows_above_the_head_are_left_out(tmp_path: Path) -> None:
    """They may be narrower, wider or empty, and they count."""
    file = written(tmp_path / "a.csv", '2026년 예산,,,,\n\n부처,"  26년\t\n예산"\n가,1\n')
    assert read(file, skip_rows=2) == (("부처", "26년 예산"), [(4, ["가", "1"])])


def test_a_column_without_a_name_is_left_out(tmp_path: Path) -> None:
    """As long as nothing stands below it."""
    assert read(written(tmp_path / "a.csv", "가,,나,\n1, ,2,\n3\n")) == (
        ("가", "나"),
        [(2, ["1", "2"]), (3, ["3", None])],
    )
    with pytest.raises(FileError, match=r"row 3: column 2 has a value, and no name in the head"):
        cells(written(tmp_path / "b.csv", "가,,나\n1,,2\n1,2,3\n"))


def test_a_head_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    """What an empty list means is the caller's to say."""
    assert read(written(tmp_path / "a.csv", "가,나\n")) == (("가", "나"), [])
