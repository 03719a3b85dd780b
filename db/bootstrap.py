"""First start: the tables and the built-in facts, however often and by however many programs it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from db import releases, revisions
from db.connection import engine
from db.models.base import Base

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

TITLE = "기본 데이터 | Built-in dataset"


async def prepare(url: sa.URL) -> None:
    """Bring the tables up to date and, in a database without a release, publish the built-in dataset as the first."""
    async with engine(url) as pool:
        async with pool.connect() as connection:
            if await revisions.current(connection) == revisions.newest() and await releases.latest(connection):
                return
        await _begin(url, pool)


async def _begin(url: sa.URL, pool: AsyncEngine) -> None:
    # Most programs find the work done, and would wait longer for these than for anything else.
    from db import migrations
    from db.dataset import load_dataset

    await migrations.upgrade(url)
    async with pool.begin() as connection:
        await releases.lock(connection)
        if await releases.latest(connection) == 0:
            await releases.publish(connection, TITLE, put=load_dataset())
            await analyse(connection)


async def analyse(connection: AsyncConnection) -> None:
    """Let PostgreSQL look at every table, so that it plans and estimates by what they hold from the first query on."""
    quote = connection.dialect.identifier_preparer.quote
    tables = ", ".join(quote(name) for name in Base.metadata.tables)
    await connection.execute(sa.text(f"ANALYZE {tables}"))
