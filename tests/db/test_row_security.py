"""The wall is built while PostgreSQL looks after its tables."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db.row_security import build_wall

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio
WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
WHERE NOT granted AND relname = 'terms' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def test_who_analyses_a_table_meanwhile_is_waited_for(copy: sa.URL, pool: AsyncEngine) -> None:
    """Neither waits for the other in a circle: autovacuum takes the same lock, and then writes of the table."""
    async with pool.connect() as analysing, pool.connect() as watching:
        await analysing.execute(sa.text("LOCK TABLE terms IN SHARE UPDATE EXCLUSIVE MODE"))
        building = asyncio.create_task(build_wall(copy))
        async with asyncio.timeout(30):
            while not await watching.scalar(sa.text(WAITING)):  # noqa: ASYNC110 (another process waits)
                await asyncio.sleep(0.01)
        await analysing.execute(sa.text("ANALYZE terms"))
        await analysing.commit()
        await building
