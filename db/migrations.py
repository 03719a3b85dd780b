"""Bring a database's tables to a revision: up, down, and which one it has."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from alembic import command
from db import revisions
from db.connection import engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.ext.asyncio import AsyncConnection

MIGRATING = 7_001_001_001
"""The advisory lock that a program holds while it migrates."""


async def upgrade(url: sa.URL, revision: str = "head") -> None:
    """Bring the tables up to a revision; a program that comes second waits and finds the work done."""
    await _run(url, lambda settings: command.upgrade(settings, revision))


async def downgrade(url: sa.URL, revision: str) -> None:
    """Bring the tables back to a revision, ``"base"`` for none at all."""
    await _run(url, lambda settings: command.downgrade(settings, revision))


async def current(url: sa.URL) -> str | None:
    """Return the revision that a database has, or None where it has no tables yet."""
    async with engine(url) as pool, pool.connect() as connection:
        return await revisions.current(connection)


def head() -> str:
    """Return the newest revision."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    assert revision is not None, "there is at least the first migration"
    return revision


def config() -> Config:
    """Return the settings with which Alembic finds the migrations."""
    settings = Config()
    settings.set_main_option("script_location", str(revisions.scripts()).replace("%", "%%"))
    return settings


@asynccontextmanager
async def alone(url: sa.URL) -> AsyncIterator[AsyncConnection]:
    """Connect as the one program that migrates this database now."""
    # Closing the engine ends the session, which is what gives the lock back whatever happened.
    async with engine(url) as pool, pool.connect() as connection:
        # Waiting within a statement would keep a snapshot open, and CREATE INDEX CONCURRENTLY waits for those.
        while not await connection.scalar(sa.select(sa.func.pg_try_advisory_lock(MIGRATING))):
            await connection.rollback()
            await asyncio.sleep(0.1)
        await connection.commit()
        yield connection


async def _run(url: sa.URL, work: Callable[[Config], None]) -> None:
    settings = config()
    async with alone(url) as connection:

        def with_connection(plain: sa.Connection) -> None:
            settings.attributes["connection"] = plain
            work(settings)

        await connection.run_sync(with_connection)
