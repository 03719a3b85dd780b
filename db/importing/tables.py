"""What every file is read as: named columns, and rows of plain cells."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

# The widest published lists have some dozens of columns; PostgreSQL itself ends at 1,600.
MOST_COLUMNS = 1_000
# The longest scope texts have some thousand characters; more is a quote that was never closed, or another kind of file.
LONGEST_CELL = 1_000_000

# PostgreSQL stores neither; JSON can write both.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class FileError(ValueError):
    """A file that cannot be read as a table; the sentence names the file, the place and what to do."""


@dataclass(frozen=True)
class CellError:
    """A cell that holds an error instead of a value, such as ``#REF!``."""

    text: str


@dataclass(frozen=True)
class Table:
    """The columns of a file, and its rows, each with its number as a person counts it in the file, from 1.

    A row without any value is counted, and not given.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Any]]]
    share: Callable[[], float | None] = lambda: None
    """How much of the file is read by now, from 0 to 1, where that is known."""


def check_columns(columns: Sequence[str], positions: Sequence[int], file: Path) -> None:
    """Refuse too many columns, and two of the same name; positions are those in the file, from 1."""
    if len(columns) > MOST_COLUMNS:
        raise FileError(f"{file.name}: has {len(columns):,} columns, more than {MOST_COLUMNS:,}: leave some out")
    first: dict[str, int] = {}
    for name, position in zip(columns, positions, strict=True):
        if name in first:
            both = f"columns {first[name]} and {position}"
            raise FileError(f"{file.name}: {both} are both named {name!r}: give each its own name")
        first[name] = position


def cell(value: Any, file: Path, place: str) -> Any:
    """Return a value as a table gives it: a blank text is nothing, and what is no number is an error."""
    if isinstance(value, str):
        if not value or value.isspace():
            return None
        if len(value) > LONGEST_CELL:
            raise FileError(f"{file.name}: {place}: a text is longer than {LONGEST_CELL:,} characters: shorten it")
        if UNSTORABLE.search(value):
            raise FileError(f"{file.name}: {place}: a text has a NUL or half a character: remove it")
    elif isinstance(value, float) and not math.isfinite(value):
        return CellError(str(value))
    return value


def is_blank(cells: Sequence[Any]) -> bool:
    """Return whether a row has no value at all."""
    return not any(cells) and all(cell is None for cell in cells)
