"""Reading: connections are kept between operations, and nothing of one operation reaches the next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from db import reading
from db.reading import open_database
from tests.conftest import execute

if TYPE_CHECKING:
    import sqlalchemy as sa

    from db.reading import Database

pytestmark = pytest.mark.anyio
PROCESS = "SELECT pg_backend_pid()"


async def one(database: Database, sql: str, *values: Any, several: bool = False) -> Any:
    """Return the one value that a statement gives."""
    async with database.reading(several=several) as reader:
        return (await reader.fetch(sql, values))[0]


async def test_operations_share_a_connection(empty_database: sa.URL) -> None:
    """The one that was used last, though there could be more; and their statements cost one round trip."""
    async with open_database(empty_database, size=3) as database:
        processes = {await one(database, PROCESS, several=number % 2 == 0) for number in range(6)}
        assert len(processes) == 1
        assert await asyncio.gather(*(one(database, "SELECT $1::int", number) for number in range(20))) == [*range(20)]
        sent = "SELECT query FROM pg_stat_activity WHERE pid = $1"
        async with database.connections.lend() as connection:
            process = connection.get_server_pid()
        await one(database, "SELECT 'last'")
        async with open_database(empty_database) as other:
            assert await one(other, sent, process) == "SELECT 'last'"


@pytest.mark.parametrize("several", [True, False])
async def test_a_cut_connection_is_replaced_without_a_word(
    server_url: sa.URL, empty_database: sa.URL, several: bool
) -> None:
    async with open_database(empty_database, size=1) as database:
        before = await one(database, PROCESS)
        await asyncio.to_thread(execute, server_url, f"SELECT pg_terminate_backend({before}, 5000)")
        await asyncio.sleep(0.1)
        assert await one(database, PROCESS, several=several) != before


async def test_a_connection_that_rested_too_long_is_replaced(
    empty_database: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_database(empty_database, size=1) as database:
        before = await one(database, PROCESS)
        monkeypatch.setattr(reading, "IDLE_SECONDS", 0)
        assert await one(database, PROCESS) != before


@pytest.mark.parametrize("several", [True, False])
async def test_what_goes_wrong_keeps_no_connection(empty_database: sa.URL, several: bool) -> None:
    async with open_database(empty_database, size=1) as database:
        for _ in range(3):
            with pytest.raises(asyncpg.DivisionByZeroError):
                await one(database, "SELECT 1 / 0", several=several)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(one(database, "SELECT pg_sleep(60)", several=several), 0.05)
            assert await one(database, "SELECT $1::text", "mine", several=several) == "mine"


async def test_who_stops_waiting_for_a_connection_takes_none(empty_database: sa.URL) -> None:
    async with open_database(empty_database, size=1) as database:
        async with database.connections.lend():
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(one(database, "SELECT 1"), 0.05)
        assert await one(database, "SELECT 1") == 1
