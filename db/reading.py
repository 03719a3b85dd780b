"""Reading for one operation: a single statement runs by itself, several see one state of the data."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

import asyncpg

from db.connection import open_pool, reachable
from db.models import REFUSED

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


IDLE_SECONDS = 300
"""A connection that rested longer may have been cut by something on its way without a word, and is replaced."""


class Connections:
    """Lends a pool's connections, the one used last first, and holds on to them.

    Giving a connection back to the pool costs as much as a small query: asyncpg starts a task that asks about
    cancelled statements and open transactions. Here it goes back only where something went wrong.
    """

    def __init__(self, pool: asyncpg.Pool, size: int) -> None:
        self._pool = pool
        self._resting: asyncio.LifoQueue[tuple[Any, float]] = asyncio.LifoQueue()
        self._size = size
        for _ in range(size):
            self._resting.put_nowait((None, 0))

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Any]:
        """Lend a connection, as soon as there is one."""
        connection, since = await self._resting.get()
        try:
            if connection is None or _is_cut(connection, since):
                connection = None
                connection = await self._pool.acquire()
            yield connection
        except BaseException:
            failed, connection = connection, None
            if failed:
                await self._pool.release(failed)
            raise
        finally:
            self._resting.put_nowait((connection, monotonic()))

    async def give_back(self) -> None:
        """Give every connection back to the pool, once each is resting."""
        for _ in range(self._size):
            connection, _ = await self._resting.get()
            if connection:
                await self._pool.release(connection)


def _is_cut(connection: Any, since: float) -> bool:
    """Return whether a connection that rests since then must not be used; see to it that the pool knows."""
    try:
        if connection.is_closed() or monotonic() - since > IDLE_SECONDS:
            connection.terminate()
            return True
    except asyncpg.InterfaceError:  # The pool saw that it was cut, and has taken it back.
        return True
    return False


class Single:
    """Runs statements on any connection; each sees the latest release."""

    def __init__(self, connections: Connections, url: sa.URL) -> None:
        self._connections, self._url = connections, url

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """Run a statement that returns one row."""
        with _reading(self._url):
            async with self._connections.lend() as connection:
                row: Sequence[Any] = await connection.fetchrow(sql, *values)
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
    connections: Connections

    @asynccontextmanager
    async def reading(self, *, several: bool) -> AsyncIterator[Single | Snapshot]:
        """Give one operation something to read from; ``several`` says that it runs more than one statement."""
        if not several:
            yield Single(self.connections, self.url)
            return
        with reachable(self.url):
            async with (
                self.connections.lend() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield Snapshot(connection, self.url)


@asynccontextmanager
async def open_database(url: sa.URL, *, size: int = 10) -> AsyncIterator[Database]:
    """Open the data for reading and close it in the end."""
    pool = await open_pool(url, size=size)
    connections = Connections(pool, size)
    try:
        yield Database(url, pool, connections)
    finally:
        await connections.give_back()
        await pool.close()
