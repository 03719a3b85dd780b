"""What was known at a release, and what changed between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db import times
from db.models import Release, fact_tables, history_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]
State = dict[str, dict[str, Row]]
"""The rows of every fact table by identifier, each with all its columns, ``released_in`` included."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a row between two releases: its values at the later one, or None where it was removed."""

    table: str
    id: str
    row: Row | None


async def latest(connection: AsyncConnection) -> int:
    """Return the number of the newest release, 0 before the first."""
    return await connection.scalar(sa.select(sa.func.coalesce(sa.func.max(Release.number), 0))) or 0


def at(table: sa.Table, release: int) -> sa.Select[Any]:
    """Select the rows of a fact table as a release left them."""
    return times.rows(table, release=sa.literal(release, sa.Integer), day=None)


async def state(connection: AsyncConnection, release: int) -> State:
    """Return every fact as a release left it."""
    return {
        name: {row["id"]: dict(row) for row in (await connection.execute(at(table, release))).mappings()}
        for name, table in fact_tables().items()
    }


async def changes(connection: AsyncConnection, after: int, until: int) -> list[Change]:
    """Return the net change of every row from one release to a later one, by table and identifier."""
    if after > until:
        raise ValueError(f"Release {after} is later than release {until}.")
    found: list[Change] = []
    for name, table in fact_tables().items():
        history, now = history_of(table), at(table, until).subquery("now")
        written = await connection.execute(sa.select(now).where(now.c.released_in > after))
        found += (Change(name, row["id"], dict(row)) for row in written.mappings())
        ended = history.c.released_in <= after, after < history.c.superseded_in, history.c.superseded_in <= until
        removed = sa.select(history.c.id).where(*ended, ~sa.exists().where(now.c.id == history.c.id))
        found += (Change(name, identifier, None) for identifier in await connection.scalars(removed))
    return sorted(found, key=lambda change: (change.table, change.id))


def apply(state: State, changes: Iterable[Change]) -> State:
    """Return the state that changes lead to."""
    result = {table: dict(rows) for table, rows in state.items()}
    for change in changes:
        if change.row is None:
            del result[change.table][change.id]
        else:
            result[change.table][change.id] = change.row
    return result
