"""A publisher dies at any moment: the facts are those of before or of after, never anything between."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sys
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from db import bootstrap, migrations
from db.models import fact_tables
from db.releases import latest, lock, publish, state
from tests.conftest import new_database
from tests.db.facts import current, ministry, name_of, writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Event

    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.releases import State

pytestmark = pytest.mark.slow

KILLS = 20
STARTS = 6
ROWS = 5000
# A fork would copy the running event loop; the server that forks has only imported.
multiprocessing.set_forkserver_preload([__name__])
PROCESSES = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")


def published(trial: int) -> dict[str, str]:
    """Return the names, by key, that a trial publishes: each trial renames all, and its range moves on by a tenth."""
    first = trial * ROWS // 10
    return {str(key): f"이름 {trial}" for key in range(first, first + ROWS)}


def publish_trial(url: sa.URL, trial: int, begun: Event) -> None:
    """Publish a trial's names, and remove those that the trials before it had and it has not."""

    async def run() -> None:
        async with writer(url) as pool:
            async with pool.connect() as connection:
                there = (await state(connection, await latest(connection)))["organization_names"]
            names = published(trial)
            put = [ministry("a"), *(name_of("ministry:a", key, name) for key, name in names.items())]
            remove = [key for key in there if key.removeprefix("name:") not in names]
            begun.set()
            await publish(pool, f"{trial}", put=put, remove=remove)

    asyncio.run(run())


def first_start(url: sa.URL, _: int, begun: Event) -> None:
    """Prepare an empty database."""
    begun.set()
    asyncio.run(bootstrap.prepare(url))


def timed(work: Callable[[sa.URL, int, Event], None], url: sa.URL, trial: int, kill_after: float | None) -> float:
    """Do the work in a process of its own, kill it so many seconds after it began, and return how long it ran."""
    begun = PROCESSES.Event()
    process = PROCESSES.Process(target=work, args=(url, trial, begun))
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
    w = [timed(publish_trial, empty_database, trial, None) for trial in (0, 1)]
    print(w)
    whole=w[1]
    done = 0
    async with writer(empty_database) as pool:
        for trial in range(2, 2 + KILLS):
            number, before = await settled(pool)
            moment = (trial - 2 + random.random()) / KILLS * whole
            await asyncio.to_thread(timed, publish_trial, empty_database, trial, moment)
            reached, now = await settled(pool)
            print(trial, moment, reached - number)
            if reached == number:
                assert now == before
                continue
            done += 1
            print("DONE", trial, moment, whole)
            assert reached == number + 1
            assert {key: row["name"] for key, row in now["organization_names"].items()} == {
                f"name:{key}": name for key, name in published(trial).items()
            }
            async with pool.connect() as connection:
                assert await state(connection, number) == before
    assert done < KILLS, "no kill came in time to prove anything"


async def settled(pool: AsyncEngine) -> tuple[int, State]:
    """Wait for the server to finish what the dead client had sent, and return what then holds."""
    async with pool.connect() as connection:
        await lock(connection)
        return await current(connection)


def test_a_killed_first_start(server_url: sa.URL) -> None:
    """A first start killed at any moment leaves nothing that the next one would stumble over."""
    with new_database(server_url) as url:
        whole = timed(first_start, url, 0, None)
        expected = asyncio.run(found(url))
    assert expected[0] == 1
    for trial in range(STARTS):
        with new_database(server_url) as url:
            timed(first_start, url, trial, (trial + random.random()) / STARTS * whole)
            assert asyncio.run(found(url)) in [(0, {}), (0, {table: {} for table in fact_tables()}), expected]
            asyncio.run(bootstrap.prepare(url))
            assert asyncio.run(found(url)) == expected


async def found(url: sa.URL) -> tuple[int, State]:
    """Wait for what the dead program had begun, and return what holds; no tables at all hold nothing."""
    async with migrations.alone(url):
        revision = await migrations.current(url)
    if revision is None:
        return 0, {}
    async with writer(url) as pool:
        return await settled(pool)
