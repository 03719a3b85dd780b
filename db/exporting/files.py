"""The files of an export: the facts and the mapping beside them, which take their names when both are whole."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from db.exporting.formats.delimited import csv_writer, tsv_writer
from db.exporting.formats.members import json_writer, ndjson_writer
from db.exporting.formats.parquet import parquet_writer
from db.exporting.formats.workbook import xlsx_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from db.exporting.columns import Cell, Column
    from db.importing.layout import Format

WRITERS: Mapping[
    Format, Callable[[Path, Sequence[Column]], AbstractContextManager[Callable[[Sequence[Cell]], None]]]
] = {
    "csv": csv_writer,
    "tsv": tsv_writer,
    "xlsx": xlsx_writer,
    "json": json_writer,
    "ndjson": ndjson_writer,
    "parquet": parquet_writer,
}
PART = ".part-"


class ExportStopped(ValueError):
    """An export that leaves everything as it was; the message says why and what to do."""


def mapping_beside(file: Path) -> Path:
    """Return where the mapping of an exported file is written."""
    return file.with_name(f"{file.name}.toml")


@contextmanager
def taking_place(file: Path, *, force: bool) -> Iterator[tuple[Path, Path]]:
    """Give two new files beside a file and its mapping, which replace these in the end, or are gone if all fails."""
    targets = (mapping_beside(file), file)
    mark = f"{PART}{uuid4().hex[:8]}-"
    # The suffix stays, by which is told whether a file is packed.
    parts = [target.with_name(f"{mark}{target.name}") for target in targets]
    try:
        _refuse_present(targets, force=force)
        yield parts[1], parts[0]
        for part in parts:
            _settle(part)
        _refuse_present(targets, force=force)
        for part, target in zip(parts, targets, strict=True):
            part.replace(target)
    except OSError as error:
        raise ExportStopped(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _refuse_present(targets: Sequence[Path], *, force: bool) -> None:
    for target in targets:
        if target.is_dir() or (target.exists() and not force):
            raise ExportStopped(f"{target} is there already: name another file, or say --force to replace it.")


def _settle(part: Path) -> None:
    """Have the disk hold what was written, before it takes the place of anything."""
    with part.open("rb") as written:
        os.fsync(written.fileno())


def write_mapping(file: Path, data: str, dataset: str, title: str, release: int) -> None:
    """Write the mapping by which an exported file of this name is read."""
    lines = (
        f"# {data} holds the facts of {dataset} as they were at release {release}, each with all that is stored of it:",
        f"# nextgraph import {data} --mapping {data}.toml",
        "",
        f"dataset = {_toml(dataset)}",
        f"title = {_toml(title)}",
        "exact = true",
        "",
    )
    file.write_text("\n".join(lines), "utf-8")


def _toml(text: str) -> str:
    """Return a text as TOML writes it, which differs from JSON in one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
