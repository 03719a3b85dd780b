"""Where the database is, and how to connect to it: an engine for writing, a pool for reading."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import platformdirs
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from db.binaries import DatabaseUnavailable
from db.dialect import COMPILED, DRIVER
from db.server import private_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = ["DatabaseUnavailable", "data_directory", "database", "engine", "normalised", "open_pool", "reachable"]

SETTINGS = {"TimeZone": "Asia/Seoul", "DateStyle": "ISO", "application_name": "nextgraph", "jit": "off"}
# Answers are small and many are asked for at once: starting workers for one costs more than it saves.
READING = {**SETTINGS, "default_transaction_read_only": "on", "max_parallel_workers_per_gather": "0"}
CONNECT_SECONDS = 10
DRIVERS = ("postgresql", "postgres", "postgresql+asyncpg")
UNREACHABLE = (
    OSError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.CrashShutdownError,
    # What asyncpg raises in the moment between the server's farewell to an idle connection and its closing.
    asyncpg.InternalClientError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresConnectionError,
    asyncpg.TooManyConnectionsError,
)


@contextmanager
def database(url: str | None = None, data_dir: Path | None = None) -> Iterator[sa.URL]:
    """Give the address of the database: ``url``, else NEXTGRAPH_DATABASE_URL, else a private server's."""
    if given := url or os.environ.get("NEXTGRAPH_DATABASE_URL"):
        yield normalised(given)
    else:
        with private_server(data_dir or data_directory()) as private_url:
            yield private_url


def data_directory() -> Path:
    """Name the folder that holds the private server: NEXTGRAPH_DATA_DIR, else the system's usual place."""
    if given := os.environ.get("NEXTGRAPH_DATA_DIR"):
        return Path(given).expanduser()
    # PostgreSQL runs as another user for root, and that user may not enter root's home.
    for_root = os.name == "posix" and os.geteuid() == 0
    return Path("/var/lib/nextgraph") if for_root else platformdirs.user_data_path("nextgraph", appauthor=False)


def normalised(url: str) -> sa.URL:
    """Read a PostgreSQL URL in any usual spelling."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # The cause is dropped and the URL not shown, for either may contain the password.
        raise DatabaseUnavailable(
            "The database URL cannot be read: write postgresql://user:password@host:5432/database, "
            "with special characters in the password percent-encoded."
        ) from None
    if parsed.drivername not in DRIVERS:
        raise DatabaseUnavailable(
            f"NEXT Graph works on PostgreSQL only, not on {parsed.drivername}: the database URL begins with postgresql://."
        )
    return parsed.set(drivername="postgresql+asyncpg")


@asynccontextmanager
async def engine(url: sa.URL) -> AsyncIterator[AsyncEngine]:
    """Open an engine for writing and for migrations, and close its connections afterwards."""
    opened = create_async_engine(
        url.set(drivername=DRIVER),
        pool_pre_ping=True,
        async_creator=_connector(url, SETTINGS),
        execution_options={"compiled_cache": COMPILED},
    )
    try:
        yield opened
    finally:
        await opened.dispose()


async def open_pool(
    url: sa.URL, *, size: int = 10, role: str | None = None, statement_seconds: float = 0
) -> asyncpg.Pool:
    """Open a pool of read-only connections, which keep their prepared statements and may read as another role.

    Each stops a statement after ``statement_seconds``; 0 lets it run.
    """
    settings = {**READING, "statement_timeout": str(round(statement_seconds * 1000))}
    return await asyncpg.create_pool(
        connect=_connector(url, settings if role is None else {**settings, "role": role}),
        min_size=1,
        max_size=size,
        statement_cache_size=256,
        # A planned statement is often longer than the 15 KB up to which asyncpg would keep it; 0 means any length.
        max_cacheable_statement_size=0,
        reset=_keep_session,
    )


async def _keep_session(connection: Any) -> None:
    """Leave the session as it is when a connection returns to the pool.

    The default is one more round trip, as dear as a small query, to drop listeners, locks, cursors and settings that
    outlive a transaction; reading makes none of them. asyncpg rolls an open transaction back before it calls this.
    """


@contextmanager
def reachable(url: sa.URL) -> Iterator[None]:
    """Turn every way in which the server can be out of reach into :class:`DatabaseUnavailable`."""
    try:
        yield
    except UNREACHABLE as error:
        host = url.host or url.query.get("host") or "the default host"
        raise DatabaseUnavailable(
            f"The database {url.database} on {host} cannot be reached ({error or type(error).__name__}): "
            "check that the server runs and that NEXTGRAPH_DATABASE_URL is right."
        ) from error


def _connector(url: sa.URL, settings: Mapping[str, str]) -> Callable[..., Awaitable[Any]]:
    # asyncpg reads a URL as PostgreSQL's own tools do, sslmode and socket folders included; SQLAlchemy would hand the
    # query's parts on as keyword arguments, most of which asyncpg does not know.
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def connect(*_: Any, **options: Any) -> Any:
        with reachable(url):
            connection = await asyncpg.connect(
                address, timeout=CONNECT_SECONDS, server_settings=dict(settings), **options
            )
            await connection.set_type_codec("date", schema="pg_catalog", encoder=_days, decoder=_day, format="tuple")
            return connection

    return connect


# asyncpg would write the last day that Python knows as infinity; 9999-12-31 is a usual open end in Korean registers.
_EPOCH = date(2000, 1, 1).toordinal()


def _days(day: date) -> tuple[int]:
    return (day.toordinal() - _EPOCH,)


def _day(days: tuple[int]) -> date:
    return date.fromordinal(days[0] + _EPOCH)
