"""An export as the person at the terminal sees it: where it goes, progress, and what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from api.progress import RowCount
from db.bootstrap import prepare
from db.connection import engine
from db.exporting.exporter import export
from db.exporting.files import ExportStopped, mapping_beside, taking_place, write_mapping
from db.importing.files import FORMATS, FileError, chosen_format
from db.importing.layout import Layout

if TYPE_CHECKING:
    import sqlalchemy as sa

USUAL = "csv"


def target(dataset: str, output: Path | None, format_: str | None) -> Path:
    """Return the file that an export writes: the one that is named, or the dataset's in a folder."""
    if format_ is not None and format_ not in FORMATS:
        raise ExportStopped(f"There is no format {format_!r}: choose one of {', '.join(FORMATS)}.")
    folder = Path() if output is None else output
    if folder.is_dir():
        return folder / f"{dataset}.{format_ or USUAL}"
    if format_ is not None and chosen_format(folder, Layout()) != format_:
        raise ExportStopped(f"{folder}: its suffix is not that of {format_}: leave --format out, or name a folder.")
    return folder


async def exported(url: sa.URL, dataset: str, file: Path, *, release: int | None, force: bool) -> None:
    """Export a dataset from a database that is brought up to date first, and say what was written."""
    format_ = chosen_format(file, Layout())
    await prepare(url)
    with taking_place(file, force=force) as (data, mapping):
        written = RowCount("Wrote")
        try:
            async with engine(url) as pool:
                found = await export(pool, dataset, data, format_, release=release, progress=written.told)
        except FileError as error:
            # It names the file by the name that it has until it is whole.
            raise ExportStopped(str(error).replace(data.name, file.name)) from None
        finally:
            written.stop()
        written.end()
        write_mapping(mapping, file.name, dataset, found.title, found.release)
    typer.echo(f"{found.facts:,} facts of {dataset} at release {found.release} are in {file}.")
    typer.echo(f"{mapping_beside(file)} is the mapping to import it with.")
