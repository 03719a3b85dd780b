"""Revisions without Alembic agree with what Alembic says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db import migrations, revisions
from db.connection import engine

if TYPE_CHECKING:
    import sqlalchemy as sa

pytestmark = pytest.mark.anyio


def test_the_newest_is_alembics_head() -> None:
    assert revisions.newest() == migrations.head()


async def test_the_revision_of_a_database(empty_database: sa.URL) -> None:
    """None before there are tables, and none after they were taken away again."""
    async with engine(empty_database) as pool, pool.connect() as connection:
        assert await revisions.current(connection) is None
        await connection.rollback()
        await migrations.upgrade(empty_database)
        assert await revisions.current(connection) == migrations.head()
        await connection.rollback()
        await migrations.downgrade(empty_database, "base")
        assert await revisions.current(connection) is None
