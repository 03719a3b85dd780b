"""Rows that are versions of one thing: each gets the cells of the first and of the next version beside its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.importing.cells import text
from db.importing.mapping import MappingError
from db.importing.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from db.importing.mapping import Chain

Row = tuple[int, "Sequence[Any]"]


def chained(table: Table, chain: Chain) -> Table:
    """Return a table whose rows know the first and the next row of their chain; after the last there is nothing."""
    begins = chain.begins
    if begins.column not in table.columns:
        raise MappingError(f"chain.begins: the file has no column {begins.column!r}.")
    columns = (*table.columns, *(f"{place}.{name}" for place in ("first", "next") for name in table.columns))
    position = table.columns.index(begins.column)
    return Table(columns, _rows(table.rows, lambda row: begins.holds(text(row[position])), len(table.columns)))


def _rows(rows: Iterator[Row], is_first: Callable[[Sequence[Any]], bool], width: int) -> Iterator[Row]:
    nothing = [None] * width
    waiting: Row | None = None
    first: Sequence[Any] = nothing
    for number, row in rows:
        begins = is_first(row)
        if waiting is not None:
            yield waiting[0], [*waiting[1], *first, *(nothing if begins else row)]
        if begins or waiting is None:
            first = row
        waiting = number, row
    if waiting is not None:
        yield waiting[0], [*waiting[1], *first, *nothing]
