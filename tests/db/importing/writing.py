"""Files for the tests: the same table written in every format."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import xlsxwriter
from pyarrow import parquet

from db.importing.files import open_table
from db.importing.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def read(file: Path, **layout: Any) -> tuple[tuple[str, ...], list[tuple[int, list[Any]]]]:
    """Return the columns of a file and all of its rows with their numbers."""
    with open_table(file, Layout(**layout)) as table:
        return table.columns, [(number, list(cells)) for number, cells in table.rows]


def cells(file: Path, **layout: Any) -> list[list[Any]]:
    """Return the rows of a file without their numbers."""
    return [row for _, row in read(file, **layout)[1]]


def csv_bytes(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def written(file: Path, content: bytes | str) -> Path:
    """Write a file, packed if its name says so, and return it."""
    data = content.encode() if isinstance(content, str) else content
    file.write_bytes(gzip.compress(data, 1) if file.suffix == ".gz" else data)
    return file


def workbook(file: Path, rows: Iterable[Sequence[Any]]) -> Path:
    """Write a workbook with one sheet of texts and numbers, and return it."""
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("목록")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None and value != "":
                    (sheet.write_string if isinstance(value, str) else sheet.write)(number, column, value)
    return file


def json_file(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """Write records as a list, or one a line where the name says NDJSON, and return the file."""
    texts = [json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) for row in rows]
    lines = file.suffix == ".ndjson"
    return written(file, "\n".join(texts) + "\n" if lines else f"[{','.join(texts)}]")


def parquet_file(file: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]], kind: pa.DataType = None) -> Path:
    """Write columns of one type, or of what their values are, and return the file."""
    arrays = [pa.array([row[position] for row in rows], kind) for position in range(len(columns))]
    parquet.write_table(pa.Table.from_arrays(arrays, list(columns)), file)
    return file


def changed(source: Path, target: Path, part: str, content: bytes) -> Path:
    """Write a workbook anew with another content of one of its parts, and return it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return target


def sheet_xml(rows: str) -> bytes:
    """Return a sheet of a workbook whose rows are given as XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
