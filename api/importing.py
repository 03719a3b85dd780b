"""An import as the person at the terminal sees it: progress, the difference, a question, and a report of refusals."""

from __future__ import annotations

import csv
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from db.bootstrap import prepare
from db.connection import engine
from db.importing.importer import Watcher, import_file
from db.importing.mapping import MappingError, known_datasets

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from db.importing.difference import Difference
    from db.importing.facts import Refusal
    from db.importing.importer import Choices
    from db.importing.mapping import Read

HEAD = ("행 row", "열 column", "값 value", "사유 reason")


def mapping_path(dataset: str | None, mapping: Path | None, more: Path | None) -> Path:
    """Return where the mapping stands that the terminal asks for; ``more`` is a folder of further ones."""
    known = known_datasets(more)
    if (dataset is None) == (mapping is None):
        raise MappingError(f"Give either --mapping FILE or --dataset with one of: {', '.join(known)}.")
    if mapping is not None:
        return mapping
    if dataset not in known:
        raise MappingError(f"There is no dataset {dataset!r}; known are {', '.join(known)}.")
    return known[dataset]


def refused_path(file: Path) -> Path:
    """Return where refused rows of a file are reported: in the folder where the command runs."""
    return Path(f"{file.name}.refused.csv")


async def imported(url: sa.URL, file: Path, read: Read, choices: Choices, watcher: Watcher) -> None:
    """Import a file into a database that is brought up to date first, and say what came of it."""
    await prepare(url)
    async with engine(url) as pool:
        outcome = await import_file(pool, file, read, choices, watcher)
    if outcome.without_facts:
        typer.echo(f"Rows of which the mapping makes nothing begin with {', '.join(map(str, outcome.without_facts))}.")
    if outcome.known:
        typer.echo("This file was imported already, and nothing has been published since: nothing to do.")
    elif outcome.release:
        typer.echo(f"Published as release {outcome.release.number}.")
    else:
        typer.echo("Nothing was published.")


@contextmanager
def watching(report: Path, *, agreed: bool) -> Iterator[Watcher]:
    """Give an import someone to tell; ``report`` is written where a row is refused, and only then."""
    with ExitStack() as files:
        refusals = _Refusals(report, files)
        reading = Reading(refusals)
        files.callback(reading.end)

        def found(difference: Difference) -> None:
            reading.end()
            for line in described(difference):
                typer.echo(line)

        agrees = partial(_agrees, agreed=agreed)
        yield Watcher(refusals.add, reading.told, found, agrees)


def _agrees(*, agreed: bool) -> bool:
    return agreed or typer.confirm("Publish this as a release?")


class Reading:
    """The bar that shows how far a file is read, on a terminal, and the line that sums it up."""

    def __init__(self, refusals: _Refusals) -> None:
        self._refusals, self._began, self._rows = refusals, time.monotonic(), 0
        console = Console(stderr=True)
        columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=None)

    def told(self, rows: int, share: float | None) -> None:
        """Show how many rows are read, and how much of the file that is, where it is known."""
        self._rows = rows
        self._bar.start()
        total = None if share is None else 1
        self._bar.update(self._task, description=self._summary(), total=total, completed=share or 0)

    def end(self) -> None:
        """Take the bar away and sum up, once."""
        self._bar.stop()
        if self._rows:
            typer.echo(f"Read {self._summary()} in {time.monotonic() - self._began:.1f} s", err=True)
            self._rows = 0

    def _summary(self) -> str:
        rate = self._rows / max(time.monotonic() - self._began, 1e-9)
        refused = f", {self._refusals.count:,} refused" if self._refusals.count else ""
        return f"{self._rows:,} rows, {rate:,.0f} rows/s{refused}"


class _Refusals:
    """Writes refusals as a table for a spreadsheet, which is made when the first one comes."""

    def __init__(self, path: Path, files: ExitStack) -> None:
        self._path, self._files = path, files
        self._writer: Any = None
        self.count = 0

    def add(self, refusal: Refusal) -> None:
        self.count += 1
        self._writer = self._writer or self._begun()
        self._writer.writerow((refusal.row, refusal.column, refusal.cell, refusal.reason))

    def _begun(self) -> Any:
        # With a mark by which spreadsheets know UTF-8.
        file = self._files.enter_context(self._path.open("w", encoding="utf-8-sig", newline=""))
        typer.echo(f"Rows are refused; what is wrong with them is written to {self._path}", err=True)
        writer = csv.writer(file)
        writer.writerow(HEAD)
        return writer


def described(difference: Difference) -> Iterator[str]:
    """Describe a difference, table by table."""
    if not any(each.added or each.changed or each.removed for each in difference.values()):
        yield "Nothing would change."
    for name, each in difference.items():
        parts = ("added", "changed", "removed", "unchanged")
        yield f"{name}: {', '.join(f'{getattr(each, part):,} {part}' for part in parts)}"
        yield from (f"  + {identifier}" for identifier in each.first_added[:3])
        yield from (f"  ~ {one.id} {one.field}: {one.before} -> {one.after}" for one in each.first_changed)
        yield from (f"  - {identifier}" for identifier in each.first_removed)
