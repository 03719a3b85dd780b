"""First start: whoever comes, and however many at once, finds tables and the built-in facts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db import bootstrap, migrations
from db.connection import engine
from db.models import Release
from db.releases import publish
from tests.db.facts import current, ministry

if TYPE_CHECKING:
    from db.releases import State

pytestmark = pytest.mark.anyio


async def found(url: sa.URL) -> tuple[int, State]:
    async with engine(url) as pool, pool.connect() as connection:
        return await current(connection)


async def test_programs_that_start_at_once(empty_database: sa.URL) -> None:
    """Three first starts at once, and one later, publish the dataset once."""
    await asyncio.gather(*(bootstrap.prepare(empty_database) for _ in range(3)))
    number, facts = await found(empty_database)
    assert number == 1
    assert facts["organizations"]
    await bootstrap.prepare(empty_database)
    assert await found(empty_database) == (number, facts)
    async with engine(empty_database) as pool, pool.connect() as connection:
        assert await connection.scalar(sa.select(Release.title)) == bootstrap.TITLE


async def test_facts_that_are_there_already_stay(empty_database: sa.URL) -> None:
    """A database in which someone has published does not get the dataset."""
    await migrations.upgrade(empty_database)
    async with engine(empty_database) as pool:
        await publish(pool, "own", put=[ministry("a")])
    before = await found(empty_database)
    await bootstrap.prepare(empty_database)
    assert await found(empty_database) == before
