"""References between facts, looked at once for all rows of a large release instead of once for each row.

PostgreSQL checks a foreign key row by row: for a hundred thousand rows with four keys each that is as dear as writing
them. A large release therefore writes without these checks, and then asks about each key in one statement.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from db.models import fact_tables, history_of
from db.releases.rows import ReleaseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

MANY = 10_000
"""From how many rows on a release is large: below, row by row is quicker."""
CHECKED_BY_ROW = "session_replication_role"
"""The setting that tells PostgreSQL whether to check; it takes a superuser, or one who was granted it."""
_GRANTED = sa.select(sa.func.has_parameter_privilege(CHECKED_BY_ROW, "SET"))

Key = sa.ForeignKey


@asynccontextmanager
async def checked_at_once(
    connection: AsyncConnection,
    number: int,
    staged: Mapping[sa.Table, sa.TableClause],
    removed: Iterable[sa.Table],
    rows: int,
) -> AsyncIterator[None]:
    """Check the references of what a release writes within, all at the end; raise a ReleaseError as a key would.

    ``staged`` has the rows that it writes, and ``removed`` the tables that lose rows. Where the database does not allow
    it, or the rows are few, the keys themselves check them.
    """
    if rows < MANY or not await connection.scalar(_GRANTED):
        yield
        return
    naming = [key for table in staged for key in _keys(table)]
    named = [key for table in fact_tables().values() for key in _keys(table) if key.column.table in set(removed)]
    # Before the first row is touched: who has written by hand, and waits for such a row, would wait for ever.
    await _keep_others_out(connection, {key.column.table for key in naming} | {_holder(key) for key in named})
    await _switch(connection, "replica")
    yield
    await _switch(connection, "origin")
    for key in naming:
        await _refuse_dangling(connection, key, staged[_holder(key)])
    for key in named:
        await _refuse_named(connection, key, number)


async def _switch(connection: AsyncConnection, role: str) -> None:
    # Until the transaction ends; where it goes back to before, the setting does too.
    await connection.execute(sa.text(f"SET LOCAL {CHECKED_BY_ROW} = {role}"))


async def _keep_others_out(connection: AsyncConnection, tables: set[sa.Table]) -> None:
    """Wait for whoever writes to the tables by hand, and let nobody until the transaction ends; all may read.

    Publishers wait for each other already. A key would lock the rows that are named, and so keep them from going.
    """
    if tables:
        names = ", ".join(sorted(table.name for table in tables))
        await connection.execute(sa.text(f"LOCK TABLE {names} IN SHARE MODE"))


async def _refuse_dangling(connection: AsyncConnection, key: Key, staged: sa.TableClause) -> None:
    """Refuse a row that names what is not there."""
    value, target = staged.c[key.parent.name], key.column
    there = sa.exists().where(target == value)
    missing = await connection.scalar(sa.select(value).where(value.is_not(None), ~there).limit(1))
    if missing is not None:
        raise ReleaseError(
            f'{_name(key)}: Key ({value.name})=({missing}) is not present in table "{target.table.name}".'
        )


async def _refuse_named(connection: AsyncConnection, key: Key, number: int) -> None:
    """Refuse to remove a row that another names."""
    target, holder = key.column.table, _holder(key)
    former = history_of(target)
    gone = sa.and_(former.c.superseded_in == number, ~sa.exists().where(target.c.id == former.c.id))
    named = sa.exists().where(holder.c[key.parent.name] == former.c.id)
    lost = await connection.scalar(sa.select(former.c.id).where(gone, named).limit(1))
    if lost is not None:
        raise ReleaseError(f'{_name(key)}: Key (id)=({lost}) is still referenced from table "{holder.name}".')


def _keys(table: sa.Table) -> Iterator[Key]:
    """Yield the keys of a table that name facts; the release that wrote a row is there in any case."""
    facts = set(fact_tables().values())
    yield from sorted((key for key in table.foreign_keys if key.column.table in facts), key=_name)


def _holder(key: Key) -> sa.Table:
    assert isinstance(key.parent.table, sa.Table)
    return key.parent.table


def _name(key: Key) -> str:
    assert key.constraint is not None
    return str(key.constraint.name)
