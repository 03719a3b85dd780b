"""XLSX: one sheet, read row by row; a formula gives the value that it was last calculated to."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from datetime import datetime, time, timedelta
from itertools import repeat
from typing import IO, TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import is_datetime

from db.importing.formats.archive import check_archive
from db.importing.head import read_head, rows_below
from db.importing.tables import CellError, FileError, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.importing.layout import Layout

# As a sheet can have; a row may claim any number, and all before it would be given as empty.
LAST_ROW = 1_048_576
# What the library raises at a damaged workbook: it takes the parts to be as they should.
DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    SyntaxError,
    TypeError,
    ValueError,
)
UNCALCULATED = "formula without a value"


@contextmanager
def open_workbook(file: Path, layout: Layout) -> Iterator[Table]:
    """Open a sheet of a workbook."""
    with ExitStack() as stack:
        # The library warns of what it leaves out of a workbook, such as lists to choose from.
        stack.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", module="openpyxl")
        stream = stack.enter_context(file.open("rb"))
        with damage_refused(file):
            has_formulas = check_archive(file)
        shown = sheet_rows(stream, file, layout.sheet, formulas=False)
        written = sheet_rows(stream, file, layout.sheet, formulas=True) if has_formulas else repeat(())
        rows = numbered_rows(shown, written, file)
        head = read_head(rows, layout, file)
        yield Table(head.columns, rows_below(rows, head, file))


@contextmanager
def damage_refused(file: Path) -> Iterator[None]:
    """Refuse the file at whatever the library cannot make sense of."""
    try:
        yield
    except FileError:
        raise
    except DAMAGES as error:
        reason = str(error) or type(error).__name__
        raise FileError(f"{file.name}: is damaged or cut off ({reason}): save it anew as XLSX") from error


def sheet_rows(stream: IO[bytes], file: Path, name: str | None, *, formulas: bool) -> Iterator[Any]:
    """Yield the cells of a sheet row by row, with the formulas themselves or with what they came to."""
    with damage_refused(file):
        sheets = {
            sheet.title: sheet
            for sheet in load_workbook(stream, read_only=True, data_only=not formulas, keep_links=False).worksheets
        }
        if not sheets or (name is not None and name not in sheets):
            names = ", ".join(sheets) or "none with cells"
            raise FileError(f"{file.name}: has no sheet {name or 'with cells'}: name one that it has ({names})")
        sheet = next(iter(sheets.values())) if name is None else sheets[name]
        # What a sheet says of its own size is often wrong, and would cut rows.
        sheet.reset_dimensions()
        yield from sheet.iter_rows()


def numbered_rows(shown: Iterator[Any], written: Iterator[Any], file: Path) -> Iterator[tuple[int, list[Any]]]:
    """Yield every row with its number, without the empty cells at its end."""
    for number, (cells, formulas) in enumerate(zip(shown, written, strict=False), 1):
        if number > LAST_ROW:
            raise FileError(f"{file.name}: has rows beyond {LAST_ROW:,}, the last that a sheet can have: save it anew")
        place = f"row {number}"
        values = [cell(plain(found), file, place) for found in cells]
        for position, formula in enumerate(formulas):
            if formula.data_type == "f" and values[position] is None:
                values[position] = CellError(UNCALCULATED)
        while values and values[-1] is None:
            values.pop()
        yield number, values


def plain(found: Any) -> Any:
    """Return the value of a cell: a whole number as int, a day as date, a time of day as text."""
    value = found.value
    if value is None or isinstance(value, str):
        return CellError(value or "") if found.data_type == "e" else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime):
        return value.date() if value.time() == time() and is_datetime(found.number_format) == "date" else value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return value
