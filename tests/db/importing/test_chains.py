"""Chains: each row sees the first and the next row of the versions to which it belongs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.importing.chains import chained
from db.importing.mapping import Chain, Condition, MappingError
from db.importing.tables import Table

COLUMNS = ("change", "name")
CHAIN = Chain(begins=Condition(column="change", equals="신설"))
Row = tuple[int, list[Any]]
rows = st.lists(st.tuples(st.sampled_from(["신설", "변경", "삭제", None]), st.text("가나다", max_size=2)))


def reckoned(numbered: list[Row]) -> list[Row]:
    """Reckon what each row sees, from the chains laid out one beside the other."""
    chains: list[list[Row]] = []
    for number, cells in numbered:
        if cells[0] == "신설" or not chains:
            chains.append([])
        chains[-1].append((number, cells))
    nothing = [None, None]
    return [
        (number, [*cells, *chain[0][1], *(chain[place + 1][1] if place + 1 < len(chain) else nothing)])
        for chain in chains
        for place, (number, cells) in enumerate(chain)
    ]


@given(rows)
def test_rows_see_the_first_and_the_next_of_their_chain(found: list[tuple[str | None, str]]) -> None:
    # Every second row, as if those between were blank.
    numbered: list[Row] = [(2 * place, list(cells)) for place, cells in enumerate(found, 1)]
    table = chained(Table(COLUMNS, iter(numbered)), CHAIN)
    assert table.columns == ("change", "name", "first.change", "first.name", "next.change", "next.name")
    assert [(number, list(cells)) for number, cells in table.rows] == reckoned(numbered)


def test_rows_are_given_as_they_are_read() -> None:
    """A file is never held whole: a row waits for the next one only."""
    read: list[int] = []

    def endless() -> Any:
        for number in range(1, 1_000):
            read.append(number)
            yield number, ["변경", "가"]

    table = chained(Table(COLUMNS, endless()), CHAIN)
    assert next(iter(table.rows))[0] == 1
    assert read == [1, 2]


def test_column_that_is_not_there_is_named() -> None:
    with pytest.raises(MappingError, match=r"chain\.begins: the file has no column 'change'"):
        chained(Table(("name",), iter(())), CHAIN)
