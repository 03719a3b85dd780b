"""Workbooks: sheets, merged heads, days, formulas and errors."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from db.importing.files import CellError, FileError
from db.importing.formats.workbook import UNCALCULATED
from tests.db.importing.writing import cells, changed, read, sheet_xml, workbook

if TYPE_CHECKING:
    from pathlib import Path

MORNING = datetime(2026, 1, 2, 9, 30)  # noqa: DTZ001


@pytest.fixture
def ministry_file(tmp_path: Path) -> Path:
    """Return a workbook as a ministry makes it: a cover, a title, a head of two rows with merged cells."""
    file = tmp_path / "예산.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("표지").write(0, 0, "표지")
        sheet = book.add_worksheet("예산")
        sheet.write(0, 0, "2026년 예산(단위: 천원)")
        sheet.merge_range(1, 0, 2, 0, "부처")
        sheet.merge_range(1, 1, 1, 2, "예산")
        sheet.write_row(2, 1, [2025, "2026\n(안)"])
        sheet.merge_range(1, 3, 2, 3, "기준일")
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(3, 0, ["가부", 1000, 1500.5])
        sheet.write_datetime(3, 3, date(2026, 1, 2), days)
        sheet.write(4, 0, "계")
        sheet.write_formula(4, 1, "=SUM(B4:B4)", None, 1000)
        sheet.write_formula(4, 2, "=SUM(C4:C9)/0", None, "#DIV/0!")
        sheet.write_blank(4, 9, None, days)
    return file


def test_two_header_rows_with_merged_cells(ministry_file: Path) -> None:
    """Values of formulas come as values, errors as errors, days as days, whole numbers as int."""
    columns, rows = read(ministry_file, sheet="예산", skip_rows=1, header_rows=2)
    assert columns == ("부처", "예산 / 2025", "예산 / 2026 (안)", "기준일")
    assert rows == [
        (4, ["가부", 1000, 1500.5, date(2026, 1, 2)]),
        (5, ["계", 1000, CellError("#DIV/0!"), None]),
    ]
    assert type(rows[0][1][1]) is int


def test_the_first_sheet_unless_one_is_named(ministry_file: Path) -> None:
    """A sheet that is not there is refused with the names of those that are."""
    assert read(ministry_file) == (("표지",), [])
    with pytest.raises(FileError, match=r"예산\.xlsx: has no sheet 결산: name one that it has \(표지, 예산\)"):
        read(ministry_file, sheet="결산")


def test_a_text_that_reads_as_an_error_is_a_text(tmp_path: Path) -> None:
    """Only what the workbook marks as an error is one."""
    assert cells(workbook(tmp_path / "a.xlsx", [["가"], ["#REF!"], ["=1+1"]])) == [["#REF!"], ["=1+1"]]


def test_moments_and_times(tmp_path: Path) -> None:
    """A moment keeps its time, a time of day is a text, and a day before all days is an error."""
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list("abcd"))
        moments, times, days = (
            book.add_format({"num_format": text}) for text in ("yyyy-mm-dd hh:mm", "hh:mm", "yyyy-mm-dd")
        )
        sheet.write_datetime(1, 0, MORNING, moments)
        sheet.write_datetime(1, 1, datetime(2026, 1, 2), moments)  # noqa: DTZ001
        sheet.write_datetime(1, 2, time(9, 30), times)
        sheet.write_number(1, 3, -5e9, days)
    assert cells(file) == [[MORNING, datetime(2026, 1, 2), "09:30:00", CellError("#VALUE!")]]  # noqa: DTZ001


def test_a_formula_that_was_never_calculated_is_an_error(tmp_path: Path) -> None:
    """A program that writes formulas and no values must not give an amount of nothing."""
    source = workbook(tmp_path / "a.xlsx", [["가"]])
    xml = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>가</t></is></c><c r="B1" t="inlineStr"><is><t>나</t></is></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
    )
    file = changed(source, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", xml)
    assert cells(file) == [[CellError(UNCALCULATED), 2]]


def test_what_a_sheet_says_of_its_size_cuts_no_row(tmp_path: Path) -> None:
    """Some programs write a wrong one."""
    source = workbook(tmp_path / "a.xlsx", [["가"]])
    xml = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="B2"><v>3</v></c></row>'
    )
    xml = xml.replace(b"<sheetData>", b'<dimension ref="A1:A1"/><sheetData>')
    file = changed(source, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", xml)
    assert read(file) == (("1", "2"), [(2, [None, 3])])
