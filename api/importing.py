"""An import as the person at the terminal sees it: progress, the difference, a question, and a report of refusals."""

from __future__ import annotations

import csv
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from api.progress import RowCount
from db.bootstrap import prepare
from db.connection import engine
from db.importing.importer import ImportStopped, Watcher, import_file
from db.importing.mapping import MappingError, known_datasets
from db.importing.priority import going_last

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from db.importing.difference import Difference
    from db.importing.facts import Refusal
    from db.importing.importer import Choices
    from db.importing.mapping import Read, ReadExact

LONGEST_SHOWN = 80
HEAD = ("행 row", "열 column", "값 value", "사유 reason")
REFUSED = "Rows are refused; what is wrong with them is written to"
UNMATCHED = "Some texts name no fact, or several; they are written to"


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


def unmatched_path(file: Path) -> Path:
    """Return where it is reported what in a file named no fact, and was left out for it."""
    return Path(f"{file.name}.unmatched.csv")


async def imported(url: sa.URL, file: Path, read: Read | ReadExact, choices: Choices, watcher: Watcher) -> None:
    """Import a file into a database that is brought up to date first, and say what came of it."""
    await prepare(url)
    async with engine(url) as pool:
        with going_last():
            outcome = await import_file(pool, file, read, choices, watcher)
    if outcome.without_facts:
        typer.echo(f"Rows of which the mapping makes nothing begin with {', '.join(map(str, outcome.without_facts))}.")
    if outcome.unmatched:
        typer.echo(f"Named no fact, or several, and are left out: {outcome.unmatched:,}. See {unmatched_path(file)}.")
    if outcome.known:
        typer.echo("This file was imported already, and nothing was published since that concerns it: nothing to do.")
    elif outcome.release:
        typer.echo(f"Published as release {outcome.release.number}.")
    else:
        typer.echo("Nothing was published.")


@contextmanager
def watching(file: Path, *, agreed: bool) -> Iterator[Watcher]:
    """Give an import someone to tell; a report is written where there is something to report, and only then."""
    with ExitStack() as files:
        refusals = _Report(refused_path(file), REFUSED, files)
        unmatched = _Report(unmatched_path(file), UNMATCHED, files)
        reading = RowCount("Read", lambda: refusals.count)
        files.callback(reading.end)

        def found(difference: Difference) -> None:
            reading.end()
            for report in (refusals, unmatched):
                report.flush()
            for line in described(difference):
                typer.echo(line)

        agrees = partial(_agrees, agreed=agreed)
        yield Watcher(refusals.add, reading.told, found, agrees, unmatched.add)


def _agrees(*, agreed: bool) -> bool:
    return agreed or typer.confirm("Publish this as a release?")


class _Report:
    """Writes what is wrong as a table for a spreadsheet, which is made, and told of, when the first comes."""

    def __init__(self, path: Path, sentence: str, files: ExitStack) -> None:
        self._path, self._sentence, self._files = path.absolute(), sentence, files
        self._file: TextIO | None = None
        self._writer: Any = None
        self.count = 0

    def add(self, refusal: Refusal) -> None:
        self.count += 1
        with self._writable():
            self._writer = self._writer or self._begun()
            self._writer.writerow((refusal.row, refusal.column, refusal.cell, refusal.reason))

    def flush(self) -> None:
        """Write what is held back: before anything is published, it must be on the disk, or known not to fit on it."""
        if self._file:
            with self._writable():
                self._file.flush()

    def _begun(self) -> Any:
        # With a mark by which spreadsheets know UTF-8.
        self._file = self._path.open("w", encoding="utf-8-sig", newline="")
        self._files.callback(self._close)
        typer.echo(f"{self._sentence} {self._path.name}", err=True)
        writer = csv.writer(self._file)
        writer.writerow(HEAD)
        return writer

    def _close(self) -> None:
        assert self._file
        with self._writable():
            self._file.close()

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ImportStopped(
                f"There is something to report of the file, and {self._path} cannot be written: {error.strerror}. "
                "So nothing is published: run the command in a folder that you may write to, and that has room."
            ) from None


def shortened(value: object) -> str:
    """Return a value in one line: the text of a provision would fill the terminal."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}… ({len(text):,} characters)"


def described(difference: Difference) -> Iterator[str]:
    """Describe a difference, table by table."""
    if not any(each.added or each.changed or each.removed for each in difference.values()):
        yield "Nothing would change."
    for name, each in difference.items():
        parts = ("added", "changed", "removed", "unchanged")
        yield f"{name}: {', '.join(f'{getattr(each, part):,} {part}' for part in parts)}"
        yield from (f"  + {identifier}" for identifier in each.first_added[:3])
        for one in each.first_changed:
            yield f"  ~ {one.id} {one.field}: {shortened(one.before)} -> {shortened(one.after)}"
        yield from (f"  - {identifier}" for identifier in each.first_removed)
