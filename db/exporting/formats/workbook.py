"""XLSX: one sheet, written row by row; every text is stored where it stands, so that none is held in memory."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from db.importing.exact_cells import as_text
from db.importing.formats.workbook import LAST_ROW
from db.importing.tables import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from db.exporting.columns import Cell, Column

LONGEST_TEXT = 32_767
"""What a cell of a sheet can hold, in units of UTF-16."""
# Spreadsheets keep fifteen digits of a number.
LARGEST_NUMBER = 10**15 - 1
SHEET = "xl/worksheets/sheet1.xml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMATS = "http://schemas.openxmlformats.org"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{FORMATS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{KINDS}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{FORMATS}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{FORMATS}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{FORMATS}/spreadsheetml/2006/main" '
    f'xmlns:r="{FORMATS}/officeDocument/2006/relationships"><sheets><sheet name="facts" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{FORMATS}/package/2006/relationships"><Relationship '
    f'Id="rId1" Type="{FORMATS}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}


@contextmanager
def xlsx_writer(file: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes a row into the sheet of a new workbook."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in PARTS.items():
            archive.writestr(entry(name), XML + content)
        with archive.open(entry(SHEET), "w", force_zip64=True) as sheet:
            sheet.write(f'{XML}<worksheet xmlns="{FORMATS}/spreadsheetml/2006/main"><sheetData>'.encode())
            letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
            number = 0

            def write(cells: Sequence[Cell]) -> None:
                nonlocal number
                number += 1
                if number > LAST_ROW:
                    raise FileError(
                        f"{file.name}: a sheet ends at row {LAST_ROW:,}: choose another format, such as csv"
                    )
                filled = (
                    xml(cell, f"{letter}{number}")
                    for letter, cell in zip(letters, cells, strict=True)
                    if cell is not None
                )
                sheet.write(f'<row r="{number}">{"".join(filled)}</row>'.encode())

            def xml(cell: Cell, place: str) -> str:
                if isinstance(cell, bool):
                    return f'<c r="{place}" t="b"><v>{cell:d}</v></c>'
                if isinstance(cell, int) and abs(cell) <= LARGEST_NUMBER:
                    return f'<c r="{place}"><v>{cell}</v></c>'
                text = as_text(cell) or ""
                if len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT:
                    raise FileError(
                        f"{file.name}: {place}: a cell of a sheet holds no more than {LONGEST_TEXT:,} characters: "
                        "choose another format, such as csv"
                    )
                return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'

            write([column.name for column in columns])
            yield write
            sheet.write(b"</sheetData></worksheet>")


def entry(name: str) -> zipfile.ZipInfo:
    """Return the entry of a part, of the same date always, so that one state makes one file."""
    found = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    found.compress_type = zipfile.ZIP_DEFLATED
    return found
