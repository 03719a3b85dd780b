"""The replay law over whole lives of a database: imports, additions, undos, decisions and plain releases.

A client follows each of them.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.claims.deciding import Decision, decide
from db.connection import engine
from db.importing.importer import Choices, ImportStopped, import_file
from db.importing.mapping import Mapping, Read
from db.releases import ReleaseError, apply, changes, latest, publish, state, undo
from tests.conftest import new_database
from tests.db import facts
from tests.db.facts import ministry
from tests.db.test_changes import printed
from tests.schema.oracle.world import open_world
from tests.schema.test_changes import followed, walked

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.releases import State

HEAD = "key,ministry,name,title"
ROW = st.tuples(st.sampled_from(["엑스부", "와이부"]), st.sampled_from("가나"), st.sampled_from(["", "하나", "둘"]))
NAMES = st.sampled_from("가나다")
LISTS = st.dictionaries(st.sampled_from(["1", "2", "3", "4", "다섯"]), ROW, min_size=1)
"""Rows of a file by their key; a row without a title makes one fact, any other two."""


class Step(Protocol):
    """Something that someone does to the database; it may be refused."""

    async def perform(self, pool: AsyncEngine) -> object:
        """Do it."""


@dataclass(frozen=True)
class Import:
    """A file of a dataset, as its whole list or as an addition."""

    dataset: str
    rows: dict[str, tuple[str, str, str]]
    partial: bool

    async def perform(self, pool: AsyncEngine) -> object:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "list.csv"
            lines = [HEAD, *(",".join((key, *cells)) for key, cells in self.rows.items()), ""]
            file.write_text("\n".join(lines), "utf-8")
            return await import_file(pool, file, mapping(self.dataset), Choices(partial=self.partial))


@dataclass(frozen=True)
class Undo:
    """The undo of a release, counted back from the newest."""

    back: int

    async def perform(self, pool: AsyncEngine) -> object:
        async with pool.begin() as connection:
            return await undo(connection, await latest(connection) - self.back)


@dataclass(frozen=True)
class Publish:
    """A release of facts that belong to no dataset."""

    release: facts.Release

    async def perform(self, pool: AsyncEngine) -> object:
        put = [facts.fact_of(key, row) for key, row in self.release.items() if row is not None]
        return await publish(pool, "판", put=put, remove=[key for key, row in self.release.items() if row is None])


@dataclass(frozen=True)
class Decide:
    """A steward's decision on the value of a fact, which may not be there."""

    subject: str
    attribute: str
    value: str

    async def perform(self, pool: AsyncEngine) -> object:
        decision = Decision(self.subject, self.attribute, "엑스부", "까닭", value=self.value)
        async with pool.begin() as connection:
            _, release = await decide(connection, decision, dry_run=False)
        return release


KEYS = ["1", "2", "3", "4"]
DECISIONS = st.one_of(
    st.builds(
        Decide, st.sampled_from([f"name:{of}/{key}" for of in ("one", "two") for key in KEYS]), st.just("name"), NAMES
    ),
    st.builds(Decide, st.sampled_from([f"milestone:one/{key}" for key in KEYS]), st.just("title"), NAMES),
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Import, st.sampled_from(["one", "two"]), LISTS, st.just(value=False)),
    st.builds(Import, st.sampled_from(["one", "two"]), LISTS, st.just(value=True)),
    st.builds(Undo, st.integers(0, 4)),
    st.builds(Publish, facts.later_release()),
    DECISIONS,
)
"""All that changes facts; what comes to be able to is added here."""


def mapping(dataset: str) -> Read:
    name = {"organization_id": {"column": "ministry", "find": "Ministry"}, "name": {"column": "name"}}
    milestone = {"title": {"column": "title"}, "status": "PLANNED"}
    said = {
        "dataset": dataset,
        "title": dataset,
        "document": {"title": dataset, "standing": "UNOFFICIAL"},
        "facts": [
            {"type": "OrganizationName", "key": "{key}", "values": {**name, "kind": "OFFICIAL"}},
            {
                "type": "Milestone",
                "key": "{key}",
                "when": [{"column": "title", "filled": True}],
                "values": milestone,
            },
        ],
    }
    return Read(mapping=Mapping.model_validate(said), sha256=dataset)


@pytest.fixture(scope="module")
def begun(server_url: sa.URL, empty_template: sa.URL) -> Iterator[sa.URL]:
    """A database in which two ministries are known by a name each, to be copied from."""

    async def run(url: sa.URL) -> None:
        async with engine(url) as pool:
            await publish(pool, "부처", put=[ministry("x", "엑스부"), ministry("y", "와이부")])

    with new_database(server_url, str(empty_template.database)) as url:
        asyncio.run(run(url))
        yield url


async def lived(url: sa.URL, first: facts.Release, steps: list[Step]) -> list[State]:
    """Take steps, each of which does all or nothing, and return the state after every release, having seen the law."""
    async with engine(url) as pool:
        for step in [Publish(first), *steps]:
            before = await seen(pool)
            try:
                await step.perform(pool)
            except (ReleaseError, ImportStopped):
                assert await seen(pool) == before
        async with pool.connect() as connection:
            states = [await state(connection, number) for number in range(await latest(connection) + 1)]
            for until, later in enumerate(states):
                for after, earlier in enumerate(states[: until + 1]):
                    assert apply(earlier, await changes(connection, after, until)) == later
    return states


async def seen(pool: AsyncEngine) -> Any:
    async with pool.connect() as connection:
        return await facts.current(connection)


def check(server_url: sa.URL, begun: sa.URL, first: facts.Release, steps: list[Step], size: int) -> int:
    """Assert the law for a client, too, who starts at any release, and return how many releases there were."""
    with new_database(server_url, str(begun.database)) as url:
        states = [printed(each) for each in asyncio.run(lived(url, first, steps))]
        with open_world(url) as world:
            for since, known in enumerate(states):
                found = walked(world, size, since=since)
                assert followed(known, found) == states[-1]
                places = [(change["releasedIn"], change["nodeId"]) for change in found]
                assert places == sorted(set(places))
    return len(states) - 1


@pytest.mark.slow
def test_a_life_in_which_every_step_succeeds(server_url: sa.URL, begun: sa.URL) -> None:
    """Ministries, a list, more of it, less of it, its undo and the undo of that, another list, and a plain release.

    Then decisions: one that is undone, and one that outlasts another list, in which the fact is otherwise.
    """
    one, two, three = ("엑스부", "가", "하나"), ("와이부", "나", ""), ("엑스부", "나", "둘")
    steps: list[Step] = [
        Import("one", {"1": one, "2": two}, partial=False),
        Import("one", {"2": three, "다섯": one}, partial=True),
        Import("one", {"2": two}, partial=False),
        Undo(0),
        Undo(0),
        Import("two", {"1": one}, partial=False),
        Publish({"name:two/1": None}),
        Decide("name:one/2", "name", "다"),
        Undo(0),
        Decide("name:one/2", "name", "라"),
        Decide("milestone:two/1", "title", "셋"),
        Import("one", {"1": two, "2": one}, partial=True),
    ]
    assert check(server_url, begun, {"name:z": None}, steps, 25) == 1 + len(steps)


LIVES = (facts.first_release, st.lists(STEPS, min_size=3, max_size=6), st.integers(1, 9))


@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@given(*LIVES)
def test_law(server_url: sa.URL, begun: sa.URL, first: facts.Release, steps: list[Step], size: int) -> None:
    """A state and the changes after it give the later state, in the database and to a client that reads in pages."""
    check(server_url, begun, first, steps, size)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(*LIVES)
def test_law_over_many_lives(
    server_url: sa.URL, begun: sa.URL, first: facts.Release, steps: list[Step], size: int
) -> None:
    check(server_url, begun, first, steps, size)
