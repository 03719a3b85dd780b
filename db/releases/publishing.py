"""Publish a release."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.models import Release, history_of
from db.models.base import Text
from db.releases.reading import latest
from db.releases.rows import ReleaseError, copied, ids_by_table, rows_by_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.models import Fact
    from db.releases.rows import Values

PUBLISHING = 7_001_001_002
"""The advisory lock that a transaction holds from before it takes a release number until it ends."""


async def publish(
    to: AsyncEngine | AsyncConnection, title: str, *, put: Iterable[Fact] = (), remove: Iterable[str] = ()
) -> Release | None:
    """Publish facts and removals as the next release, or return None, and write nothing, where nothing would change.

    A fact equal to its current row leaves the row untouched. On an engine the release is committed; on a connection
    it is part of the caller's transaction, which must be READ COMMITTED, and a refusal leaves that usable.
    """
    if isinstance(to, AsyncEngine):
        async with to.begin() as connection:
            return await publish(connection, title, put=put, remove=remove)
    rows, removals = rows_by_table(put, to.dialect), ids_by_table(remove)
    for table, ids in removals.items():
        if both := ids & rows.get(table, {}).keys():
            raise ReleaseError(f"{min(both)} is both put and removed.")
    with _refusals():
        async with to.begin_nested():
            return await _write(to, title, rows, removals)


async def lock(connection: AsyncConnection) -> None:
    """Keep others from publishing until the transaction ends; numbers therefore follow the order of commits."""
    await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(PUBLISHING)))


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the database refused in a sentence that names the constraint and the key."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        cause = error.driver_exception
        raise ReleaseError(f"{cause.constraint_name}: {cause.detail}") from error  # type: ignore[attr-defined]
    except asyncpg.DataError as error:
        raise ReleaseError(f"{error} ({error.context})" if error.context else str(error)) from error


async def _write(
    connection: AsyncConnection,
    title: str,
    rows: dict[sa.Table, dict[str, Values]],
    removals: dict[sa.Table, set[str]],
) -> Release | None:
    await lock(connection)
    number = await latest(connection) + 1
    for table, ids in removals.items():
        known = set(await connection.scalars(sa.select(table.c.id).where(_is_among(table.c.id, ids))))
        if unknown := ids - known:
            raise ReleaseError(f"{min(unknown)} cannot be removed: there is no such row.")
    incoming = {table: await _stage(connection, table, list(rows[table].values()), number) for table in rows}
    written = sum([await connection.scalar(sa.select(sa.func.count()).select_from(i)) or 0 for i in incoming.values()])
    removed = sum(len(ids) for ids in removals.values())
    release = None
    if written or removed:
        values = {"title": title, "rows_written": written, "rows_removed": removed}
        # now() is when the transaction began, which for one that waited may be before the release ahead of it.
        insert = sa.insert(Release).values(number=number, published_at=sa.func.clock_timestamp(), **values)
        inserted = await connection.execute(insert.returning(*sa.inspect(Release).columns))
        release = Release(**inserted.mappings().one())
    for table, ids in removals.items():
        await connection.execute(_end(table, number, _is_among(table.c.id, ids)))
    for table, staged in incoming.items():
        await connection.execute(_end(table, number, table.c.id == staged.c.id))
        names = table.c.keys()
        await connection.execute(sa.insert(table).from_select(names, sa.select(*(staged.c[name] for name in names))))
        await connection.execute(sa.text(f"DROP TABLE {staged.name}"))
    await connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    await connection.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
    return release


async def _stage(connection: AsyncConnection, table: sa.Table, rows: list[Values], number: int) -> sa.TableClause:
    """Bring rows into a temporary table and keep those that are new or differ from the current row."""
    names = [column.name for column in copied(table)]
    staged = sa.table(f"incoming_{table.name}", *(sa.column(column.name, column.type) for column in table.columns))
    await connection.execute(sa.text(f"CREATE TEMPORARY TABLE {staged.name} (LIKE {table.name}) ON COMMIT DROP"))
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    records = ((*row, number) for row in rows)
    await driver.copy_records_to_table(staged.name, records=records, columns=[*names, "released_in"])
    same = [staged.c[name].is_not_distinct_from(table.c[name]) for name in names]
    await connection.execute(sa.delete(staged).where(staged.c.id == table.c.id, *same))
    return staged


def _is_among(column: sa.Column[Any], ids: set[str]) -> sa.ColumnElement[bool]:
    return column == sa.any_(sa.literal(sorted(ids), sa.ARRAY(Text)))


def _end(table: sa.Table, number: int, which: sa.ColumnElement[bool]) -> sa.Insert:
    """Move current rows to the history as superseded by a release."""
    ended = sa.delete(table).where(which).returning(*table.c).cte("ended")
    moved = sa.select(*ended.c, sa.literal(number, sa.Integer))
    return sa.insert(history_of(table)).from_select([*table.c.keys(), "superseded_in"], moved)
