"""JSON and NDJSON: an object for each row, without a member where there is no value."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from db.exporting.streams import open_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from db.exporting.columns import Cell, Column


@contextmanager
def ndjson_writer(file: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes a row as a line."""
    with open_text(file) as text:
        yield record_writer(text, columns, "", "\n")


@contextmanager
def json_writer(file: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes a row as an element of one list."""
    with open_text(file) as text:
        text.write("[")
        write, following = (record_writer(text, columns, before, "") for before in ("\n", ",\n"))

        def write_element(cells: Sequence[Cell]) -> None:
            nonlocal write
            write(cells)
            write = following

        yield write_element
        text.write("\n]\n")


def record_writer(text: TextIO, columns: Sequence[Column], before: str, after: str) -> Callable[[Sequence[Cell]], None]:
    """Return what writes a row as an object, between two texts."""
    names = [column.name for column in columns]

    def write(cells: Sequence[Cell]) -> None:
        members = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
        text.write(f"{before}{json.dumps(members, ensure_ascii=False)}{after}")

    return write
