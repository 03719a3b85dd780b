"""NDJSON: one JSON record a line."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from db.importing.encodings import open_text, share_read
from db.importing.formats.members import flat, parse
from db.importing.tables import MOST_COLUMNS, FileError, Table, check_columns, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.importing.layout import Layout


@contextmanager
def open_ndjson(file: Path, layout: Layout) -> Iterator[Table]:
    """Open an NDJSON file; it is read twice, because the last record may have a member that no other has."""
    columns: dict[str, None] = {}
    with open_text(file, layout.encoding) as text:
        for _, record in records(text, file):
            columns |= dict.fromkeys(record)
            if len(columns) > MOST_COLUMNS:
                break
    check_columns(tuple(columns), range(1, len(columns) + 1), file)
    with open_text(file, layout.encoding) as text:
        rows = numbered_rows(records(text, file), tuple(columns))
        yield Table(tuple(columns), rows, partial(share_read, file, text))


def records(lines: Iterator[str], file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every record with the number of its line."""
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        place = f"line {number}"
        record = parse(line, file, place)
        if not isinstance(record, dict):
            raise FileError(f"{file.name}: {place}: must be an object with named members")
        yield number, flat(record.items(), "", file, place)


def numbered_rows(
    found: Iterator[tuple[int, dict[str, Any]]], columns: tuple[str, ...]
) -> Iterator[tuple[int, list[Any]]]:
    """Yield the records as rows."""
    for number, record in found:
        cells = [record.get(column) for column in columns]
        if not is_blank(cells):
            yield number, cells
