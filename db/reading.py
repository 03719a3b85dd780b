"""Reading for one operation: a single statement runs by itself, several see one state of the data."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from db.connection import open_pool, reachable
from db.models.refusals import REFUSED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    import sqlalchemy as sa


class RefusedByStatement(ValueError):
    """A statement met rows for which it was told not to answer."""


@contextmanager
def _reading(url: sa.URL) -> Iterator[None]:
    with reachable(url):
        try:
            yield
        except asyncpg.PostgresError as error:
            if error.sqlstate == REFUSED:
                raise RefusedByStatement(error.args[0]) from None
            raise


class Single:
    """Runs statements on any connection; each sees the latest release."""

    def __init__(self, pool: asyncpg.Pool, url: sa.URL) -> None:
        self._pool, self._url = pool, url

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """Run a statement that returns one row."""
        with _reading(self._url):
            row: Sequence[Any] = await self._pool.fetchrow(sql, *values)
        return row


class Snapshot:
    """Runs statements one after another in a transaction that keeps seeing the release it began with."""

    def __init__(self, connection: Any, url: sa.URL) -> None:
        self._connection, self._url = connection, url
        # Resolvers of one operation run at the same time, a connection runs one statement at a time.
        self._turn = asyncio.Lock()

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """Run a statement that returns one row."""
        async with self._turn:
            with _reading(self._url):
                row: Sequence[Any] = await self._connection.fetchrow(sql, *values)
        return row


@dataclass(frozen=True)
class Database:
    """The data, open for reading."""

    url: sa.URL
    pool: asyncpg.Pool

    @asynccontextmanager
    async def reading(self, *, several: bool) -> AsyncIterator[Single | Snapshot]:
        """Give one operation something to read from; ``several`` says that it runs more than one statement."""
        if not several:
            yield Single(self.pool, self.url)
            return
        with reachable(self.url):
            async with (
                self.pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield Snapshot(connection, self.url)


@asynccontextmanager
async def open_database(url: sa.URL, *, size: int = 10) -> AsyncIterator[Database]:
    """Open the data for reading and close it in the end."""
    pool = await open_pool(url, size=size)
    try:
        yield Database(url, pool)
    finally:
        await pool.close()
