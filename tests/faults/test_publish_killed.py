"""A publisher dies at any moment: the facts are those of before or of after, never anything between."""

from __future__ import annotations

import asyncio
import random
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from db import bootstrap, migrations
from db.connection import engine
from db.models import fact_tables
from db.releases import latest, lock, publish, state
from tests.conftest import new_database
from tests.db.facts import current, ministry, name_of
from tests.faults.forks import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Event

    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.releases import State

pytestmark = pytest.mark.slow

KILLS = 20
STARTS = 6
ROWS = 10_000


def names_of(release: int) -> dict[str, str]:
    """Return the names, by key, after a release: each renames all, drops the first tenth and adds another."""
    first = release * ROWS // 10
    return {f"{key}": f"이름 {release}" for key in range(first, first + ROWS)}


def publish_next(url: sa.URL, begun: Event) -> None:
    """Publish the next release of names."""

    async def run() -> None:
        async with engine(url) as pool:
            async with pool.connect() as connection:
                number = await latest(connection)
            names, dropped = names_of(number + 1), names_of(number) if number else {}
            put = [ministry("a"), *(name_of("ministry:a", key, name) for key, name in names.items())]
            begun.set()
            await publish(
                pool, f"{number + 1}", put=put, remove=[f"name:{key}" for key in dropped.keys() - names.keys()]
            )

    asyncio.run(run())


def first_start(url: sa.URL, begun: Event) -> None:
    """Prepare an empty database."""
    begun.set()
    asyncio.run(bootstrap.prepare(url))


def timed(work: Callable[[sa.URL, Event], None], url: sa.URL, kill_after: float | None = None) -> float:
    """Do the work in a process of its own, kill it so many seconds after it began, and return how long it ran."""
    begun = PROCESSES.Event()
    process = PROCESSES.Process(target=work, args=(url, begun))
    process.start()
    assert begun.wait(60)
    start = perf_counter()
    process.join(kill_after)
    process.kill()
    process.join()
    return perf_counter() - start


@pytest.mark.anyio
async def test_a_killed_publisher(empty_database: sa.URL) -> None:
    """Of 20 publishers killed at moments spread over their work, each has done all or nothing."""
    await migrations.upgrade(empty_database)
    whole = [await asyncio.to_thread(timed, publish_next, empty_database) for _ in range(2)][1]
    done = 0
    async with engine(empty_database) as pool:
        number, before = await settled(pool)
        assert number == 2
        for kill in range(KILLS):
            moment = (kill + random.random()) / KILLS * whole
            await asyncio.to_thread(timed, publish_next, empty_database, moment)
            reached, now = await settled(pool)
            if reached == number:
                assert now == before
                continue
            done += 1
            assert reached == number + 1
            assert {key: row["name"] for key, row in now["organization_names"].items()} == {
                f"name:{key}": name for key, name in names_of(reached).items()
            }
            async with pool.connect() as connection:
                assert await state(connection, number) == before
            number, before = reached, now
    assert done < KILLS, "no kill came in time to prove anything"


async def settled(pool: AsyncEngine) -> tuple[int, State]:
    """Wait for the server to finish what the dead client had sent, and return what then holds."""
    async with pool.connect() as connection:
        await lock(connection)
        return await current(connection)


def test_a_killed_first_start(server_url: sa.URL) -> None:
    """A first start killed at any moment leaves nothing that the next one would stumble over."""
    with new_database(server_url) as url:
        whole = timed(first_start, url)
        expected = asyncio.run(found(url))
    assert expected[0] == 1
    for trial in range(STARTS):
        with new_database(server_url) as url:
            timed(first_start, url, (trial + random.random()) / STARTS * whole)
            assert asyncio.run(found(url)) in [(0, {}), (0, {table: {} for table in fact_tables()}), expected]
            asyncio.run(bootstrap.prepare(url))
            assert asyncio.run(found(url)) == expected


async def found(url: sa.URL) -> tuple[int, State]:
    """Wait for what the dead program had begun, and return what holds: nothing before all tables are there."""
    async with migrations.alone(url):
        revision = await migrations.current(url)
    if revision != migrations.head():
        return 0, {}
    async with engine(url) as pool:
        return await settled(pool)
