"""CSV and TSV."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TextIO

from db.importing.encodings import open_text, share_read
from db.importing.head import read_head, rows_below
from db.importing.tables import LONGEST_CELL, FileError, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.importing.layout import Layout

# The module's own limit, 131,072, is less than a cell may have; there is one for the whole process.
csv.field_size_limit(LONGEST_CELL)


@contextmanager
def open_csv(file: Path, layout: Layout) -> Iterator[Table]:
    """Open a file whose cells are separated by commas."""
    with open_delimited(file, layout, ",") as table:
        yield table


@contextmanager
def open_tsv(file: Path, layout: Layout) -> Iterator[Table]:
    """Open a file whose cells are separated by tabs."""
    with open_delimited(file, layout, "\t") as table:
        yield table


@contextmanager
def open_delimited(file: Path, layout: Layout, delimiter: str) -> Iterator[Table]:
    """Open a text file whose cells are separated by one character, and quoted where they contain it."""
    with open_text(file, layout.encoding) as text:
        rows = numbered_rows(text, delimiter, file)
        head = read_head(rows, layout, file)
        yield Table(head.columns, rows_below(rows, head, file), partial(share_read, file, text))


def numbered_rows(text: TextIO, delimiter: str, file: Path) -> Iterator[tuple[int, list[str | None]]]:
    """Yield every row with its number, a blank cell as None; a row that spans lines counts as one, as in a sheet."""
    line, number, count, before = "", 0, 0, 0

    def lines() -> Iterator[str]:
        nonlocal line
        for line in text:  # noqa: UP028 (the last one is looked at in the end)
            yield line

    try:
        for number, cells in enumerate(csv.reader(lines(), delimiter=delimiter, strict=True), 1):
            before, count = count, len(cells)
            yield number, [cell if cell and not cell.isspace() else None for cell in cells]
    except csv.Error as error:
        raise FileError(f"{file.name}: row {number + 1}: {fault(str(error))}") from None
    if count < before and not line.endswith(("\n", "\r")):
        raise FileError(
            f"{file.name}: row {number}: the file ends amid this row: hand it in again if it is cut off, or end the row"
        )


def fault(message: str) -> str:
    """Return what the csv module found wrong with a row, and what to do."""
    if "unexpected end" in message:
        return "a quote is never closed: close it, or hand in the file again if it is cut off"
    if "field larger" in message:
        return f"a cell is longer than {LONGEST_CELL:,} characters: shorten it, or close the quote that opens it"
    return f"the quotes are wrong ({message}): write a quote within a quoted cell twice"
