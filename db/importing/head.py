"""The head of a sheet: the names of its columns, and what the rows below may hold because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from db.importing.tables import CellError, FileError, check_columns, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from db.importing.layout import Layout

JOINT = " / "


@dataclass(frozen=True)
class Head:
    """The columns that have a name, where each stands from 0, and how many cells the head is wide."""

    columns: tuple[str, ...]
    positions: tuple[int, ...]
    width: int


def read_head(rows: Iterator[tuple[int, list[Any]]], layout: Layout, file: Path) -> Head:
    """Take the rows down to the end of the head, and return the head."""
    taken = [cells for _, cells in islice(rows, layout.skip_rows + layout.header_rows)]
    lines = [[head_text(value) for value in cells] for cells in taken[layout.skip_rows :]]
    first, last = layout.skip_rows + 1, layout.skip_rows + layout.header_rows
    place = f"{file.name}: row {first}" if first == last else f"{file.name}: rows {first} to {last}"
    if len(lines) < layout.header_rows:
        raise FileError(f"{place}: the file ends before its head does: correct skip_rows or header_rows")
    width = max(len(line) for line in lines)
    names = column_names([line + [""] * (width - len(line)) for line in lines])
    positions = tuple(position for position, name in enumerate(names) if name)
    if not positions:
        raise FileError(f"{place}: the head is empty: say in skip_rows how many rows stand above it")
    columns = tuple(names[position] for position in positions)
    check_columns(columns, [position + 1 for position in positions], file)
    return Head(columns, positions, width)


def head_text(value: Any) -> str:
    """Return the text of a head's cell, its line breaks and runs of spaces as one space."""
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.text
    return " ".join((value.isoformat() if isinstance(value, date) else str(value)).split())


def column_names(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return the name of each column, "" where all its head cells are empty.

    An empty cell takes the text to its left, as a merged cell shows it, unless a row above starts another group there.
    """
    width = len(lines[0])
    named = [any(line[position] for line in lines) for position in range(width)]
    parts: list[list[str]] = [[] for _ in range(width)]
    starts = [position == 0 for position in range(width)]
    for line in lines:
        starts = [start or bool(text) for start, text in zip(starts, line, strict=True)]
        shown = ""
        for position, text in enumerate(line):
            shown = text if starts[position] else shown
            if shown and named[position]:
                parts[position].append(shown)
    return [JOINT.join(texts) for texts in parts]


def rows_below(rows: Iterator[tuple[int, list[Any]]], head: Head, file: Path) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows below a head, each with one cell per column."""
    width, positions = head.width, head.positions
    nameless = sorted(set(range(width)) - set(positions))
    for number, cells in rows:
        count = len(cells)
        if count > width:
            # Even where the last is empty: 3,000 without its quotes moves every cell behind it by one.
            raise FileError(
                f"{file.name}: row {number} has {count} cells, the head has {width}: put a value that contains "
                "the separator in quotes, or name the further columns"
            )
        if is_blank(cells):
            continue
        if count < width:
            cells.extend([None] * (width - count))
        if nameless:
            refuse_nameless_values(cells, nameless, f"{file.name}: row {number}")
            yield number, [cells[position] for position in positions]
        else:
            yield number, cells


def refuse_nameless_values(cells: Sequence[Any], nameless: Sequence[int], place: str) -> None:
    """Refuse a row that has a value in a column without a name."""
    for position in nameless:
        if cells[position] is not None:
            raise FileError(f"{place}: column {position + 1} has a value, and no name in the head: name it or empty it")
