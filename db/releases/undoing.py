"""Undo a release: publish its inverse as a release of its own, so that nothing is lost."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.claims.settling import Settlement
from db.models import CHANGES, ChangeKind, Release, fact_tables, history_of
from db.models.identity import models_by_prefix
from db.releases.publishing import NOTHING_SAID, About, lock, publish_staged, refusals, staging
from db.releases.reading import latest
from db.releases.rows import ReleaseError
from db.releases.versions import Version


async def undo(
    to: AsyncEngine | AsyncConnection, number: int, title: str | None = None, *, about: About = NOTHING_SAID
) -> Release:
    """Publish a release that removes the rows that a release added, and gives those that it changed or removed back.

    Refused with a ReleaseError where a later release touched one of them, unless it is again as this release left it.
    An undo is undone like any other release.
    """
    if isinstance(to, AsyncEngine):
        async with to.begin() as connection:
            return await undo(connection, number, title, about=about)
    with refusals():
        async with to.begin_nested():
            await lock(to)
            await check_undo(to, number)
            tables = await _touched(to, number)
            staged = {table: await _former(to, table, number) for table in tables}
            added = {table: _added(table, number) for table in tables}
            # What was claimed since of the same facts is weighed anew, now without what is undone.
            await Settlement(to, staged, added, undone=number).settle()
            release = await publish_staged(to, title or undo_title(number), staged, added, about)
            for each in staged.values():
                await to.execute(sa.text(f"DROP TABLE {each.name}"))
            assert release is not None, "a release changed something, so its inverse does"
            return release


def undo_title(number: int) -> str:
    """Return the title of an undo for which none was given."""
    return f"{number}번 판 되돌림 | Undo of release {number}"


async def check_undo(connection: AsyncConnection, number: int) -> None:
    """Raise a ReleaseError where there is no such release, or a row is no longer as it left it."""
    newest = await latest(connection)
    if not 0 < number <= newest:
        raise ReleaseError(f"There is no release {number}; the newest is {newest}.")
    if not await connection.scalar(sa.select(sa.exists().where(CHANGES.c.released_in == number))):
        raise ReleaseError(f"Release {number} changed no row, so there is nothing to undo.")
    later = CHANGES.alias("later")
    left, now = (Version(CHANGES.c.id, sa.literal(release)) for release in (number, newest))
    lost = (
        sa.select(later.c.id, later.c.released_in, Release.title)
        .join(CHANGES, CHANGES.c.id == later.c.id)
        .join(Release, Release.number == later.c.released_in)
        .where(CHANGES.c.released_in == number, later.c.released_in > number, left.is_distinct_from(now))
        .order_by(later.c.released_in.desc(), later.c.id)
    )
    if first := (await connection.execute(lost.limit(1))).first():
        raise ReleaseError(
            f"Release {number} cannot be undone: release {first.released_in} ({first.title}) touched {first.id} later. "
            f"Undo release {first.released_in} first."
        )


async def _touched(connection: AsyncConnection, number: int) -> set[sa.Table]:
    prefixes = sa.select(sa.func.split_part(CHANGES.c.id, ":", 1)).where(CHANGES.c.released_in == number).distinct()
    models, tables = models_by_prefix(), fact_tables()
    return {tables[models[prefix].__tablename__] for prefix in await connection.scalars(prefixes)}


async def _former(connection: AsyncConnection, table: sa.Table, number: int) -> sa.TableClause:
    """Stage the rows that a release replaced or removed."""
    staged, former = await staging(connection, table), history_of(table)
    names = [column.name for column in staged.columns]
    rows = sa.select(*(former.c[name] for name in names)).where(former.c.superseded_in == number)
    await connection.execute(sa.insert(staged).from_select(names, rows))
    return staged


def _added(table: sa.Table, number: int) -> sa.ColumnElement[bool]:
    added = sa.exists().where(CHANGES.c.released_in == number, CHANGES.c.id == table.c.id)
    return added.where(CHANGES.c.kind == ChangeKind.ADDED)
