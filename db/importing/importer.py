"""Importing a file: its rows become facts, these are compared with what is there, and published as one release."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.importing.difference import Difference, difference, left_out, scopes
from db.importing.files import open_table
from db.importing.origin import publisher
from db.importing.staging import stage
from db.models import Document, imports
from db.releases.publishing import About, lock, publish_staged
from db.releases.reading import latest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from db.importing.facts import Refusal
    from db.importing.mapping import Read
    from db.importing.tables import Table
    from db.models import Release


class ImportStopped(ValueError):
    """An import that publishes nothing; the message says why and what to do."""


@dataclass(frozen=True)
class Choices:
    """How a file is imported."""

    partial: bool = False
    """Whether the file only adds to what the dataset has, instead of being all of it."""
    dry_run: bool = False
    """Whether to stop before publishing."""
    publisher: str | None = None
    """Any name or the identifier of the organization on whose behalf the file is imported."""
    reason: str | None = None
    """Why it is imported."""


@dataclass
class Outcome:
    """What an import found and did."""

    rows: int = 0
    without_facts: list[int] = field(default_factory=list)
    """The first of the rows of which the mapping makes nothing."""
    difference: Difference = field(default_factory=dict)
    release: Release | None = None
    known: bool = False
    """Whether this file was imported already, and nothing was published since."""


@dataclass(frozen=True)
class Watcher:
    """Who is told of refusals, progress and the difference as they are found, and asked to agree to publish it."""

    refused: Callable[[Refusal], None] = lambda _: None
    progress: Callable[[int, float | None], None] = lambda *_: None
    """Is told of the rows that were read, and the share of the file that they are, where that is known."""
    found: Callable[[Difference], None] = lambda _: None
    agrees: Callable[[], bool] = lambda: True


async def import_file(
    to: AsyncEngine | AsyncConnection, path: Path, read: Read, choices: Choices, watcher: Watcher | None = None
) -> Outcome:
    """Import a file by a mapping; where a row is refused, or nothing would change, nothing is published.

    On an engine the release is committed; on a connection it is part of the caller's transaction.
    """
    watcher = watcher or Watcher()
    digest = _digest(path)
    async with to.begin() if isinstance(to, AsyncEngine) else nullcontext(to) as connection:
        about = About(
            publisher_id=await publisher(connection, choices.publisher, read.mapping),
            reason=choices.reason,
            source_id=f"{Document.id_prefix}:{read.mapping.dataset}",
            file_name=path.name,
            file_sha256=digest,
        )
        if await _is_known(connection, read, digest):
            return Outcome(known=True)
        with open_table(path, read.mapping.file) as table:
            told = partial(_tell, watcher, table)
            staged = await stage(connection, read.mapping, table, watcher.refused, told)
        if staged.refused:
            raise ImportStopped(
                f"{staged.refused:,} of {staged.rows:,} rows are refused, so nothing is published: correct them, "
                "or the mapping, and import the file again."
            )
        scope = {} if choices.partial else scopes(read.mapping.dataset)
        removed = {table: left_out(table, within, staged.tables.get(table)) for table, within in scope.items()}
        newest = await latest(connection)
        found = await difference(connection, staged.tables, removed)
        outcome = Outcome(staged.rows, staged.without_facts, found)
        watcher.found(found)
        if choices.dry_run or not watcher.agrees():
            return outcome
        await lock(connection)
        if await latest(connection) != newest:
            # Someone published since the difference was found.
            outcome.difference = await difference(connection, staged.tables, removed)
            if outcome.difference != found:
                watcher.found(outcome.difference)
                if not watcher.agrees():
                    return outcome
        outcome.release = await publish_staged(connection, read.mapping.title, staged.tables, removed, about)
        if outcome.release:
            # The statistics of before would mislead readers until PostgreSQL gets round to new ones by itself.
            await connection.execute(sa.text(f"ANALYZE {', '.join(table.name for table in staged.tables)}"))
        if not choices.partial:
            # Whoever imports this file next as the whole list must not be told that it is known.
            await _log(connection, path, read, digest, outcome)
        return outcome


def _tell(watcher: Watcher, table: Table, rows: int) -> None:
    watcher.progress(rows, table.share())


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ImportStopped(f"{path} cannot be read: {error.strerror}.") from None


async def _is_known(connection: AsyncConnection, read: Read, digest: str) -> bool:
    """Return whether this very file was imported by this very mapping, and no release came after."""
    same = sa.and_(
        imports.c.dataset == read.mapping.dataset,
        imports.c.file_sha256 == digest,
        imports.c.mapping_sha256 == read.sha256,
        imports.c.newest_release == await latest(connection),
    )
    return bool(await connection.scalar(sa.select(sa.exists().where(same))))


async def _log(connection: AsyncConnection, path: Path, read: Read, digest: str, outcome: Outcome) -> None:
    await connection.execute(
        sa.insert(imports).values(
            dataset=read.mapping.dataset,
            file_name=path.name,
            file_sha256=digest,
            mapping_sha256=read.sha256,
            rows=outcome.rows,
            refused=0,
            newest_release=await latest(connection),
            release=outcome.release.number if outcome.release else None,
        )
    )
