"""An import goes last: its own process, and the one of PostgreSQL that serves it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db.importing import priority
from db.importing.priority import NICENESS, going_last, let_readers_go_first, processors_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="where processes are asked for in /proc"),
    pytest.mark.skipif(bool(os.environ.get("NEXTGRAPH_TEST_DATABASE_URL")), reason="PostgreSQL may run elsewhere"),
    pytest.mark.skipif(
        os.geteuid() != 0 and os.getpriority(os.PRIO_PROCESS, 0) > 0, reason="everything goes last here"
    ),
]


def all_but_one(processors: set[int]) -> set[int]:
    """Return on which processors an import runs: the only one, or all but the first."""
    return processors - {min(processors)} or processors


async def process_of(connection: AsyncConnection) -> int:
    return int(await connection.scalar(sa.select(sa.func.pg_backend_pid())) or 0)


@pytest.mark.slow
async def test_the_process_of_the_database_goes_last(pool: AsyncEngine) -> None:
    """Only the one that serves the connection."""
    async with pool.connect() as importing, pool.connect() as reading:
        mine, others = await process_of(importing), await process_of(reading)
        before = os.getpriority(os.PRIO_PROCESS, mine), os.getpriority(os.PRIO_PROCESS, others)
        everywhere = processors_of(others)
        # An import may follow another one on the same connection: it keeps off the same processor.
        for _ in range(2):
            await let_readers_go_first(importing)
        after = os.getpriority(os.PRIO_PROCESS, mine), os.getpriority(os.PRIO_PROCESS, others)
        assert after == (max(before[0], NICENESS), before[1])
        assert processors_of(mine) == all_but_one(everywhere)
        assert processors_of(others) == everywhere


async def test_a_process_that_is_not_the_databases_is_left_alone(
    pool: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number from within a container may be anybody's here."""
    asked = sa.select(
        sa.literal(os.getpid()).label("pg_backend_pid"),
        sa.func.current_database(),
        sa.true().label("is_local"),
    )
    monkeypatch.setattr(priority, "_BACKEND", asked)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    async with pool.connect() as connection:
        await let_readers_go_first(connection)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_a_program_goes_last_while_it_imports() -> None:
    before, everywhere = os.getpriority(os.PRIO_PROCESS, 0), processors_of(0)
    with going_last():
        assert os.getpriority(os.PRIO_PROCESS, 0) == max(before, NICENESS)
        assert processors_of(0) == all_but_one(everywhere)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
    assert processors_of(0) == everywhere
