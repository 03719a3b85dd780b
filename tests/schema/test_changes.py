"""Changes as a client follows them: page by page, one release after another, and two releases compared."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

import schema
from db import models, releases
from db.connection import engine
from db.forgetting import forget
from tests.conftest import new_database
from tests.db.facts import ministry
from tests.schema.oracle.histories import history, publish
from tests.schema.oracle.world import World, open_world, published_world
from tests.schema.sql.asking import refusal
from tests.schema.test_oracle import check_generated

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20260618
RELEASES = 4
EXAMPLES = 20
ROOTS = ("changes", "diff", "release", "releases")
FIELDS = "fields(first: 1000) { nodes { name before after } }"
FEED = f"""query ($size: Int!, $after: String, $since: Int, $until: Int) {{
  changes(first: $size, after: $after, since: $since, until: $until) {{
    nodes {{ id type kind nodeId since releasedIn {FIELDS} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""


@pytest.fixture(scope="module")
def eventful(server_url: sa.URL, empty_template: sa.URL) -> Iterator[World]:
    """Four releases that insert, replace and remove rows of every kind, and the undo of the last."""

    async def run(url: sa.URL) -> None:
        await publish(url, islice(history(SEED), RELEASES))
        async with engine(url) as writer:
            await releases.undo(writer, RELEASES)

    with published_world(server_url, run, empty_template) as world:
        yield world


def walked(world: World, size: int, **bounds: int) -> list[dict[str, Any]]:
    found, after, more = [], None, True
    while more:
        page = world.answer(FEED, {"size": size, "after": after, **bounds})["changes"]
        found += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


def states(world: World) -> list[dict[str, dict[str, Any]]]:
    """Return every row as each release left it, without what says only which version it is."""
    return [
        {
            key: {name: value for name, value in row.items() if name != "released_in"}
            for key, row in world.history.rows(number).by_id.items()
            if row["@type"] != "Release"
        }
        for number in range(world.history.latest + 1)
    ]


def followed(before: dict[str, dict[str, str]], changes: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Apply changes as a system that follows the feed does."""
    after = {key: dict(said) for key, said in before.items()}
    for change in changes:
        assert (change["kind"] == "ADDED") == (change["nodeId"] not in after)
        said = after.setdefault(change["nodeId"], {})
        for field in change["fields"]["nodes"]:
            assert said.pop(field["name"], None) == field["before"]
            if field["after"] is not None:
                said[field["name"]] = field["after"]
        if change["kind"] == "REMOVED":
            assert after.pop(change["nodeId"]) == {}
    return after


@pytest.mark.parametrize("size", [7, 100, 1000])
def test_pages_of_any_size_from_any_start_give_any_state(eventful: World, size: int) -> None:
    """What a follower built up to one release and the changes after it give what another built up to a later one."""
    last = eventful.history.latest
    built = [followed({}, walked(eventful, 1000, until=number)) for number in range(last + 1)]
    assert [state.keys() for state in built] == [state.keys() for state in states(eventful)]
    for since in range(last + 1) if size > 7 else (last - 1,):
        changes = walked(eventful, size, since=since)
        assert followed(built[since], changes) == built[last]
        places = [(change["releasedIn"], change["nodeId"]) for change in changes]
        assert places == sorted(set(places))


def test_two_releases_compared(eventful: World) -> None:
    """Each row that differs stands there once, and one that was undone does not."""
    text = f"""query ($from: Int!, $to: Int!) {{ diff(from: $from, to: $to, first: 1000) {{
      totalCount nodes {{ nodeId kind {FIELDS} }} }} }}"""
    known, last = states(eventful), eventful.history.latest
    for start, end in ((0, 1), (1, last), (2, 3), (last - 2, last), (last, last)):
        found = eventful.answer(text, {"from": start, "to": end})["diff"]
        before, after = known[start], known[end]
        expected = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert found["totalCount"] == len(expected)
        if len(expected) <= 1000:
            assert {row["nodeId"] for row in found["nodes"]} == expected
            built = followed({}, walked(eventful, 1000, until=start))
            assert followed(built, found["nodes"]) == followed({}, walked(eventful, 1000, until=end))
    assert eventful.answer(text, {"from": last - 2, "to": last})["diff"]["totalCount"] == 0


def test_a_change_shows_on_whose_behalf_why_and_from_where(eventful: World) -> None:
    """The oracle agrees, also where a release names what has gone since; the undo says nothing of itself."""
    said = "number reason fileName fileSha256 publisher { name } source { title }"
    eventful.check(f"{{ releases {{ nodes {{ {said} }} }} changes(first: 50) {{ nodes {{ release {{ {said} }} }} }} }}")
    found = eventful.answer(f"{{ release(number: 1) {{ {said} }} }}")["release"]
    assert (found["reason"], found["fileName"]) == ("까닭", "가.csv")
    assert found["publisher"]
    assert found["source"]
    last = eventful.answer(f"{{ release(number: {eventful.history.latest}) {{ {said} }} }}")["release"]
    assert {value for name, value in last.items() if name != "number"} == {None}


@pytest.mark.slow
def test_after_a_person_was_forgotten(server_url: sa.URL, empty_template: sa.URL) -> None:
    """Changes, differences and states of any release agree with the oracle, which compares them row by row."""

    async def run(url: sa.URL) -> None:
        await publish(url, islice(history(SEED), RELEASES))
        async with engine(url) as writer, writer.begin() as connection:
            (person, *_) = sorted(await connection.scalars(sa.select(models.Person.id)))
            await forget(connection, person, "까닭")

    with published_world(server_url, run, empty_template) as world:
        for size in (100, 1000):
            changes = walked(world, size)
            assert followed({}, changes).keys() == states(world)[-1].keys()
        for number in range(RELEASES + 1):
            span = f"from: {number}, to: {RELEASES + 1}, types: [Person, Contact, Membership, Claim, Passage]"
            world.check(f"{{ diff({span}, first: 1000) {{ nodes {{ id kind {FIELDS} }} }} }}")
            world.check(f"{{ people(atRelease: {number}) {{ nodes {{ id name contacts {{ nodes {{ phone }} }} }} }} }}")


def test_generated_documents(eventful: World) -> None:
    """Whatever else is asked of changes: filters, orderings, moments, aggregates, and what lies below."""
    check_generated(eventful, EXAMPLES, roots=ROOTS)


def test_a_tombstone_has_no_node(eventful: World) -> None:
    nodes = "nodes { kind nodeId node { __typename id } type }"
    page = eventful.answer(f"{{ changes(where: {{kind: {{eq: REMOVED}}}}, first: 200) {{ {nodes} }} }}")["changes"]
    there = states(eventful)[-1]
    assert page["nodes"]
    assert any(change["node"] is None for change in page["nodes"])
    for change in page["nodes"]:
        is_there = change["nodeId"] in there
        assert change["node"] == ({"__typename": change["type"], "id": change["nodeId"]} if is_there else None)


@pytest.mark.slow
def test_a_walk_stays_in_its_release(server_url: sa.URL, empty_template: sa.URL) -> None:
    """Releases that land meanwhile come when the feed is followed from the last release seen."""
    with new_database(server_url, str(empty_template.database)) as url:
        changes = history(SEED)
        asyncio.run(publish(url, islice(changes, 1)))
        with open_world(url) as world:
            first = world.answer(FEED, {"size": 50})["changes"]
            world.runner.run(publish(url, islice(changes, 2)))
            text = FEED.replace("nodes {", "totalCount nodes {", 1)
            second = world.answer(text, {"size": 1000, "after": first["pageInfo"]["endCursor"]})["changes"]
            assert second["totalCount"] == 50 + len(second["nodes"])
            assert {change["releasedIn"] for change in first["nodes"] + second["nodes"]} == {1}
            assert {change["releasedIn"] for change in walked(world, 500, since=1)} == {2, 3}


def test_types_that_are_named_are_all_that_is_looked_at(eventful: World) -> None:
    """The feed of some types, as their own; and no type leaves nothing."""
    text = "query ($types: [FactType!]) { changes(types: $types, first: 1000) { totalCount nodes { type } } }"
    every = eventful.answer(text, {"types": None})["changes"]["totalCount"]
    counts = {
        name: eventful.answer(text, {"types": [name]})["changes"]["totalCount"] for name in models.FactType.__members__
    }
    assert sum(counts.values()) == every
    two = eventful.answer(text, {"types": ["Term", "Technology"]})["changes"]
    assert two["totalCount"] == counts["Term"] + counts["Technology"]
    assert {change["type"] for change in two["nodes"]} == {"Term", "Technology"}
    assert eventful.answer("{ changes(types: []) { totalCount } }")["changes"]["totalCount"] == 0


def test_every_type_of_fact_is_named() -> None:
    """The names are those of the contract, and their descriptions its descriptions."""
    types = {name for name, linked in schema.contract().types.items() if linked.is_node}
    facts = {name for name in types if not schema.contract().types[name].declaration.is_interface} - {"Release"}
    assert facts == set(models.FactType.__members__)
    for name, member in models.FactType.__members__.items():
        assert member.value == schema.contract().schema.type_map[name].description


def test_values_are_printed_as_their_fields_print_them(server_url: sa.URL, empty_template: sa.URL) -> None:
    """Dates, exact numbers past 2^53, enums and lists."""

    async def run(url: sa.URL) -> None:
        async with engine(url) as writer:
            await releases.publish(writer, "1", put=[ministry("a")])
            line = models.BudgetLine(
                id="budget-line:x/1",
                grade=models.base.Grade.OPEN,
                fiscal_year=2026,
                stage=models.budgets.Stage.RND_ALLOCATION,
                level=models.budgets.LineLevel.MINISTRY,
                ministry_id="ministry:a",
                amount=9_007_199_254_740_993,
                printed_unit=models.budgets.MoneyUnit.WON,
            )
            await releases.publish(writer, "2", put=[line])

    text = """{
      changes(ids: ["budget-line:x/1"]) { nodes { fields { nodes { name before after } } } }
      budgetLines { nodes { amount fiscalYear stage } }
    }"""
    with published_world(server_url, run, empty_template) as world:
        answer = world.answer(text)
    ((change,), (line,)) = (answer[name]["nodes"] for name in ("changes", "budgetLines"))
    printed = {field["name"]: field["after"] for field in change["fields"]["nodes"]}
    assert printed.items() >= {name: str(value) for name, value in line.items()}.items()
    assert printed["amount"] == "9007199254740993"
    assert {field["before"] for field in change["fields"]["nodes"]} == {None}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("changes(since: -1)", "since is -1. Releases count from 1"),
        ("changes(until: -1)", "until is -1"),
        ("changes(since: 2, until: 1)", "since is 2, which is after until, 1"),
        ("diff(from: 2, to: 1)", "from is 2, which is after to, 1"),
        ("diff(from: -1, to: 1)", "from is -1"),
    ],
)
def test_spans_that_make_no_sense(eventful: World, arguments: str, sentence: str) -> None:
    code, message = refusal(eventful, f"{{ {arguments} {{ totalCount }} }}")
    assert code == "BAD_INPUT"
    assert sentence in message


def test_a_release_by_its_number(eventful: World) -> None:
    text = "query ($number: Int!) { release(number: $number) { id changes(first: 1) { totalCount } } }"
    assert eventful.answer(text, {"number": 99}) == {"release": None}
    count = len(walked(eventful, 1000, since=1, until=2))
    assert eventful.answer(text, {"number": 2}) == {"release": {"id": "release:2", "changes": {"totalCount": count}}}
