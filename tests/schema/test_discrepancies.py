"""Where facts do not agree: each check finds its flaw and nothing beside it, at any release and as any list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db import releases
from db.checks import CHECKS
from db.checks.findings import LARGEST_REST
from db.connection import engine
from db.models.discrepancies import Check
from tests.contract.answers import answered
from tests.marking import slow_but
from tests.schema.disagreeing import FLAWS, parts_of_a_hundred_and_one, sound
from tests.schema.oracle.world import World, published_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

SOUND, FLAWED, MENDED, LARGE = 1, 2, 3, 4
ROW = (
    "id check subjectId expected expectedBy found foundBy decided difference message messageEn restsOn since { number }"
)
FOUND = (
    f"query ($at: Int, $checks: [Check!]) {{ discrepancies(atRelease: $at, checks: $checks) {{ nodes {{ {ROW} }} }} }}"
)
EXPECTED: dict[Check, list[tuple[str, str, str, str | None, list[str]]]] = {
    Check.PARTS_DIFFER: [
        (
            "budget-line:d/1",
            "37533000000",
            "36533000000",
            "-1000000000",
            ["budget-line:d/1", "budget-line:d/1-1", "budget-line:d/1-2", "project:d/1-1", "project:d/1-2"],
        )
    ],
    Check.NO_PARTS: [("project:d/2", "1", "0", "-1", ["project:d/2", "project:d/2-1"])],
    Check.OVER_ALLOCATED: [
        (
            "budget-line:d/1",
            "37533000000",
            "40000000000",
            "2467000000",
            ["budget-line:d/1", "allocation:f", "allocation:g"],
        )
    ],
    Check.TOTAL_DIFFERS: [
        (
            "statistic:investment",
            "8600000000000",
            "8400000000000",
            "-200000000000",
            ["statistic:investment", "budget-summary:RND_ALLOCATION"],
        )
    ],
    Check.NUMBER_USED_TWICE: [("project:d/1", "1", "2", "1", ["project:d/1", "project:d/2"])],
    Check.NAME_OF_TWO: [("name:a-2", "1", "2", "1", ["name:a-2", "name:b-2", "ministry:a", "ministry:b"])],
    Check.UNDESIGNATED: [
        ("designation:v", "1", "0", "-1", ["technology:v", "designation:v"]),
        ("technology:u", "1", "0", "-1", ["technology:u"]),
    ],
    Check.OUTSIDE_VERSION: [
        ("designation:t", "2020-01-01~2029-12-31", "2019-12-31", None, ["designation:t", "statute:list"]),
        ("designation:t", "2020-01-01~2029-12-31", "2030-01-01", None, ["designation:t", "statute:list"]),
        (
            "regime:young",
            "2022-01-01~",
            "2021-12-31",
            None,
            ["regime:young", "statute:young", "statute-version:young-1"],
        ),
        (
            "statute-version:young-2",
            "2022-07-01~",
            "2022-06-30",
            None,
            ["statute-version:young-2", "statute:young", "statute-version:young-1"],
        ),
    ],
    Check.CLAIMS_DIFFER: [
        ("project:d/1", "자율주행차", "자율 주행", None, ["claim:ours-1", "claim:new-3"]),
        ("project:d/2", "양자", "양자 기술", None, ["claim:old-5", "claim:new-4", "claim:old-4"]),
        ("project:d/2", "양자", "양자컴퓨터", None, ["claim:old-5", "claim:ours-2"]),
        ("statistic:investment", "512", "513", "1", ["claim:new-1", "claim:old-1"]),
    ],
}
"""Subject, expected, found, difference and what it rests on, of everything that is found in the flawed facts."""
MESSAGES = {
    Check.PARTS_DIFFER: (
        "「자율주행」의 2026년 R&D 배분·조정안 내역사업 합계는 36,533,000,000원으로, "
        "세부사업의 37,533,000,000원과 다르다.",
        "The parts of “자율주행” add up to 36,533,000,000 won (2026, R&D allocation and adjustment proposal), "
        "while the project has 37,533,000,000 won.",
    ),
    Check.TOTAL_DIFFERS: (
        "「투자」의 공표 수치 8.6조 원(2026년)은 R&D 배분·조정안의 합계와 다르다: "
        "중복 제외 8,400,000,000,000원, 중복 포함 9,440,000,000,000원.",
        "The figure 8.6조 원 published for “투자” (2026) is not what the allocations add up to "
        "(R&D allocation and adjustment proposal): 8,400,000,000,000 won with each project counted once, "
        "9,440,000,000,000 won with overlaps.",
    ),
    Check.NAME_OF_TWO: (
        "「산업부」은(는) 같은 시기의 기관 2곳을 가리킨다: a부, b부.",
        "“산업부” leads to 2 organizations of the same time: a부, b부.",
    ),
}


@pytest.fixture(scope="module")
def disagreeing(server_url: sa.URL, empty_template: sa.URL) -> Iterator[World]:
    """Four releases: sound facts, flaws, the sound facts again, and a project of very many parts."""
    with published_world(server_url, _publish, empty_template) as world:
        yield world


async def _publish(url: sa.URL) -> None:
    async with engine(url) as writer:
        await releases.publish(writer, "하나", put=sound())
        await releases.publish(writer, "둘", put=[fact for facts in FLAWS.values() for fact in facts])
        await releases.publish(writer, "셋", put=sound())
        await releases.publish(writer, "넷", put=parts_of_a_hundred_and_one())


def _found(world: World, release: int, *checks: Check) -> list[dict[str, Any]]:
    names = {"checks": [check.name for check in checks]} if checks else {}
    rows: list[dict[str, Any]] = world.answer(FOUND, {"at": release} | names)["discrepancies"]["nodes"]
    return rows


@pytest.mark.parametrize("check", Check, ids=lambda check: check.name)
def test_a_check_finds_its_flaw(disagreeing: World, check: Check) -> None:
    found = _found(disagreeing, FLAWED, check)
    members = ("subjectId", "expected", "found", "difference", "restsOn")
    assert [tuple(row[name] for name in members) for row in found] == EXPECTED[check]
    assert {row["check"] for row in found} == {check.name}
    assert {row["since"]["number"] for row in found} == {FLAWED}
    assert all(row["id"].startswith(f"{check.name}+{row['subjectId']}") for row in found)
    if check in MESSAGES:
        assert [(row["message"], row["messageEn"]) for row in found] == [MESSAGES[check]]


def test_a_difference_says_who_says_what_and_whether_it_was_decided(disagreeing: World) -> None:
    """A publisher by its name, or else the document by its title; and the preferred claims say so of themselves."""
    found = _found(disagreeing, FLAWED, Check.CLAIMS_DIFFER)
    assert [(row["expectedBy"], row["foundBy"], row["decided"]) for row in found] == [
        (["a부"], ["new"], False),
        (["old"], ["new", "old"], True),
        (["old"], ["a부"], True),
        (["new"], ["old"], False),
    ]
    where = "where: {preferred: {eq: true}}, orderBy: [{id: ASC}]"
    text = f"{{ claims(atRelease: {FLAWED}, {where}) {{ nodes {{ id }} }} }}"
    preferred = [row["id"] for row in disagreeing.answer(text)["claims"]["nodes"]]
    assert preferred == ["claim:new-1", "claim:old-2", "claim:old-5", "claim:ours-1"]


def test_checks_find_nothing_in_sound_facts(disagreeing: World) -> None:
    """Neither before nor after the flaws; and no flaw is found by another check than its own."""
    assert _found(disagreeing, SOUND) == _found(disagreeing, MENDED) == []
    assert len(_found(disagreeing, FLAWED)) == sum(map(len, EXPECTED.values()))


def test_every_check_is_there_and_tested() -> None:
    assert set(CHECKS) == set(FLAWS) == set(EXPECTED) == set(Check)


def test_a_finding_names_at_most_a_hundred_facts(disagreeing: World) -> None:
    """The line of the project comes first, and what is left out still says since when."""
    (found,) = _found(disagreeing, LARGE)
    assert found["check"] == "PARTS_DIFFER"
    assert len(found["restsOn"]) == LARGEST_REST == 100
    assert found["restsOn"][:2] == ["budget-line:l/large", "budget-line:l/large-000"]
    assert found["since"]["number"] == LARGE


@pytest.mark.parametrize(
    ("moment", "count"),
    [('asOf: "2024-12-31"', 1), ('asOf: "2025-06-01"', 0), ('asOf: "2024-12-30"', 0)],
)
def test_a_day_sees_what_disagrees_on_it(disagreeing: World, moment: str, count: int) -> None:
    """Two organizations bear the name on one day only."""
    text = f"{{ discrepancies({moment}, atRelease: {FLAWED}, checks: [NAME_OF_TWO]) {{ totalCount }} }}"
    assert disagreeing.answer(text)["discrepancies"]["totalCount"] == count


@pytest.mark.parametrize("world", ["disagreeing", "dataset", "odd"])
def test_the_oracle_finds_the_same(world: str, request: pytest.FixtureRequest) -> None:
    here: World = request.getfixturevalue(world)
    moments = ["", 'asOf: "2026-06-18"', *(f"atRelease: {number}" for number in range(here.history.latest + 1))]
    for moment in moments:
        given = ", ".join(filter(None, ("first: 1000", moment)))
        here.check(f"{{ discrepancies({given}) {{ totalCount nodes {{ {ROW} subject {{ __typename id }} }} }} }}")


ASKED = [
    "(first: 2) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }",
    "(last: 3, orderBy: [{difference: DESC}, {since: {number: ASC}}]) { nodes { id difference } }",
    '(where: {check: {in: [CLAIMS_DIFFER, NO_PARTS]}, restsOn: {has: "claim:new-1"}}) { nodes { id } }',
    '(where: {since: {number: {gt: 1}}, message: {contains: "자율"}}) { totalCount }',
    " { groups(by: [{check: VALUE}]) { nodes { key { check } count sum { difference } } } }",
    " { groups(by: [{since: {title: VALUE}}]) { nodes { key { since { title } } count } } }",
    " { aggregate { count max { difference } } }",
    "(checks: []) { totalCount nodes { id } }",
    "(checks: [NO_PARTS, NO_PARTS, UNDESIGNATED]) { totalCount nodes { id check } }",
]


@pytest.mark.parametrize("asked", slow_but(ASKED, *ASKED[:2]))
def test_discrepancies_are_a_list_as_any_other(disagreeing: World, asked: str) -> None:
    for release in (FLAWED, LARGE):
        at = f"(atRelease: {release}, {asked[1:]}" if asked[0] == "(" else f"(atRelease: {release}){asked}"
        disagreeing.check(f"{{ discrepancies{at} }}")


@pytest.mark.parametrize("names", slow_but([None, [], ["NO_PARTS"], ["NO_PARTS", "CLAIMS_DIFFER"]], ["NO_PARTS"]))
def test_checks_may_be_a_variable(disagreeing: World, names: list[str] | None) -> None:
    text = "query ($at: Int, $checks: [Check!]) { discrepancies(atRelease: $at, checks: $checks) { nodes { id } } }"
    disagreeing.check(text, {"at": FLAWED, "checks": names})


def test_only_checks_asked_for_are_made(dataset_url: sa.URL) -> None:
    """In one statement, whatever is asked."""
    every, ((whole, _),) = answered(dataset_url, "{ discrepancies { totalCount } }")
    assert every["data"]["discrepancies"]["totalCount"] == 3
    _, ((one, _),) = answered(dataset_url, "{ discrepancies(checks: [NAME_OF_TWO]) { totalCount } }")
    assert "organization_names" in one
    assert "budget_lines" in whole
    assert "budget_lines" not in one


def test_what_the_dataset_disagrees_on(dataset: World) -> None:
    """Fields overlap, so two budget codes give more to fields than they have; 8.6조 is neither total."""
    text = "{ discrepancies { groups(by: [{check: VALUE}]) { nodes { key { check } count } } nodes { subjectId } } }"
    found = dataset.answer(text)["discrepancies"]
    assert {row["key"]["check"]: row["count"] for row in found["groups"]["nodes"]} == {
        "OVER_ALLOCATED": 2,
        "TOTAL_DIFFERS": 1,
    }
    assert [row["subjectId"] for row in found["nodes"]] == [
        "budget-line:rnd-2026-msit-2",
        "budget-line:rnd-2026-pipc",
        "statistic:rnd-investment-2026",
    ]
