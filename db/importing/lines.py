"""The lines of a cell, each as a row of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from db.importing.expressions import Columns
    from db.importing.mapping import Each


def lines_of(each: Each, column: str, columns: Columns) -> Callable[[Sequence[Any]], Iterator[Sequence[Any]]]:
    """Return what makes of a row one for each line of a cell that has a text, with the column's name and that text."""
    get = columns.text(column)

    def spread(row: Sequence[Any]) -> Iterator[Sequence[Any]]:
        for line in (get(row) or "").split("\n"):
            text = _without(line.strip(), each.strip)
            if each.before is not None:
                text = text.partition(each.before)[0].strip()
            if text or each.empty == "keep":
                yield [*row, column, text or None]

    return spread


def _without(line: str, beginnings: Sequence[str]) -> str:
    """Return a line without any of the texts at its beginning, in whatever order they stand there."""
    while found := next((each for each in beginnings if each and line.startswith(each)), None):
        line = line[len(found) :].strip()
    return line
