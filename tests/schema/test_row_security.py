"""The second wall: the same answers with it as without, and no hidden row by a statement that asks for all."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from db.models import fact_tables, history_of
from db.reading import open_database
from db.row_security import SET, build_wall, conditions
from db.viewers import ANYONE
from tests.conftest import execute
from tests.schema.oracle.documents import Request, requests
from tests.schema.oracle.histories import history, publish
from tests.schema.oracle.viewing import as_seen_by, viewers, viewers_of
from tests.schema.oracle.world import ALL_SEEING, World, published_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

SEED = int(os.environ.get("NEXTGRAPH_TEST_SEED", "20260618")) + 1
EXAMPLES = 4
NAMES = sorted(viewers(("institution:0", "ministry:0")))


@pytest.fixture(scope="module")
def whole(server_url: sa.URL, empty_template: sa.URL) -> Iterator[World]:
    """A history in which grades and owners change, without the wall."""

    async def land(url: sa.URL) -> None:
        await publish(url, islice(history(SEED), 3))

    with published_world(server_url, land, empty_template) as world:
        yield world


@pytest.fixture(scope="module")
def walled(whole: World) -> Iterator[World]:
    """The same database behind the wall, which is built twice: the second time everything is there."""
    whole.runner.run(build_wall(whole.database.url))
    opening = open_database(whole.database.url, size=2, walled=True, statement_seconds=0)
    database = whole.runner.run(opening.__aenter__())
    yield replace(whole, database=database)
    whole.runner.run(opening.__aexit__(None, None, None))


@pytest.mark.parametrize("name", NAMES)
def test_the_wall_changes_no_answer(walled: World, whole: World, name: str) -> None:
    viewer = viewers_of(whole.history)[name]
    plain, behind = as_seen_by(whole, viewer), as_seen_by(walled, viewer)

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(asked=requests(plain))
    def alike(asked: Request) -> None:
        assert said(behind, asked) == said(plain, asked)

    alike()


def said(world: World, asked: Request) -> tuple[Any, ...]:
    result = world.ask(asked.text, asked.variables)
    return orjson.dumps(result.data), [(error.message, error.path) for error in result.errors or ()]


@pytest.mark.parametrize("table", [*fact_tables(), *(history_of(each).name for each in fact_tables().values())])
def test_a_statement_that_asks_for_all_finds_what_is_open(walled: World, whole: World, table: str) -> None:
    """Whatever the first wall may have forgotten: by itself, the reader's role sees open rows."""

    async def count(viewer: Any) -> int:
        async with walled.database.reading(several=False, viewer=viewer) as reader:
            (found,) = await reader.fetch(f"SELECT count(*) FROM {table}", [])
            return int(found)

    (((every, is_open),)) = execute(
        whole.database.url, f"SELECT count(*), count(*) FILTER (WHERE grade = 'OPEN') FROM {table}"
    )
    assert whole.runner.run(count(ANYONE)) == is_open
    assert whole.runner.run(count(ALL_SEEING)) == every


def test_every_table_that_readers_read_is_behind_the_wall(walled: World) -> None:
    """And the others are not for readers at all, but for the keys by which it is known who asks."""
    names = {
        name for (name,) in execute(walled.database.url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }
    walls = conditions().keys()
    assert {*fact_tables(), *(history_of(each).name for each in fact_tables().values())} < walls <= names

    async def read(table: str) -> None:
        async with walled.database.reading(several=False, viewer=ALL_SEEING) as reader:
            await reader.fetch(f"SELECT 1 FROM {table} LIMIT 1", [])

    for name in sorted(str(name) for name in names - walls - {"api_keys"}):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            walled.runner.run(read(name))


def test_who_asks_is_forgotten_after_each_operation(walled: World) -> None:
    """A connection that is lent again knows nothing of the viewer before."""

    async def remembered() -> list[Any]:
        found = []
        for viewer in (ALL_SEEING, ANYONE):
            async with walled.database.reading(several=False, viewer=viewer):
                pass
            async with walled.database.connections.lend() as connection:
                found.append(await connection.fetchval("SELECT current_setting('nextgraph.level', true)"))
        return found

    assert SET.startswith("SELECT set_config")
    assert not any(walled.runner.run(remembered()))
