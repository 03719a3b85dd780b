"""Any file that a ministry hands in, opened as one table: ``with open_table(path, layout) as table``."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from db.importing.formats.delimited import open_csv, open_tsv
from db.importing.formats.lines import open_ndjson
from db.importing.formats.parquet import open_parquet
from db.importing.formats.records import open_json
from db.importing.tables import CellError, FileError, Table
from db.importing.unpacking import is_packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from db.importing.layout import Format, Layout

__all__ = ["CellError", "FileError", "Table", "open_table"]


def _open_workbook(path: Path, layout: Layout) -> AbstractContextManager[Table]:
    # What reads workbooks takes longer to import than a short text file to read.
    from db.importing.formats.workbook import open_workbook

    return open_workbook(path, layout)


FORMATS: Mapping[Format, Callable[[Path, Layout], AbstractContextManager[Table]]] = {
    "csv": open_csv,
    "tsv": open_tsv,
    "xlsx": _open_workbook,
    "json": open_json,
    "ndjson": open_ndjson,
    "parquet": open_parquet,
}
SUFFIXES: Mapping[str, Format] = {f".{name}": name for name in FORMATS} | {".jsonl": "ndjson"}

ARCHIVE, PARQUET, GZIP = b"PK\x03\x04", b"PAR1", b"\x1f\x8b"
# What a file is, by its first bytes, whatever its name says.
SIGNATURES = {
    ARCHIVE: "an XLSX workbook or another ZIP archive",
    PARQUET: "Parquet",
    GZIP: "gzip",
    b"\xd0\xcf\x11\xe0": "an old XLS or HWP document, or a workbook with a password",
    b"%PDF": "PDF",
}
LONGEST_SIGNATURE = max(map(len, SIGNATURES))
SIGNATURE_OF: Mapping[Format, bytes] = {"xlsx": ARCHIVE, "parquet": PARQUET}


@contextmanager
def open_table(path: Path, layout: Layout) -> Iterator[Table]:
    """Open a file as a table; its rows are read as they are asked for, within the ``with`` block."""
    with ExitStack() as stack:
        try:
            chosen = chosen_format(path, layout)
            refuse_another_format(path, chosen)
            table = stack.enter_context(FORMATS[chosen](path, layout))
        except OSError as error:
            raise FileError(f"{path.name}: cannot be read ({error.strerror}): check the file and its rights") from error
        yield table


def chosen_format(path: Path, layout: Layout) -> Format:
    """Return the format that the layout gives, or else the file's suffix."""
    suffix = Path(path.stem if is_packed(path) else path.name).suffix.lower()
    chosen = layout.format or SUFFIXES.get(suffix)
    if chosen is None:
        raise FileError(f"{path.name}: its suffix names no format that can be read: use {', '.join(FORMATS)}")
    if is_packed(path) and chosen in SIGNATURE_OF:
        raise FileError(f"{path.name}: {chosen} is packed already: hand it in without gzip")
    return chosen


def refuse_another_format(path: Path, chosen: Format) -> None:
    """Refuse what is no file, and a file whose first bytes show another format than the chosen one."""
    if path.is_dir():
        raise FileError(f"{path.name}: is a folder: name a file in it")
    if not path.is_file():
        raise FileError(f"{path.name}: there is no such file: check the path {path}")
    with path.open("rb") as stream:
        start = stream.read(LONGEST_SIGNATURE)
    if not start:
        raise FileError(f"{path.name}: is empty: hand in the file with its rows")
    expected = GZIP if is_packed(path) else SIGNATURE_OF.get(chosen)
    found = next((signature for signature in SIGNATURES if start.startswith(signature)), None)
    if found != expected:
        kind = "gzip" if is_packed(path) else chosen
        shown = f"it is {SIGNATURES[found]}" if found else "its first bytes are not"
        raise FileError(f"{path.name}: is no {kind} file, {shown}: save it as {kind}, or correct its suffix or format")
