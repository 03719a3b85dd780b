"""Reading for one operation: a single statement runs by itself, several see one state of the data."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

import asyncpg

from db.connection import open_pool, reachable
from db.models import REFUSED
from db.row_security import READER, build_wall, name_viewer
from db.viewers import ANYONE, Viewer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    import sqlalchemy as sa


class RefusedByStatement(ValueError):
    """A statement met rows for which it was told not to answer."""


class Unanswered(Exception):
    """The database could answer, and was not given the time."""


class StatementTooLong(Unanswered):
    """A statement took longer than statements may."""


class NoConnectionFree(Unanswered):
    """Every connection was in use for as long as a request waits for one."""


@contextmanager
def _reading(url: sa.URL) -> Iterator[None]:
    with reachable(url):
        try:
            yield
        except asyncpg.QueryCanceledError as error:
            raise StatementTooLong from error
        except asyncpg.PostgresError as error:
            if error.sqlstate == REFUSED:
                raise RefusedByStatement(error.args[0]) from None
            raise


STATEMENT_SECONDS = 5.0
WAIT_SECONDS = 2.0
CANCEL_SECONDS = 0.5
"""How long a server is given to stop a statement before the connection is closed."""
IDLE_SECONDS = 300
"""A connection that rested longer may have been cut by something on its way without a word, and is replaced."""


class Connections:
    """Lends a pool's connections, the one used last first, and holds on to them.

    Giving a connection back to the pool costs as much as a small query: asyncpg starts a task that asks about
    cancelled statements and open transactions. Here it goes back only where something went wrong.
    """

    def __init__(self, pool: asyncpg.Pool, size: int, wait_seconds: float) -> None:
        self._pool, self._size, self._wait_seconds = pool, size, wait_seconds
        self._giving_back: set[asyncio.Task[None]] = set()
        self._resting: list[tuple[Any, float]] = []
        # Lets in those who wait in the order in which they came, which a queue of connections does not.
        self._turns = asyncio.Semaphore(size)

    def lend(self) -> Loan:
        """Lend a connection, as soon as there is one."""
        return Loan(self)

    async def take(self) -> Any:
        """Take a connection, which has to be put back whatever happens; raise NoConnectionFree after waiting long."""
        if self._turns.locked():
            try:
                async with asyncio.timeout(self._wait_seconds):
                    await self._turns.acquire()
            except TimeoutError:
                raise NoConnectionFree from None
        else:
            await self._turns.acquire()
        try:
            if self._resting:
                connection, since = self._resting.pop()
                if not _is_cut(connection, since):
                    return connection
            return await self._pool.acquire()
        except BaseException:
            self._turns.release()
            raise

    def put_back(self, connection: Any) -> None:
        """Let a connection rest until it is lent again."""
        self._resting.append((connection, monotonic()))
        self._turns.release()

    async def give_up(self, connection: Any) -> None:
        """Give a connection back to the pool, which looks at what is the matter with it."""
        try:
            await self._pool.release(connection)
        finally:
            self._turns.release()

    def cancelled(self, connection: Any) -> None:
        """Give back a connection whose statement was cancelled, without making anyone wait for the server.

        asyncpg asks the server to stop, and rolls an open transaction back. Where that does not happen in time, because
        the server does not answer at all or was asked before the statement had begun, the connection is closed.
        """
        task = asyncio.create_task(self._stopped(connection))
        self._giving_back.add(task)
        task.add_done_callback(self._giving_back.discard)

    async def _stopped(self, connection: Any) -> None:
        process = connection.get_server_pid()
        try:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                try:
                    await self._pool.release(connection, timeout=CANCEL_SECONDS)
                except TimeoutError:
                    await self._end(process)
        finally:
            self._turns.release()

    async def _end(self, process: int) -> None:
        """End a process of the server, which would not notice that its client is gone before its statement ends."""
        async with asyncio.timeout(CANCEL_SECONDS), self._pool.acquire() as connection, connection.transaction():
            # The role that reads behind the wall may not end what the role that logged in began.
            await connection.execute("SET LOCAL ROLE NONE")
            await connection.execute("SELECT pg_terminate_backend($1)", process)

    async def give_back(self) -> None:
        """Give every connection back to the pool, once each is resting."""
        for _ in range(self._size):
            await self._turns.acquire()
        for connection, _ in self._resting:
            await self._pool.release(connection)


class Loan:
    """A connection for the time of an ``async with``; every read makes one, so it is no generator, which costs more."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __aenter__(self) -> Any:
        self._connection = await self._connections.take()
        return self._connection

    async def __aexit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure and issubclass(failure, asyncio.CancelledError):
            self._connections.cancelled(self._connection)
        elif failure:
            await self._connections.give_up(self._connection)
        else:
            self._connections.put_back(self._connection)


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
        try:
            async with self._connections.lend() as connection:
                row: Sequence[Any] = await connection.fetchrow(sql, *values)
        except Exception:
            with _reading(self._url):
                raise
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


class Database:
    """The data, open for reading; with ``walled``, PostgreSQL too hides from a viewer what they may not see."""

    def __init__(self, url: sa.URL, pool: asyncpg.Pool, connections: Connections, *, walled: bool = False) -> None:
        self.url, self.pool, self.connections, self._walled = url, pool, connections, walled
        self._single = nullcontext(Single(connections, url))

    def reading(self, *, several: bool, viewer: Viewer = ANYONE) -> AbstractAsyncContextManager[Single | Snapshot]:
        """Give one operation of a viewer something to read from; ``several`` says that it runs several statements."""
        return self._snapshot(viewer) if several or self._walled else self._single

    @asynccontextmanager
    async def _snapshot(self, viewer: Viewer) -> AsyncIterator[Snapshot]:
        with reachable(self.url):
            async with self.connections.lend() as connection:
                transaction = connection.transaction(isolation="repeatable_read", readonly=True)
                await transaction.__aenter__()
                try:
                    if self._walled:
                        await name_viewer(connection, viewer)
                    yield Snapshot(connection, self.url)
                except asyncio.CancelledError:
                    # The pool rolls it back; here that would wait for the server, which may not answer.
                    raise
                except BaseException as error:
                    await transaction.__aexit__(type(error), error, error.__traceback__)
                    raise
                else:
                    await transaction.__aexit__(None, None, None)


@asynccontextmanager
async def open_database(
    url: sa.URL,
    *,
    size: int = 10,
    walled: bool = False,
    statement_seconds: float = STATEMENT_SECONDS,
    wait_seconds: float = WAIT_SECONDS,
) -> AsyncIterator[Database]:
    """Open the data for reading and close it in the end; ``walled`` puts the second wall around it.

    A statement may take ``statement_seconds``, and a request waits ``wait_seconds`` for a connection.
    """
    if walled:
        await build_wall(url)
    pool = await open_pool(url, size=size, role=READER if walled else None, statement_seconds=statement_seconds)
    connections = Connections(pool, size, wait_seconds)
    try:
        yield Database(url, pool, connections, walled=walled)
    finally:
        await connections.give_back()
        await pool.close()
