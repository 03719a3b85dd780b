"""CSV and TSV."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

from db.exporting.streams import open_text
from db.importing.exact_cells import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from db.exporting.columns import Cell, Column


@contextmanager
def csv_writer(file: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes a row with its cells separated by commas."""
    with delimited_writer(file, columns, ",") as write:
        yield write


@contextmanager
def tsv_writer(file: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes a row with its cells separated by tabs."""
    with delimited_writer(file, columns, "\t") as write:
        yield write


@contextmanager
def delimited_writer(
    file: Path, columns: Sequence[Column], delimiter: str
) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes a row with its cells separated by one character, and in quotes where they contain it."""
    with open_text(file) as text:
        rows = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        rows.writerow([column.name for column in columns])

        def write(cells: Sequence[Cell]) -> None:
            rows.writerow(map(as_text, cells))

        yield write
