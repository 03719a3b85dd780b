"""Counting the statements that PostgreSQL really runs for a request."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from db.connection import engine
from tests.benchmarks.load import answers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

PRELOADED = {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "top"}
"""The settings with which a server can count."""


@dataclass(frozen=True)
class Counter:
    """Counts what runs in one database; on a server that does not count, the count is unknown."""

    watched: str | None
    connection: AsyncConnection

    async def count(self, port: int, request: bytes) -> int | None:
        """Return the number of statements, BEGIN and the like included, that a request runs."""
        if self.watched is None:
            return None
        await self.connection.execute(sa.text("SELECT pg_stat_statements_reset()"))
        await answers(port, [request])
        counted = sa.text(
            "SELECT sum(calls) FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname = :name"
        )
        return int(await self.connection.scalar(counted, {"name": self.watched}) or 0)


@asynccontextmanager
async def counting(server: sa.URL, url: sa.URL) -> AsyncIterator[Counter]:
    """Watch the database ``url`` from another one on the same server."""
    async with engine(server) as pool, pool.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        loaded = await connection.scalar(sa.text("SELECT current_setting('shared_preload_libraries')"))
        if "pg_stat_statements" not in (loaded or ""):
            yield Counter(None, connection)
            return
        await connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_stat_statements"))
        yield Counter(url.database, connection)
