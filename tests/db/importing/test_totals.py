"""Totals: rows that add up others make no facts, and have to be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.importing.facts import Facts, Refusal
from db.importing.mapping import Condition, Mapping, MappingError, Total
from db.importing.tables import CellError
from db.importing.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("부처", "이름", "구분", "금액")
SUBTOTAL = Total(when=[Condition(column="이름", equals="소계")], columns=["금액"], per=["부처"])
TOTAL = Total(when=[Condition(column="이름", equals=["합계", "합 계"])], columns=["금액"])
OF_PROJECTS = Total(when=TOTAL.when, columns=["금액"], of=[Condition(column="구분", equals="세부")])


def checked(totals: Sequence[Total], *rows: Sequence[Any]) -> tuple[list[int], list[Refusal]]:
    """Return the numbers of the rows that are no totals, and what is refused."""
    found = Totals(totals, COLUMNS)
    others = [number for number, _ in found.others(iter(enumerate(rows, 1)))]
    return others, list(found.refusals())


@pytest.mark.parametrize("place", [0, 1, 2])
def test_total_stands_anywhere_and_makes_no_fact(place: int) -> None:
    rows: list[list[Any]] = [["가", "ㄱ", None, "1,000"], ["나", "ㄴ", None, 500.5]]
    rows.insert(place, [None, "합 계", None, "1,500.5"])
    assert checked([TOTAL], *rows) == ([number for number in (1, 2, 3) if number != place + 1], [])


def test_total_that_does_not_add_up_is_refused_with_both_figures() -> None:
    _, refused = checked([TOTAL], ["가", "ㄱ", None, "△1,000"], [None, "합계", None, "1,000"])
    assert refused == [Refusal(2, "금액", "1,000", "the total says 1,000, and its rows add up to -1,000")]


def test_subtotals_are_of_their_group_and_in_no_total() -> None:
    rows: list[list[Any]] = [
        ["가", "소계", None, 3],
        ["가", "ㄱ", None, 1],
        ["나", "ㄴ", None, 5],
        ["가", "ㄷ", None, 2],
        ["나", "소계", None, 4],
        [None, "합계", None, 8],
    ]
    others, refused = checked([SUBTOTAL, TOTAL], *rows)
    assert others == [2, 3, 4]
    assert refused == [Refusal(5, "금액", "4", "the total says 4, and its rows add up to 5")]


def test_total_adds_up_what_it_says() -> None:
    rows: list[list[Any]] = [
        ["가", "ㄱ", "세부", 3],
        ["가", "ㄱ-1", "내역", 1],
        ["가", "ㄱ-2", "내역", 2],
        [None, "합계", None, 3],
    ]
    assert checked([OF_PROJECTS], *rows) == ([1, 2, 3], [])
    assert len(checked([TOTAL], *rows)[1]) == 1


@pytest.mark.parametrize("nothing", [None, "-"])
def test_nothing_counts_as_zero(nothing: Any) -> None:
    assert checked([TOTAL], ["가", "ㄱ", None, nothing], [None, "합계", None, 0])[1] == []
    assert checked([TOTAL], ["가", "ㄱ", None, 1], [None, "합계", None, nothing])[1] == [
        Refusal(2, "금액", nothing or "", "the total says 0, and its rows add up to 1")
    ]


def test_figure_that_is_no_number_is_refused() -> None:
    (refused,) = checked([TOTAL], ["가", "ㄱ", None, 1], [None, "합계", None, "약 1"])[1]
    assert (refused.row, refused.cell) == (2, "약 1")
    assert refused.reason.startswith("this is no number")


def test_total_of_what_is_no_number_says_which_row() -> None:
    _, refused = checked([TOTAL], ["가", "ㄱ", None, "미정"], ["가", "ㄴ", None, 1], [None, "합계", None, 1])
    assert refused == [
        Refusal(3, "금액", "1", "the total cannot be checked, because row 1 has no number in this column")
    ]


def test_row_that_may_be_a_total_or_not_is_refused() -> None:
    others, refused = checked([TOTAL], [None, CellError("#REF!"), None, 1], [None, "합계", None, 0])
    assert others == []
    assert [(one.row, one.column, one.reason) for one in refused] == [(1, "이름", "the cell holds the error #REF!")]


def test_file_without_its_total_is_refused() -> None:
    with pytest.raises(MappingError, match=r"^totals\.1: No row is such a total.*cut off"):
        checked([SUBTOTAL, TOTAL], ["가", "ㄱ", None, 1], ["가", "소계", None, 1])


def test_group_without_rows_comes_to_nothing() -> None:
    _, refused = checked([SUBTOTAL], ["가", "ㄱ", None, 1], ["다", "소계", None, 1])
    assert [one.reason for one in refused] == ["the total says 1, and its rows add up to 0"]


def printed(millionths: int) -> str:
    whole, rest = divmod(abs(millionths), 10**6)
    return f"{'△' if millionths < 0 else ''}{whole:,}.{rest:06}"


@given(st.lists(st.integers(), max_size=20), st.integers(-1, 1))
def test_sums_are_exact(millionths: list[int], step: int) -> None:
    """A total is wrong however little it is wrong."""
    rows: list[list[Any]] = [["가", "ㄱ", None, printed(number)] for number in millionths]
    assert len(checked([TOTAL], *rows, [None, "합계", None, printed(sum(millionths) + step)])[1]) == abs(step)


def mapping(*totals: dict[str, Any], ignored: Sequence[str] = ()) -> Mapping:
    """Return a mapping of the names in a list."""
    fact = {"type": "PolicyArea", "key": "{이름}", "values": {"name": {"column": "이름"}}}
    document = {"title": "목록", "standing": "OFFICIAL"}
    said = {"dataset": "list", "title": "목록", "document": document, "facts": [fact], "ignored": list(ignored)}
    return Mapping.model_validate({**said, "totals": totals})


def test_column_that_tells_totals_apart_is_not_lost_and_one_that_is_only_added_up_is() -> None:
    total = {"when": [{"column": "구분", "equals": "계"}], "columns": ["금액"], "per": ["부처"]}
    with pytest.raises(MappingError, match=r"says nothing of the columns '금액':"):
        Facts(mapping(total), COLUMNS, {}, None)
    Facts(mapping(total, ignored=["금액"]), COLUMNS, {}, None)
