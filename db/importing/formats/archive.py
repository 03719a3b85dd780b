"""The archive that a workbook is: how much there is in it, found before any of it is held in memory."""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING

from db.importing.tables import FileError
from db.importing.unpacking import CHUNK, refuse_bomb

if TYPE_CHECKING:
    from pathlib import Path

SHEETS = "xl/worksheets/"
# The texts and styles that all sheets share are held in memory whole, in two to three times their size.
MOST_SHARED = 64 * 1024**2
# A row is held in memory with all its cells.
LONGEST_ROW = 8 * 1024**2

ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
LONGEST_MATCH = 64


def check_archive(file: Path) -> bool:
    """Refuse a workbook that would fill the memory; return whether a sheet of it has formulas."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        # No part gives more than it declares here: the reading of an archive ends there.
        refuse_bomb(file, file.stat().st_size, sum(part.file_size for part in parts))
        shared = [part.file_size for part in parts if is_xml(part) and not part.filename.startswith(SHEETS)]
        if sum(shared) > MOST_SHARED:
            raise FileError(f"{file.name}: has more than {MOST_SHARED:,} bytes of shared texts: hand it in as CSV")
        has_formulas = False
        for part in parts:
            if is_xml(part) and part.filename.startswith(SHEETS):
                with archive.open(part) as sheet:
                    has_formulas |= check_sheet(sheet, file)
    return has_formulas


def is_xml(part: zipfile.ZipInfo) -> bool:
    """Return whether a part of a workbook is one that is read, unlike its pictures."""
    return part.filename.endswith((".xml", ".rels"))


def check_sheet(sheet: IO[bytes], file: Path) -> bool:
    """Refuse a sheet with a row that would fill the memory; return whether it has formulas."""
    has_formulas, since_row, kept = False, 0, b""
    while chunk := sheet.read(CHUNK):
        window = kept + chunk
        has_formulas = has_formulas or FORMULA.search(window) is not None
        rows = [row.start() for row in ROW.finditer(window)]
        since_row = len(window) - rows[-1] if rows else since_row + len(chunk)
        if since_row > LONGEST_ROW:
            raise FileError(f"{file.name}: a row is longer than {LONGEST_ROW:,} bytes: hand it in as CSV")
        kept = window[-LONGEST_MATCH:]
    return has_formulas
