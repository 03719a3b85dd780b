"""First start: the tables and the built-in facts, however often and by however many programs it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from db import migrations, releases
from db.connection import engine
from db.dataset import load_dataset
from db.models.base import Base

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

TITLE = "기본 데이터 | Built-in dataset"


async def prepare(url: sa.URL) -> None:
    """Bring the tables up to date and, in a database without a release, publish the built-in dataset as the first."""
    await migrations.upgrade(url)
    async with engine(url) as pool, pool.begin() as connection:
        await releases.lock(connection)
        if await releases.latest(connection) == 0:
            await releases.publish(connection, TITLE, put=load_dataset())
            await analyse(connection)


async def analyse(connection: AsyncConnection) -> None:
    """Let PostgreSQL look at every table, so that it plans and estimates by what they hold from the first query on."""
    quote = connection.dialect.identifier_preparer.quote
    tables = ", ".join(quote(name) for name in Base.metadata.tables)
    await connection.execute(sa.text(f"ANALYZE {tables}"))
