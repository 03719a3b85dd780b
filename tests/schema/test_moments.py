"""asOf and atRelease: what was in force, and what was known, everywhere below a root field."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from db import models, releases
from db.connection import engine
from db.models.base import Grade
from db.models.organizations import NameKind, OrganizationKind
from tests.schema.oracle.world import World, published_world
from tests.schema.sql.asking import data, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

NEWEST = 3


@pytest.fixture(scope="module")
def past(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[World]:
    """The dataset, then a release that renames and adds, then one that removes."""
    with published_world(server_url, _publish, dataset_template) as world:
        yield world


async def _publish(url: sa.URL) -> None:
    async with engine(url) as writer:
        ministry = models.Ministry(
            id="ministry:test",
            grade=Grade.OPEN,
            kind=OrganizationKind.MINISTRY,
            name="새로운부",
            valid_from=date(2020, 1, 1),
        )
        names = [
            _name("new", "새로운부", NameKind.OFFICIAL, date(2025, 1, 1), None),
            _name("old", "옛날부", NameKind.FORMER, None, date(2024, 12, 31)),
            _name("ancient", "아주옛날부", NameKind.FORMER, None, None),
        ]
        person = models.Person(id="person:test", grade=Grade.OPEN, name="가나다")
        await releases.publish(writer, "둘", put=[ministry, *names, person])
        renamed = models.Person(id="person:test", grade=Grade.OPEN, name="라마바")
        await releases.publish(writer, "셋", put=[renamed], remove=["name:test-ancient"])


def _name(key: str, text: str, kind: NameKind, first: date | None, last: date | None) -> models.OrganizationName:
    return models.OrganizationName(
        id=f"name:test-{key}",
        grade=Grade.OPEN,
        organization_id="ministry:test",
        name=text,
        kind=kind,
        valid_from=first,
        valid_to=last,
    )


@pytest.mark.parametrize(
    ("moment", "count", "name"),
    [("", 1, "라마바"), ("atRelease: 3,", 1, "라마바"), ("atRelease: 2,", 1, "가나다"), ("atRelease: 1,", 0, None)],
)
def test_a_list_as_a_release_left_it(past: World, moment: str, count: int, name: str | None) -> None:
    text = f'{{ people({moment} where: {{id: {{eq: "person:test"}}}}) {{ totalCount nodes {{ name }} }} }}'
    found = data(past, text)["people"]
    assert found == {"totalCount": count, "nodes": [{"name": name}] * count}


def test_before_the_first_release_there_was_nothing(past: World) -> None:
    found = data(past, "{ people(atRelease: 0) { totalCount } releases(atRelease: 0) { totalCount } }")
    assert found == {"people": {"totalCount": 0}, "releases": {"totalCount": 0}}


def test_the_releases_themselves_are_those_known(past: World) -> None:
    found = data(past, "{ releases(atRelease: 2) { nodes { number } } }")
    assert found == {"releases": {"nodes": [{"number": 1}, {"number": 2}]}}


def test_everything_below_is_seen_at_the_release(past: World) -> None:
    text = """query($n: Int) { ministries(atRelease: $n, where: {id: {eq: "ministry:test"}}) {
        nodes { release { number } names(orderBy: [{name: ASC}]) { totalCount nodes { name } } } } }"""
    for number, names in (
        (2, ["새로운부", "아주옛날부", "옛날부"]),
        (3, ["새로운부", "옛날부"]),
        (None, ["새로운부", "옛날부"]),
    ):
        (ministry,) = data(past, text, {"n": number})["ministries"]["nodes"]
        assert ministry["release"] == {"number": 2}
        assert [node["name"] for node in ministry["names"]["nodes"]] == names
        assert ministry["names"]["totalCount"] == len(names)


def test_by_identifier(past: World) -> None:
    text = 'query($n: Int) { node(id: "person:test", atRelease: $n) { ... on Person { name } } }'
    assert [data(past, text, {"n": n})["node"] for n in (1, 2, 3)] == [None, {"name": "가나다"}, {"name": "라마바"}]


@pytest.mark.parametrize(
    ("day", "ministries", "name"),
    [("2019-12-31", 0, None), ("2020-01-01", 1, "옛날부"), ("2024-12-31", 1, "옛날부"), ("2025-01-01", 1, "새로운부")],
)
def test_a_day_decides_what_is_there_and_how_it_was_called(
    past: World, day: str, ministries: int, name: str | None
) -> None:
    """A name without an end is no name of that day; the name that officially held then is."""
    text = 'query($d: Date) { ministries(asOf: $d, where: {id: {eq: "ministry:test"}}) { totalCount nodes { name } } }'
    found = data(past, text, {"d": day})["ministries"]
    assert found == {"totalCount": ministries, "nodes": [{"name": name}] * ministries}


def test_filters_and_orders_by_name_follow_the_day(past: World) -> None:
    text = 'query($d: Date) { ministries(asOf: $d, where: {name: {eq: "옛날부"}}) { nodes { id } } }'
    assert data(past, text, {"d": "2024-01-01"})["ministries"]["nodes"] == [{"id": "ministry:test"}]
    assert data(past, text, {"d": None})["ministries"]["nodes"] == []


def test_a_relation_to_one_is_followed_whatever_the_day(past: World) -> None:
    """A name of the past belongs to its ministry, which was not yet there."""
    text = """{ organizationNames: node(id: "name:test-old", asOf: "2019-01-01") {
        ... on OrganizationName { organization { id owner { id } } claims { totalCount } } } }"""
    assert data(past, text)["organizationNames"]["organization"]["id"] == "ministry:test"


@pytest.mark.parametrize(
    ("moment", "code"),
    [("atRelease: 4", "BAD_INPUT"), ("atRelease: -1", "BAD_INPUT"), ("atRelease: 2147483647", "BAD_INPUT")],
)
def test_a_release_that_is_not_there(past: World, moment: str, code: str) -> None:
    for _ in range(2):
        found, message = refusal(past, f"{{ people({moment}) {{ totalCount }} }}")
        assert found == code
        assert message.startswith("atRelease is ")


def test_every_answer_names_the_newest_release(past: World) -> None:
    for text in ("{ people { totalCount } }", "{ people(atRelease: 1) { totalCount } terms { totalCount } }"):
        for _ in range(2):
            assert past.ask(text).extensions == {"release": NEWEST}


def test_a_walk_stays_at_the_release_in_which_it_began(past: World) -> None:
    """A cursor given out at release 2 leads on through release 2."""
    order = 'orderBy: [{name: ASC}], where: {id: {in: ["name:test-ancient", "name:test-old", "name:test-new"]}}'
    outer = 'ministries(where: {id: {eq: "ministry:test"}}'
    text = f"query($c: String, $n: Int) {{ {outer}, atRelease: $n) {{ nodes {{ names({order}, first: 1, after: $c) {{"
    text += " nodes { name } pageInfo { endCursor } totalCount } } } }"
    walked: list[Any] = []
    cursor: str | None = None
    moment: int | None = 2
    while True:
        (ministry,) = data(past, text, {"c": cursor, "n": moment})["ministries"]["nodes"]
        names = ministry["names"]
        assert names["totalCount"] == 3
        if not names["nodes"]:
            break
        walked += names["nodes"]
        cursor, moment = names["pageInfo"]["endCursor"], None
    assert [node["name"] for node in walked] == ["새로운부", "아주옛날부", "옛날부"]


def test_cursors_of_different_releases_do_not_mix(past: World) -> None:
    first = "query($n: Int) { people(first: 1, atRelease: $n) { pageInfo { endCursor } } }"
    cursors = {n: data(past, first, {"n": n})["people"]["pageInfo"]["endCursor"] for n in (1, 2)}
    text = "query($c: String, $n: Int) { people(after: $c, atRelease: $n) { totalCount } }"
    code, _ = refusal(past, text, {"c": cursors[1], "n": 2})
    assert code == "BAD_CURSOR"
    assert data(past, text, {"c": cursors[1], "n": 1}) == data(past, text, {"c": cursors[1]})
