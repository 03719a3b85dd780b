"""Publish a release."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.audit.chain import note
from db.models import CHANGES, ChangeKind, Release
from db.models.base import Grade, Text
from db.models.history import end
from db.releases.openness import refuse_exposure
from db.releases.reading import latest
from db.releases.references import checked_at_once
from db.releases.rows import ReleaseError, copied, ids_by_table, rows_by_table
from db.releases.searching import search_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from db.models import Fact
    from db.releases.rows import Values

PUBLISHING = 7_001_001_002
"""The advisory lock that a transaction holds from before it takes a release number until it ends."""

NOBODY_AFTERWARDS = [sa.null().label("grade_after"), sa.null().label("owner_id_after")]
ADDED, CHANGED, REMOVED = (sa.literal(kind, CHANGES.c.kind.type).label("kind") for kind in ChangeKind)


@dataclass(frozen=True)
class About:
    """On whose behalf a release is published, why, and where its facts come from; what is not said stays null."""

    publisher_id: str | None = None
    reason: str | None = None
    source_id: str | None = None
    file_name: str | None = None
    file_sha256: str | None = None


NOTHING_SAID = About()


async def publish(
    to: AsyncEngine | AsyncConnection,
    title: str,
    *,
    put: Iterable[Fact] = (),
    remove: Iterable[str] = (),
    about: About = NOTHING_SAID,
) -> Release | None:
    """Publish facts and removals as the next release, or return None, and write nothing, where nothing would change.

    A fact equal to its current row leaves the row untouched. Facts are written as they are put, whatever is claimed of
    them: what brings claims, or facts of which others claim something, goes through an import, a decision or an undo,
    which settle. On an engine the release is committed; on a connection it is part of the caller's transaction, which
    must be READ COMMITTED, and a refusal leaves that usable.
    """
    if isinstance(to, AsyncEngine):
        async with to.begin() as connection:
            return await publish(connection, title, put=put, remove=remove, about=about)
    rows, removals = rows_by_table(put, to.dialect), ids_by_table(remove)
    for table, ids in removals.items():
        if both := ids & rows.get(table, {}).keys():
            raise ReleaseError(f"{min(both)} is both put and removed.")
    with refusals():
        async with to.begin_nested():
            return await _write(to, title, rows, removals, about)


async def lock(connection: AsyncConnection) -> None:
    """Keep others from publishing until the transaction ends; numbers therefore follow the order of commits."""
    await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(PUBLISHING)))


@contextmanager
def refusals() -> Iterator[None]:
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
    about: About,
) -> Release | None:
    await lock(connection)
    for table, ids in removals.items():
        known = set(await connection.scalars(sa.select(table.c.id).where(_is_among(table.c.id, ids))))
        if unknown := ids - known:
            raise ReleaseError(f"{min(unknown)} cannot be removed: there is no such row.")
    staged = {table: await _stage(connection, table, list(rows[table].values())) for table in rows}
    removed = {table: _is_among(table.c.id, ids) for table, ids in removals.items()}
    release = await publish_staged(connection, title, staged, removed, about)
    for each in staged.values():
        await connection.execute(sa.text(f"DROP TABLE {each.name}"))
    return release


async def publish_staged(
    connection: AsyncConnection,
    title: str,
    staged: Mapping[sa.Table, sa.TableClause],
    removed: Mapping[sa.Table, sa.ColumnElement[bool]],
    about: About = NOTHING_SAID,
    *,
    even_if_nothing: bool = False,
) -> Release | None:
    """Publish the staged rows that are new or differ, and remove rows on which a condition holds.

    The caller holds the lock. Staged rows that equal their current row are dropped from the staging table, after the
    conditions of removals were looked at: these may ask what is staged.
    """
    written: dict[sa.Table, int] = {}
    for table, incoming in staged.items():
        same = sa.exists().where(table.c.id == incoming.c.id, ~differs(table, incoming))
        written[table] = await connection.scalar(sa.select(sa.func.count()).select_from(incoming).where(~same)) or 0
    gone = await counted(connection, removed)
    rows_written, rows_removed = sum(written.values()), sum(gone.values())
    if not (rows_written or rows_removed or even_if_nothing):
        return None
    number = await latest(connection) + 1
    values = {"title": title, "rows_written": rows_written, "rows_removed": rows_removed, **asdict(about)}
    # now() is when the transaction began, which for one that waited may be before the release ahead of it.
    insert = sa.insert(Release).values(number=number, published_at=sa.func.clock_timestamp(), **values)
    inserted = await connection.execute(insert.returning(*sa.inspect(Release).columns))
    release = Release(**inserted.mappings().one())
    async with checked_at_once(connection, number, staged, gone, rows_written + rows_removed):
        for table in gone:
            condition = removed[table]
            removed_rows = sa.select(table.c.id, REMOVED, *_restriction(table.c, "before"), *NOBODY_AFTERWARDS)
            await connection.execute(_log(number, removed_rows.where(condition)))
            await connection.execute(end(table, number, condition))
        for table, incoming in staged.items():
            await connection.execute(sa.delete(incoming).where(incoming.c.id == table.c.id, ~differs(table, incoming)))
            if written[table]:
                await _replace(connection, number, table, incoming)
        for table in dict.fromkeys([*gone, *(table for table, rows in written.items() if rows)]):
            await search_again(connection, number, table)
    await refuse_exposure(connection, number, staged)
    await connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    await connection.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
    # Whoever publishes, by whatever command or request, passes here, and nothing is published without its entry.
    await note(connection, "release", release=number, **values)
    return release


async def counted(
    connection: AsyncConnection, removed: Mapping[sa.Table, sa.ColumnElement[bool]]
) -> dict[sa.Table, int]:
    """Count the rows on which a condition holds, leaving out tables that have none.

    In one statement: a dataset may have facts in every table, and mostly nothing of them goes.
    """
    if not removed:
        return {}
    counts = [
        sa.select(sa.literal_column(f"'{table.name}'", Text), sa.func.count()).select_from(table).where(condition)
        for table, condition in removed.items()
    ]
    found = {name: count for name, count in await connection.execute(sa.union_all(*counts)) if count}
    return {table: found[table.name] for table in removed if table.name in found}


async def _replace(connection: AsyncConnection, number: int, table: sa.Table, incoming: sa.TableClause) -> None:
    """Put the staged rows into their table, and what they replace into its history."""
    kind = sa.case((table.c.id.is_(None), ADDED), else_=CHANGED).label("kind")
    both = incoming.outerjoin(table, table.c.id == incoming.c.id)
    before, after = _restriction(table.c, "before"), _restriction(incoming.c, "after")
    await connection.execute(_log(number, sa.select(incoming.c.id, kind, *before, *after).select_from(both)))
    await connection.execute(end(table, number, table.c.id == incoming.c.id))
    rows = sa.select(
        *(sa.literal(number) if name == "released_in" else incoming.c[name] for name in table.c.keys())  # noqa: SIM118
    )
    ordered = rows.order_by(*(incoming.c[name] for name in _listed_by(table)))
    await connection.execute(sa.insert(table).from_select(list(table.c.keys()), ordered))


def differs(table: sa.Table, staged: sa.TableClause) -> sa.ColumnElement[bool]:
    """Return whether a staged row says anything else than the current one."""
    return sa.or_(*(staged.c[column.name].is_distinct_from(column) for column in copied(table)))


def _listed_by(table: sa.Table) -> list[str]:
    """Return the columns in whose order the rows of one release are listed: written in it, they are indexed sooner."""
    listed = (index.columns.keys() for index in table.indexes)
    names = next((names for names in listed if names[1:] and names[-1] == "id"), ["id"])
    return [name for name in names if name != "released_in"]


async def staging(connection: AsyncConnection, table: sa.Table, *more: sa.Column[Any]) -> sa.TableClause:
    """Make a temporary table for rows that may be published, without the number of their release."""
    columns = [*copied(table), *more]
    staged = sa.table(f"incoming_{table.name}", *(sa.column(column.name, column.type) for column in columns))
    added = "".join(f", ADD {column.name} {column.type.compile(connection.dialect)}" for column in more)
    await connection.execute(sa.text(f"CREATE TEMPORARY TABLE {staged.name} (LIKE {table.name}) ON COMMIT DROP"))
    await connection.execute(sa.text(f"ALTER TABLE {staged.name} DROP released_in{added}"))
    return staged


async def copy(connection: AsyncConnection, staged: sa.TableClause, rows: Iterable[Values]) -> None:
    """Copy rows into a staging table."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    await driver.copy_records_to_table(staged.name, records=rows, columns=[column.name for column in staged.columns])


async def _stage(connection: AsyncConnection, table: sa.Table, rows: list[Values]) -> sa.TableClause:
    staged = await staging(connection, table)
    await copy(connection, staged, rows)
    return staged


def _log(number: int, changed: sa.Select[Any]) -> sa.Insert:
    """Note what a release does to each row, in the order of the log's key, in which it is quicker to index."""
    found = changed.subquery()
    noted = sa.select(sa.literal(number, sa.Integer), *found.c).order_by(found.c.id)
    return sa.insert(CHANGES).from_select(CHANGES.c.keys(), noted)


def _restriction(row: Any, time: str) -> list[sa.Label[Any]]:
    """Return what of a row decides who may see it, null where anyone may."""
    restricted = row.grade != Grade.OPEN
    return [
        sa.case((restricted, value)).label(f"{name}_{time}")
        for name, value in (("grade", row.grade), ("owner_id", row.owner_id))
    ]


def _is_among(column: sa.Column[Any], ids: set[str]) -> sa.ColumnElement[bool]:
    return column == sa.any_(sa.literal(sorted(ids), sa.ARRAY(Text)))
