"""The feed of changes and undo: what is read in pages is what happened, and what was undone can be undone again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from db import migrations
from db.connection import engine
from db.models import CHANGES, ChangeKind, FactType
from db.releases import ReleaseError, feed, latest, net, publish, state, undo, with_fields
from tests.conftest import new_database
from tests.db import facts
from tests.db.facts import current, ministry, name_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from db.releases import State

pytestmark = pytest.mark.anyio

SEOUL = timezone(timedelta(hours=9))
Printed = dict[str, dict[str, str]]
"""What a state says, as a follower of the feed keeps it: by identifier and by field, without what is absent."""


def printed(state: State) -> Printed:
    rows = (row for table in state.values() for row in table.values())
    return {row["id"]: {camel(name): text(row[name]) for name in row if is_said(name, row[name])} for row in rows}


def is_said(name: str, value: Any) -> bool:
    return name not in ("id", "released_in") and value is not None


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def text(value: Any) -> str:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return orjson.dumps(value).decode().replace('","', '", "')
    return value.astimezone(SEOUL).isoformat() if isinstance(value, datetime) else str(value)


async def told(connection: AsyncConnection, changes: sa.Select[Any]) -> list[sa.RowMapping]:
    """Read changes in their order, each with its fields."""
    return [*(await connection.execute(with_fields(changes))).mappings()]


def followed(before: Printed, changes: list[sa.RowMapping]) -> Printed:
    """Apply changes as a system that follows the feed does, and assert that each fits what was there."""
    after = {identifier: dict(said) for identifier, said in before.items()}
    for change in changes:
        assert (change["kind"] is ChangeKind.ADDED) == (change["node_id"] not in after)
        said = after.setdefault(change["node_id"], {})
        for name, was, is_ in change["fields"]:
            assert was != is_
            assert said.pop(name, None) == was
            if is_ is not None:
                said[name] = is_
        if change["kind"] is ChangeKind.REMOVED:
            assert after.pop(change["node_id"]) == {}
    return after


async def pages(connection: AsyncConnection, since: int, until: int, size: int) -> list[str]:
    """Read the identifiers of changes page by page, each page after the last row of the one before."""
    found: list[str] = []
    at: tuple[Any, ...] = (0, "")
    while True:
        place = sa.tuple_(CHANGES.c.released_in, CHANGES.c.id) > at
        page = feed(since=since, until=until).where(place).order_by(CHANGES.c.released_in, CHANGES.c.id).limit(size)
        rows = (await connection.execute(page)).all()
        found += [row.id for row in rows]
        if len(rows) < size:
            return found
        at = (rows[-1].released_in, rows[-1].node_id)


STEPS = st.lists(facts.later_release() | st.integers(0, 6), min_size=1, max_size=4)
"""Releases to publish, some to refuse, and numbers of releases to undo, counted back from the newest."""


@settings(max_examples=4, deadline=None)
@given(first=facts.first_release, steps=STEPS, size=st.integers(1, 7))
async def test_law(tables: sa.URL, first: facts.Release, steps: list[Any], size: int) -> None:
    """One state and the changes after it, read in pages of any size from any start, give any later state."""
    async with engine(tables) as pool, pool.connect() as connection:
        await perform(connection, first)
        for step in steps:
            before = await current(connection)
            try:
                await perform(connection, step)
            except ReleaseError:
                assert await current(connection) == before
        await assert_followed(connection, size)


async def assert_followed(connection: AsyncConnection, size: int) -> None:
    """Assert that the feed, in pages of a size, and the net difference lead from any state to any later one."""
    states = [printed(await state(connection, number)) for number in range(await latest(connection) + 1)]
    every = {change["id"]: change for change in await told(connection, feed())}
    for until, later in enumerate(states):
        for since, earlier in enumerate(states[: until + 1]):
            changes = await pages(connection, since, until, size)
            assert followed(earlier, [every[identifier] for identifier in changes]) == later
            differences = await told(connection, net(sa.literal(since), sa.literal(until)))
            assert followed(earlier, differences) == later
            assert {row["node_id"] for row in differences} == {
                key for key in earlier.keys() | later if earlier.get(key) != later.get(key)
            }


async def perform(connection: AsyncConnection, step: facts.Release | int) -> None:
    if not isinstance(step, int):
        put = [facts.fact_of(key, row) for key, row in step.items() if row is not None]
        await publish(connection, "release", put=put, remove=[key for key, row in step.items() if row is None])
        return
    number = await latest(connection) - step
    if number < 1:
        with pytest.raises(ReleaseError, match="There is no release"):
            await undo(connection, number)
        return
    before, left, now = [printed(await state(connection, at)) for at in (number - 1, number, number + step)]
    touched = set(await connection.scalars(sa.select(CHANGES.c.id).where(CHANGES.c.released_in == number)))
    is_as_left = all(left.get(key) == now.get(key) for key in touched)
    if not is_as_left:
        with pytest.raises(ReleaseError, match="cannot be undone"):
            await undo(connection, number)
        return
    # A row that came later may still refer to what goes, and then the database refuses.
    await undo(connection, number)
    _, after = await current(connection)
    assert printed(after) == {key: said for key, said in now.items() if key not in touched} | {
        key: said for key, said in before.items() if key in touched
    }


async def test_undo_gives_back_what_was(connection: AsyncConnection) -> None:
    """Added rows go, changed and removed ones come back, others stay; and an undo is undone like any release."""
    await publish(connection, "1", put=[ministry("a"), ministry("b"), ministry("c")])
    _, first = await current(connection)
    await publish(connection, "2", put=[ministry("a", "다라부"), ministry("d")], remove=["ministry:b"])
    _, second = await current(connection)
    undone = await undo(connection, 2)
    assert (undone.number, undone.rows_written, undone.rows_removed) == (3, 2, 1)
    assert "2" in undone.title
    assert printed((await current(connection))[1]) == printed(first)
    await undo(connection, 3, "다시")
    assert printed((await current(connection))[1]) == printed(second)


async def test_undo_is_refused_where_it_would_lose_something(connection: AsyncConnection) -> None:
    """The sentence names the row and the release that touched it later, and nothing is written."""
    await publish(connection, "1", put=[ministry("a"), ministry("b")])
    await publish(connection, "둘", put=[ministry("a", "다라부")])
    before = await current(connection)
    with pytest.raises(ReleaseError, match=r"release 2 \(둘\) touched ministry:a later"):
        await undo(connection, 1)
    for number in (0, 3, -1):
        with pytest.raises(ReleaseError, match=f"There is no release {number}; the newest is 2"):
            await undo(connection, number)
    assert await current(connection) == before
    await undo(connection, 2)
    # The undo touched the row as well, but it is again as the first release left it.
    await undo(connection, 1)
    assert printed((await current(connection))[1]) == {}


async def test_undo_is_refused_where_a_later_row_refers_to_what_goes(connection: AsyncConnection) -> None:
    await publish(connection, "1", put=[ministry("a")])
    await publish(connection, "2", put=[name_of("ministry:a", "a")])
    before = await current(connection)
    with pytest.raises(ReleaseError, match=r"fk_organization_names_organization_id: .*ministry:a"):
        await undo(connection, 1)
    assert await current(connection) == before


async def test_a_field_that_came_back_is_no_difference(connection: AsyncConnection) -> None:
    for name in ("가", "나", "가"):
        await publish(connection, name, put=[ministry("a", name)])
    await publish(connection, "come", put=[ministry("b")])
    await publish(connection, "gone", remove=["ministry:b"])
    assert await told(connection, net(sa.literal(1), sa.literal(5))) == []
    (change,) = await told(connection, net(sa.literal(2), sa.literal(5)))
    assert (change["kind"], change["fields"]) == (ChangeKind.CHANGED, [["name", "나", "가"]])


async def test_the_feed_is_chosen_from(connection: AsyncConnection) -> None:
    """By release, by type and by identifier; kinds of one table are told apart."""
    await publish(connection, "1", put=[ministry("a"), name_of("ministry:a", "a")])
    await publish(connection, "2", put=[ministry("b")], remove=["name:a"])

    async def found(**options: Any) -> list[str]:
        rows = await connection.execute(feed(**options).order_by(CHANGES.c.released_in, CHANGES.c.id))
        return [f"{row.released_in} {row.node_id} {row.kind.name}" for row in rows]

    assert await found(since=1) == ["2 ministry:b ADDED", "2 name:a REMOVED"]
    assert await found(until=1, types=[FactType["OrganizationName"]]) == ["1 name:a ADDED"]
    assert await found(types=[FactType["Institution"]]) == []
    assert await found(types=[]) == []
    assert await found(ids=sa.literal(["ministry:a", "name:a"], sa.ARRAY(sa.Text))) == [
        "1 ministry:a ADDED",
        "1 name:a ADDED",
        "2 name:a REMOVED",
    ]


async def test_a_follower_misses_nothing_while_two_publish(pool: AsyncEngine) -> None:
    """Two transactions are open at once, one waits for the other; whoever reads meanwhile sees each change once."""
    seen: list[str] = []
    at = 0

    async def follow() -> None:
        nonlocal at
        async with pool.connect() as reader:
            rows = (await reader.execute(feed(since=at).order_by(CHANGES.c.released_in, CHANGES.c.id))).all()
        seen.extend(row.node_id for row in rows)
        at = max([at, *(row.released_in for row in rows)])

    async with pool.connect() as early, pool.connect() as late:
        # Both have begun, and the one that began last is the first to take the lock.
        assert [await latest(early), await latest(late)] == [0, 0]
        first = await publish(late, "first", put=[ministry("first")])
        waiting = asyncio.create_task(publish(early, "second", put=[ministry("second")]))
        await follow()
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await late.commit()
        second = await waiting
        await follow()
        assert seen == ["ministry:first"]
        await early.commit()
        await follow()
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert seen == ["ministry:first", "ministry:second"]


async def test_followers_of_many_publishers_miss_nothing(pool: AsyncEngine) -> None:
    """Eight publishers, one of whom gives up halfway, and a reader in small pages: no gap, no repeat."""
    seen: list[tuple[int, str]] = []

    async def give_up() -> None:
        async with pool.connect() as connection:
            await publish(connection, "never", put=[ministry("never")])
            await connection.rollback()

    async def follow(work: asyncio.Future[Any]) -> None:
        last = False
        while not last:
            last = work.done()
            async with pool.connect() as reader:
                place = sa.tuple_(CHANGES.c.released_in, CHANGES.c.id) > (seen[-1] if seen else (0, ""))
                page = feed().where(place).order_by(CHANGES.c.released_in, CHANGES.c.id).limit(2)
                found = [(row.released_in, row.node_id) for row in await reader.execute(page)]
            seen.extend(found)
            last = last and not found

    many = [publish(pool, f"{n}", put=[ministry(f"{n}-{m}") for m in range(3)]) for n in range(8)]
    await follow(asyncio.gather(*many, give_up()))
    assert len(seen) == len(set(seen)) == 24
    assert seen == sorted(seen)
    assert {number for number, _ in seen} == set(range(1, 9))


def test_the_log_of_releases_that_were_before_it(server_url: sa.URL, tables: sa.URL) -> None:
    """The migration notes what earlier releases did, as they would have noted it themselves."""
    noted = sa.select(CHANGES).order_by(CHANGES.c.released_in, CHANGES.c.id)

    async def run(url: sa.URL) -> None:
        async with engine(url) as pool:
            await publish(pool, "1", put=[ministry("a"), ministry("b"), name_of("ministry:b", "b")])
            await publish(pool, "2", put=[ministry("a", "다라부")], remove=["ministry:b", "name:b"])
            await publish(pool, "3", put=[ministry("b"), ministry("a")])
            async with pool.connect() as connection:
                before = (await connection.execute(noted)).all()
        await migrations.downgrade(url, "0006")
        await migrations.upgrade(url)
        async with engine(url) as pool, pool.connect() as connection:
            assert (await connection.execute(noted)).all() == before
        assert [row.kind for row in before if row.id == "ministry:b"] == [
            ChangeKind.ADDED,
            ChangeKind.REMOVED,
            ChangeKind.ADDED,
        ]

    with new_database(server_url, str(tables.database)) as url:
        asyncio.run(run(url))
