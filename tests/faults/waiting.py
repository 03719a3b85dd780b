"""A database that is as slow as a test wants it, and what its clients have it do meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from tests.conftest import execute

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

OTHERS = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"


@contextmanager
def locked(url: sa.URL) -> Iterator[None]:
    """Hold a lock for which every statement on releases waits: they become as slow as it takes."""
    held, done = threading.Event(), threading.Event()

    async def hold() -> None:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(address)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE releases IN ACCESS EXCLUSIVE MODE")
                held.set()
                await asyncio.to_thread(done.wait)
        finally:
            await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    assert held.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


def running(url: sa.URL) -> int:
    """Return how many statements of the server's clients run or wait for a lock."""
    ((count,),) = execute(url, f"SELECT count(*) FROM pg_stat_activity WHERE {OTHERS} AND state = 'active'")
    assert isinstance(count, int)
    return count


def waits_for(condition: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
