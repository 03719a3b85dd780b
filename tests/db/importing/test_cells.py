"""Cells: what each kind of column takes from a cell, and why it refuses one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from db.importing import cells
from db.importing.cells import WON, Unusable
from db.importing.tables import CellError
from db.models.base import Label
from db.models.budgets import MoneyUnit, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

BROKEN = CellError("#REF!")
THIRD = date(2026, 9, 3)
REF = "the cell holds the error #REF!"
LISTED = "the cell holds a list, where one value is needed"
NO_NUMBER = "this is no number; thousands are divided by commas, and △ or - stands for minus"
NO_DAY = "this is no day such as 2026-06-18"
NO_STAGE = f"this is none of {', '.join(Stage.__members__)}"

TEXTS = [
    (None, None),
    ("", None),
    (" \u3000\n", None),
    (" 양자 ", "양자"),
    ("\u110b\u1163\u11bc\u110c\u1161", "양자"),
    ("-", "-"),
    (26017.0, "26017"),
    (1.5, "1.5"),
    (Decimal("1.50"), "1.50"),
    (True, "True"),
    (BROKEN, REF),
    (["가", "나"], LISTED),
    ("가\0", "the text holds a NUL character"),
    ("\ufeff가", "the text holds a byte order mark, as where files were put together: remove it"),
]
NUMBERS = [
    (None, None),
    ("  ", None),
    *((nothing, None) for nothing in "-–—…"),
    ("0", "0"),
    ("9,500,000", "9500000"),
    ("9500000", "9500000"),
    (" 1,200.50 ", "1200.50"),
    ("-1200", "-1200"),
    ("−1200", "-1200"),
    ("△1,200", "-1200"),
    ("▲1,200", "-1200"),
    ("△ 1,200", "-1200"),
    ("+5", "5"),
    (7, "7"),
    (0.1, "0.1"),
    (1e21, "1e21"),
    (Decimal("0.1000"), "0.1"),
    (10**999, f"1{'0' * 999}"),
    (10**1001, "the number has more than 1,000 digits"),
    ("9" * 1001, "the number has more than 1,000 digits"),
    (Decimal("NaN"), "this is no number"),
    (Decimal("-Infinity"), "this is no number"),
    (Decimal("1e999999999"), "the number has more than 1,000 digits"),
    (Decimal("1e-999999999"), "the number has more than 1,000 digits"),
    *((text, NO_NUMBER) for text in ("12,34", "1,2345", ",123", "1.", ".5", "1e5", "95억", "(5)", "--5", "NaN", "1 2")),
    (True, "a yes or no is no number"),
    (BROKEN, REF),
]
WHOLES = [
    ("1,234", None, 1234),
    ("1.0", None, 1),
    ("1.5", None, "this is no whole number"),
    ("1.5", MoneyUnit.EOK, 150_000_000),
    ("△8.6", MoneyUnit.JO, -8_600_000_000_000),
    (2500000.5, MoneyUnit.THOUSAND, 2_500_000_500),
    ("0.0001", MoneyUnit.THOUSAND, "this is no whole number of won"),
    # Thirty digits are more than a usual reckoning keeps.
    (f"1.{'0' * 40}1", MoneyUnit.JO, "this is no whole number of won"),
    ("-", MoneyUnit.EOK, None),
]
DAYS = [
    (None, None, None),
    ("-", None, None),
    (THIRD, None, THIRD),
    (
        datetime(2026, 9, 3, 14),  # noqa: DTZ001 (as a workbook has it)
        None,
        THIRD,
    ),
    *((text, None, THIRD) for text in ("2026-09-03", "2026-9-3", "2026.9.3", "2026. 9. 3.", "2026/09/03", "20260903")),
    *((text, None, THIRD) for text in ("2026년 9월 3일", "2026년9월3일")),
    (20260903, None, THIRD),
    *((text, None, NO_DAY) for text in ("2026118", "202611", "2026", "2026-13-01", "2026-02-30", "'26.9.3", "46268")),
    (46268.0, None, NO_DAY),
    ("260903", "%y%m%d", THIRD),
    (260903, "%y%m%d", THIRD),
    ("3/9/2026", "%d/%m/%Y", THIRD),
    ("50618", "%y%m%d", "this is no day written as %y%m%d"),
    ("2026-09-03", "%y%m%d", "this is no day written as %y%m%d"),
    (BROKEN, None, REF),
]
YES_OR_NO = [
    (None, None),
    *((text, True) for text in ("예", "Y", "y", "O", "○", "TRUE", True)),
    *((text, False) for text in ("아니오", "아니요", "N", "x", "×", "false", False)),
    *((text, "this is neither yes nor no") for text in ("-", "1", "있음")),
]
CODES = [
    (None, None),
    ("REQUEST", "REQUEST"),
    ("예산요구", "REQUEST"),
    (" Government proposal ", "GOVERNMENT_PROPOSAL"),
    ("request", NO_STAGE),
    ("예산요구 | Requested by the ministry", NO_STAGE),
    ("-", NO_STAGE),
]


def result(read: Callable[[], Any]) -> Any:
    """Return what is read, or why nothing is."""
    try:
        return read()
    except Unusable as reason:
        return str(reason)


@pytest.mark.parametrize(("cell", "meant"), TEXTS)
def test_text(cell: Any, meant: str | None) -> None:
    assert result(lambda: cells.text(cell)) == meant


@pytest.mark.parametrize(("cell", "meant"), NUMBERS, ids=lambda value: str(value)[:30])
def test_number(cell: Any, meant: str | None) -> None:
    found = result(lambda: cells.number(cell))
    assert found == (Decimal(meant) if isinstance(found, Decimal) and meant else meant)


@pytest.mark.parametrize(("cell", "unit", "meant"), WHOLES)
def test_whole_number(cell: Any, unit: MoneyUnit | None, meant: int | str | None) -> None:
    assert result(lambda: cells.whole(cell, unit)) == meant


@pytest.mark.parametrize(("cell", "written", "meant"), DAYS)
def test_day(cell: Any, written: str | None, meant: date | str | None) -> None:
    assert result(lambda: cells.day(cell, written)) == meant


@pytest.mark.parametrize(("cell", "meant"), YES_OR_NO)
def test_yes_or_no(cell: Any, meant: bool | str | None) -> None:
    assert result(lambda: cells.yes_or_no(cell)) is meant or result(lambda: cells.yes_or_no(cell)) == meant


@pytest.mark.parametrize(("cell", "meant"), CODES)
def test_closed_list(cell: Any, meant: str | None) -> None:
    assert result(lambda: cells.code(cell, Stage)) == meant


@pytest.mark.parametrize(("cell", "meant"), [(" 신설 ", "ADDED"), (None, None), ("변경", "this is none of 신설")])
def test_text_that_stands_for_another(cell: Any, meant: str | None) -> None:
    assert result(lambda: cells.translated(cell, {"신설": "ADDED"})) == meant


class Colour(Label):
    """색 | A colour."""

    RED = "빨강 | Red"


KINDS: list[tuple[sa.types.TypeEngine[Any], Any, Any]] = [
    (sa.Text(), 7.0, "7"),
    (sa.Integer(), "2,147,483,647", 2**31 - 1),
    (sa.Integer(), "2,147,483,648", "the number is larger than can be stored"),
    (sa.BigInteger(), "△9,223,372,036,854,775,807", 1 - 2**63),
    (sa.BigInteger(), "9,223,372,036,854,775,808", "the number is larger than can be stored"),
    (sa.Numeric(), "8.60", Decimal("8.6")),
    (sa.Date(), "2026-09-03", THIRD),
    (sa.Boolean(), "예", True),
    (sa.Enum(Colour), "빨강", "RED"),
    (sa.ARRAY(sa.Text()), ["가 ", None, "", 7.0], ["가", "7"]),
    (sa.ARRAY(sa.Text()), " 가", ["가"]),
    (sa.ARRAY(sa.Text()), None, []),
]


@pytest.mark.parametrize(("kind", "cell", "meant"), KINDS, ids=repr)
def test_kind_of_column_says_how_a_cell_is_read(kind: sa.types.TypeEngine[Any], cell: Any, meant: Any) -> None:
    assert result(lambda: cells.reader(sa.Column("a", kind), None, None, 0)(cell)) == meant


def test_days_are_added_to_a_day() -> None:
    read = cells.reader(sa.Column("a", sa.Date), None, None, -1)
    assert read("2026-01-01") == date(2025, 12, 31)
    assert read(None) is None


@pytest.mark.parametrize(("days", "shown"), [(1, "1"), (10**12, "1,000,000,000,000")])
def test_a_day_beyond_the_calendar_is_refused(days: int, shown: str) -> None:
    with pytest.raises(Unusable, match=f"the day that is {shown} days from this one is beyond the calendar"):
        cells.reader(sa.Column("a", sa.Date), None, None, days)("9999-12-31")


amounts = st.integers(1 - 2**63, 2**63 - 1)


@given(amounts, st.sampled_from(MoneyUnit), st.sampled_from(["-", "△", "▲", "△ "]), st.booleans())
def test_amount_printed_in_any_unit_reads_back_exactly(won: int, unit: MoneyUnit, minus: str, commas: bool) -> None:
    whole, rest = divmod(abs(won), WON[unit])
    zeros = len(str(WON[unit])) - 1
    printed = f"{whole:,}" if commas else str(whole)
    printed += f".{rest:0{zeros}}" if rest else ""
    assert cells.whole(minus + printed if won < 0 else printed, unit) == won


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y. %m. %d.", "%Y년 %m월 %d일", "%Y%m%d"]))
def test_day_printed_in_any_usual_way_reads_back(day: date, written: str) -> None:
    printed = day.strftime(written)
    assert cells.day(printed) == day
    assert cells.day(printed, written) == day


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (cells.text, cells.number, cells.day, cells.yes_or_no, lambda cell: cells.code(cell, Stage)):
        result(lambda read=read: read(text))  # type: ignore[misc]
