"""Importing a file: its rows become facts, these are compared with what is there, and published as one release."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.claims.settling import Settlement
from db.importing.conflicts import conflicts
from db.importing.difference import Difference, difference, document_id, left_out, scopes
from db.importing.exact import stage_exact
from db.importing.files import open_table
from db.importing.mapping import ReadExact
from db.importing.origin import concerns
from db.importing.priority import let_readers_go_first
from db.importing.publisher import publisher
from db.importing.staging import stage
from db.importing.stopping import ImportStopped, faults_of_the_database
from db.importing.trespassing import keep_to
from db.models import CHANGES, imports
from db.releases.publishing import About, lock, publish_staged, refusals
from db.releases.reading import latest
from db.releases.rows import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from db.importing.facts import Refusal
    from db.importing.mapping import Read
    from db.importing.staging import Staged
    from db.importing.tables import Table
    from db.models import Release


__all__ = ["Choices", "ImportStopped", "Outcome", "Watcher", "import_file"]


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
    only_for: str | None = None
    """The organization whose facts it may touch, by its identifier; None for who may touch all."""


@dataclass
class Outcome:
    """What an import found and did."""

    rows: int = 0
    without_facts: list[int] = field(default_factory=list)
    """The first of the rows of which the mapping makes nothing."""
    unmatched: int = 0
    """How many texts name no fact, and are listed because the mapping says so."""
    difference: Difference = field(default_factory=dict)
    release: Release | None = None
    known: bool = False
    """Whether this file was imported already, and nothing that concerns it was published since."""


@dataclass(frozen=True)
class Watcher:
    """Who is told of refusals, progress and the difference as they are found, and asked to agree to publish it."""

    refused: Callable[[Refusal], None] = lambda _: None
    progress: Callable[[int, float | None], None] = lambda *_: None
    """Is told of the rows that were read, and the share of the file that they are, where that is known."""
    found: Callable[[Difference], None] = lambda _: None
    agrees: Callable[[], bool] = lambda: True
    unmatched: Callable[[Refusal], None] = lambda _: None


async def import_file(
    to: AsyncEngine | AsyncConnection,
    path: Path,
    read: Read | ReadExact,
    choices: Choices,
    watcher: Watcher | None = None,
) -> Outcome:
    """Import a file by a mapping; where a row is refused, or nothing would change, nothing is published.

    On an engine the release is committed; on a connection it is part of the caller's transaction.
    """
    watcher = watcher or Watcher()
    with faults_of_the_database():
        async with to.begin() if isinstance(to, AsyncEngine) else nullcontext(to) as connection:
            return await _import(connection, path, read, choices, watcher)


async def _import(
    connection: AsyncConnection, path: Path, read: Read | ReadExact, choices: Choices, watcher: Watcher
) -> Outcome:
    await let_readers_go_first(connection)
    digest = _digest(path)
    about = About(
        publisher_id=await publisher(connection, choices.publisher, read.mapping, choices.only_for),
        reason=choices.reason,
        source_id=document_id(read.mapping.dataset),
        file_name=path.name,
        file_sha256=digest,
    )
    if await _is_known(connection, read, digest):
        return Outcome(known=True)
    with open_table(path, read.mapping.file) as table:
        staged = await _staged(connection, read, table, watcher)
    if _digest(path) != digest:
        raise ImportStopped(f"{path} was changed while it was read, so nothing is published: import it again.")
    if staged.refused:
        raise ImportStopped(
            f"{staged.refused:,} of {staged.rows:,} rows are refused, so nothing is published: correct them, "
            "or the mapping, and import the file again."
        )
    scope = {} if choices.partial else scopes(read.mapping.dataset)
    removed = {table: left_out(table, within, staged.tables.get(table)) for table, within in scope.items()}
    # An exported file has facts as they had come to be, not what their publisher says of them.
    says = None if isinstance(read, ReadExact) else read.mapping.dataset
    settlement = Settlement(connection, staged.tables, removed, says)
    outcome = Outcome(staged.rows, staged.without_facts, staged.unmatched)
    told: Difference | None = None
    while True:
        newest = await latest(connection)
        await settlement.settle()
        await keep_to(choices.only_for, connection, staged.tables, removed, watcher.refused)
        outcome.difference = await difference(connection, staged.tables, removed)
        if outcome.difference != told:
            told = outcome.difference
            watcher.found(told)
            if choices.dry_run or not watcher.agrees():
                return outcome
        # Others may publish while someone thinks, so what was agreed to is looked at again once they cannot.
        async with connection.begin_nested() as turn:
            await lock(connection)
            if await latest(connection) == newest:
                outcome.release = await _published(
                    connection, read.mapping.title, staged.tables, removed, about, watcher
                )
                break
            await turn.rollback()
    if outcome.release:
        # The statistics of before would mislead readers until PostgreSQL gets round to new ones by itself.
        await connection.execute(sa.text(f"ANALYZE {', '.join(table.name for table in staged.tables)}"))
    if not choices.partial:
        # Whoever imports this file next as the whole list must not be told that it is known.
        await _log(connection, path, read, digest, outcome)
    return outcome


async def _staged(connection: AsyncConnection, read: Read | ReadExact, table: Table, watcher: Watcher) -> Staged:
    told = partial(_tell, watcher, table)
    if isinstance(read, ReadExact):
        return await stage_exact(connection, read.mapping, table, watcher.refused, told)
    return await stage(connection, read.mapping, table, watcher.refused, told, watcher.unmatched)


async def _published(
    connection: AsyncConnection,
    title: str,
    staged: Mapping[sa.Table, sa.TableClause],
    removed: Mapping[sa.Table, sa.ColumnElement[bool]],
    about: About,
    watcher: Watcher,
) -> Release | None:
    """Publish, and tell of the rows of the file because of which the database refuses."""
    try:
        with refusals():
            async with connection.begin_nested():
                return await publish_staged(connection, title, staged, removed, about)
    except ReleaseError:
        refused = 0
        async for refusal in conflicts(connection, staged, removed):
            watcher.refused(refusal)
            refused += 1
        if not refused:
            raise
        raise ImportStopped(
            f"{refused:,} values do not fit what is there by now, so nothing is published: correct them, "
            "or the mapping, and import the file again."
        ) from None


def _tell(watcher: Watcher, table: Table, rows: int) -> None:
    watcher.progress(rows, table.share())


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ImportStopped(f"{path} cannot be read: {error.strerror}.") from None


async def _is_known(connection: AsyncConnection, read: Read | ReadExact, digest: str) -> bool:
    """Return whether this very file was imported by this very mapping, and no later release concerns it."""
    same = sa.select(sa.func.max(imports.c.newest_release)).where(
        imports.c.dataset == read.mapping.dataset,
        imports.c.file_sha256 == digest,
        imports.c.mapping_sha256 == read.sha256,
    )
    newest = await connection.scalar(same)
    if newest is None:
        return False
    later = sa.exists().where(CHANGES.c.released_in > newest, concerns(read.mapping, CHANGES.c.id))
    return not await connection.scalar(sa.select(later))


async def _log(connection: AsyncConnection, path: Path, read: Read | ReadExact, digest: str, outcome: Outcome) -> None:
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
