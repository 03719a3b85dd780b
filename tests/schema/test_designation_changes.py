"""What changed in a list between two days, and between two releases, on a small list that changes in every way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from db import migrations, models, releases
from db.connection import engine
from db.models.base import Grade
from db.models.statutes import RegimePurpose
from db.models.technologies import DesignationChange, TechnologyStatus
from tests.schema.oracle.world import World, published_world
from tests.schema.sql.asking import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

FIRST, LAST, SECOND = date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)
LISTS = ("list", "other")
STATE = "{ name locator scope change validFrom validTo }"
ROW = f"""__typename id kind name technology {{ id }} before {STATE} after {STATE}
  designationBefore {{ id }} designationAfter {{ id scope }}"""
CHANGES = f"""query ($regime: ID!, $from: Date, $to: Date, $fromRelease: Int, $toRelease: Int) {{
  designationChanges(regime: $regime, from: $from, to: $to, fromRelease: $fromRelease, toRelease: $toRelease) {{
    totalCount
    edges {{ cursor node {{ {ROW} }} }}
  }}
}}"""


def _technology(key: str, name: str | None = None, regime: str = "list") -> models.Technology:
    return models.Technology(
        id=f"technology:{key}",
        grade=Grade.OPEN,
        regime_id=f"regime:{regime}",
        name=name or key,
        status=TechnologyStatus.DESIGNATED,
    )


def _designation(key: str, scope: str | None = None, **values: Any) -> models.Designation:
    return models.Designation(
        id=f"designation:{key}",
        grade=Grade.OPEN,
        technology_id=f"technology:{key.partition('-')[0]}",
        scope=scope,
        **{"valid_from": FIRST, "change": DesignationChange.ADDED} | values,
    )


def _lists() -> Iterator[models.Fact]:
    yield models.Statute(id="statute:act", grade=Grade.OPEN, law_id="1", name="법", short_name="법")
    for key in LISTS:
        values = {"code": key, "term": "기술", "purpose": RegimePurpose.TAX, "statute_id": "statute:act"}
        yield models.Regime(id=f"regime:{key}", grade=Grade.OPEN, **values)
    yield from (_technology(key) for key in ("same", "narrowed", "ended", "lifted", "new", "mistaken"))
    yield _technology("elsewhere", regime="other")
    yield _designation("same", valid_from=None)
    yield _designation("narrowed-1", "10nm 이하", valid_to=LAST)
    yield _designation("narrowed-2", "7nm 이하", valid_from=SECOND, change=DesignationChange.CHANGED)
    yield _designation("ended", valid_to=LAST)
    yield _designation("lifted-1")
    yield _designation("lifted-2", valid_from=SECOND, change=DesignationChange.REMOVED)
    yield _designation("new", locator="가.1)", valid_from=SECOND)
    yield _designation("mistaken")
    yield _designation("elsewhere", valid_from=SECOND)


@pytest.fixture(scope="module")
def changing(server_url: sa.URL) -> Iterator[World]:
    """Three releases: the lists, corrections of one of them, and something that does not concern it."""
    with published_world(server_url, _publish) as world:
        yield world


async def _publish(url: sa.URL) -> None:
    await migrations.upgrade(url)
    async with engine(url) as writer:
        await releases.publish(writer, "하나", put=_lists())
        narrower = _designation("narrowed-2", "5nm 이하", valid_from=SECOND, change=DesignationChange.CHANGED)
        corrected = [narrower, _technology("same", "같은 것"), _technology("found"), _designation("found")]
        removed = ["technology:mistaken", "designation:mistaken"]
        await releases.publish(writer, "둘", put=corrected, remove=removed)
        await releases.publish(writer, "셋", put=[_technology("elsewhere", "다른 것", "other")])


def _changes(world: World, **times: Any) -> dict[str, Any]:
    """Return the differences by the names of technologies, in their order."""
    found = world.answer(CHANGES, {"regime": "regime:list", **times})["designationChanges"]
    assert found["totalCount"] == len(found["edges"])
    return {edge["node"]["name"]: edge["node"] for edge in found["edges"]}


def test_between_two_days(changing: World) -> None:
    """What stays the same is left out; who was lifted is removed, though the list has a row that says so."""
    found = _changes(changing, **{"from": "2024-06-01", "to": "2025-06-01"})
    assert {name: row["kind"] for name, row in found.items()} == {
        "new": "ADDED",
        "narrowed": "CHANGED",
        "ended": "REMOVED",
        "lifted": "REMOVED",
    }
    narrowed = found["narrowed"]
    assert (narrowed["before"]["scope"], narrowed["after"]["scope"]) == ("10nm 이하", "5nm 이하")
    assert narrowed["technology"] == {"id": "technology:narrowed"}
    assert narrowed["designationBefore"] == {"id": "designation:narrowed-1"}
    assert found["new"]["before"] is found["new"]["designationBefore"] is found["ended"]["after"] is None
    assert found["new"]["after"]["locator"] == "가.1)"
    assert found["lifted"]["after"]["change"] == "REMOVED"
    assert found["lifted"]["designationAfter"]["id"] == "designation:lifted-2"


def test_between_two_releases(changing: World) -> None:
    """A former row is shown as it was and cannot be referred to; a removed technology keeps its name."""
    found = _changes(changing, fromRelease=1, toRelease=2)
    assert {name: row["kind"] for name, row in found.items()} == {
        "found": "ADDED",
        "narrowed": "CHANGED",
        "같은 것": "CHANGED",
        "mistaken": "REMOVED",
    }
    assert (found["narrowed"]["before"]["scope"], found["narrowed"]["after"]["scope"]) == ("7nm 이하", "5nm 이하")
    assert found["narrowed"]["designationBefore"] is None
    assert found["narrowed"]["designationAfter"] == {"id": "designation:narrowed-2", "scope": "5nm 이하"}
    assert found["같은 것"]["before"]["name"] == "same"
    assert found["mistaken"]["technology"] is None
    assert _changes(changing, fromRelease=2, toRelease=3) == {}
    assert {row["kind"] for row in _changes(changing, fromRelease=0, toRelease=3).values()} == {"ADDED"}


def test_at_another_moment(changing: World) -> None:
    """A release decides what is known of the two days, and the day asked of hides neither state."""
    text = """query ($first: Int!) {{
      designationChanges({moment} regime: "regime:list", from: "2024-06-01", to: "2025-06-01", first: $first) {{
        nodes {{ name after {{ scope }} technology {{ name }} designationBefore {{ id }} designationAfter {{ scope }} }}
      }}
    }}"""
    now, dated, known = (
        changing.answer(text.format(moment=moment), {"first": 9})["designationChanges"]["nodes"]
        for moment in ("", 'asOf: "2024-06-01",', "atRelease: 1,")
    )
    assert dated == now
    (before,) = (row for row in known if row["name"] == "narrowed")
    assert before["after"] == before["designationAfter"] == {"scope": "7nm 이하"}
    assert before["designationBefore"] == {"id": "designation:narrowed-1"}
    text = text.replace('from: "2024-06-01", to: "2025-06-01"', "fromRelease: 1, toRelease: 2")
    corrected = changing.answer(text.format(moment="atRelease: 1,"), {"first": 9})["designationChanges"]["nodes"]
    assert {row["name"]: row["designationBefore"] for row in corrected} == {
        "found": None,
        "narrowed": {"id": "designation:narrowed-2"},
        "같은 것": {"id": "designation:same"},
        "mistaken": {"id": "designation:mistaken"},
    }


@pytest.mark.parametrize("world", ["changing", "dataset", "odd"])
def test_every_pair_of_times(world: str, request: pytest.FixtureRequest) -> None:
    here: World = request.getfixturevalue(world)
    regimes = [row["id"] for row in here.fields.rows.tables["regimes"]][:6]
    held = {row[end] for row in here.fields.rows.tables["designations"] for end in ("valid_from", "valid_to")}
    days = sorted(day for day in held if day)[::2] or [FIRST]
    for regime in [*regimes, "regime:none"]:
        for first, second in ((days[0], days[-1]), (days[len(days) // 2], days[-1]), (days[0], days[0])):
            here.check(CHANGES, {"regime": regime, "from": str(first), "to": str(second)})
        for before, after in ((0, 1), (1, 2), (0, 3), (2, 2)):
            here.check(CHANGES, {"regime": regime, "fromRelease": before, "toRelease": after})


@pytest.mark.parametrize(
    "paging",
    [
        "first: 2",
        "last: 1, orderBy: [{technology: {name: DESC}}]",
        "orderBy: [{before: {scope: DESC}}, {id: ASC}]",
        'where: {kind: {ne: REMOVED}, after: {scope: {contains: "nm"}}}',
        "where: {or: [{before: {name: {isNull: true}}}, {designationAfter: {change: {eq: REMOVED}}}]}",
    ],
)
def test_differences_are_a_list_as_any_other(changing: World, paging: str) -> None:
    for times in ('from: "2024-06-01", to: "2025-06-01"', "fromRelease: 0, toRelease: 2"):
        inner = "totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor }"
        changing.check(f'{{ designationChanges(regime: "regime:list", {times}, {paging}) {{ {inner} }} }}')


def test_pages_walk_over_all_differences(changing: World) -> None:
    text = """query ($after: String) {
      designationChanges(regime: "regime:list", from: "2024-06-01", to: "2025-06-01", first: 1, after: $after) {
        nodes { name } pageInfo { hasNextPage endCursor }
      }
    }"""
    names, after, more = [], None, True
    while more:
        page = changing.answer(text, {"after": after})["designationChanges"]
        names += [node["name"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert names == ["new", "narrowed", "ended", "lifted"]


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ({}, "Give from and to"),
        ({"from": "2024-01-01"}, "to is missing"),
        ({"to": "2024-01-01"}, "from is missing"),
        ({"fromRelease": 1}, "toRelease is missing"),
        ({"toRelease": 1}, "fromRelease is missing"),
        ({"from": "2024-01-01", "toRelease": 1}, "from is a day and toRelease a release"),
        ({"from": "2024-01-01", "to": "2024-01-02", "fromRelease": 1, "toRelease": 2}, "not both"),
        ({"from": "2024-01-02", "to": "2024-01-01"}, "from is 2024-01-02, which is after to"),
        ({"fromRelease": 2, "toRelease": 1}, "fromRelease is 2, which is after toRelease"),
        ({"fromRelease": -1, "toRelease": 1}, "fromRelease is -1"),
    ],
)
def test_times_that_do_not_go_together(changing: World, times: dict[str, Any], sentence: str) -> None:
    """Also where the statement was planned for values that do."""
    good = {"from": "2024-01-01", "to": "2024-01-01"} if "from" in times else {"fromRelease": 0, "toRelease": 0}
    for first in (times, good):
        if first is good:
            changing.answer(CHANGES, {"regime": "regime:list", **good})
        code, message = refusal(changing, CHANGES, {"regime": "regime:list", **times})
        assert code == "BAD_INPUT"
        assert sentence in message
