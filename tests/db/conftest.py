"""Databases with tables and without facts, for tests that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db.connection import engine
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@pytest.fixture(scope="module")
def tables(server_url: sa.URL, empty_template: sa.URL) -> Iterator[sa.URL]:
    """A database with tables and without facts; nothing is committed to it."""
    with new_database(server_url, str(empty_template.database)) as url:
        yield url


@pytest.fixture
async def connection(tables: sa.URL) -> AsyncIterator[AsyncConnection]:
    """A transaction that is rolled back in the end."""
    async with engine(tables) as pool, pool.connect() as connection:
        yield connection


@pytest.fixture
def copy(server_url: sa.URL, tables: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(tables.database)) as url:
        yield url


@pytest.fixture
async def pool(copy: sa.URL) -> AsyncIterator[AsyncEngine]:
    """An engine on a database of the test's own, for what has to be committed."""
    async with engine(copy) as pool:
        yield pool
