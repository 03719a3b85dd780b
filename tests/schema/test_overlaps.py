"""Which lists share which areas, and through which statutes: the questions behind the priority of an area."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

PRIORITY = """{
  commonAreas(where: {priority: {eq: true}}) {
    nodes { statuteCount why { totalCount nodes { statute { shortName } coverages { nodes { regime { code } } } } } }
  }
  others: commonAreas(where: {priority: {eq: false}}, first: 1000) { nodes { statuteCount why { totalCount } } }
}"""
OVERLAPS = "query ($ids: [ID!]!) { overlaps(regimes: $ids, first: 1000) { totalCount nodes { id name } } }"


def test_an_area_has_priority_because_all_four_statutes_cover_it(dataset: World) -> None:
    """Both tax lists are of one act, so an area needs only one of them."""
    answer = dataset.answer(PRIORITY)
    assert len(answer["commonAreas"]["nodes"]) == 14
    for area in answer["commonAreas"]["nodes"]:
        reasons = {
            row["statute"]["shortName"]: {coverage["regime"]["code"] for coverage in row["coverages"]["nodes"]}
            for row in area["why"]["nodes"]
        }
        assert len(reasons) == area["why"]["totalCount"] == area["statuteCount"] == 4
        assert reasons.pop("조세특례제한법") <= {"TAX_NST", "TAX_NGT"}
        assert reasons == {"국가전략기술육성법": {"NST"}, "국가첨단전략산업법": {"NHST"}, "산업기술보호법": {"NCT"}}
    for area in answer["others"]["nodes"]:
        assert area["why"]["totalCount"] == area["statuteCount"] < 4


@pytest.mark.parametrize("world", ["dataset", "odd"])
@pytest.mark.parametrize(
    "asked",
    [
        "why { totalCount nodes { id __typename area { id } statute { name } coverages { totalCount nodes { id } } } }",
        "why(first: 1) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }",
        "why(last: 2, orderBy: [{statute: {lawId: DESC}}, {id: DESC}]) { nodes { id statute { lawId } } }",
        'why(where: {coverages: {some: {regime: {code: {startsWith: "TAX"}}}}}) { nodes { statute { name } } }',
    ],
)
def test_reasons_are_a_list_as_any_other(world: str, asked: str, request: pytest.FixtureRequest) -> None:
    here: World = request.getfixturevalue(world)
    here.check(f"{{ commonAreas(first: 60) {{ nodes {{ id {asked} }} }} }}")


def test_areas_are_found_by_their_reasons(dataset: World) -> None:
    """One statute short of priority: the areas that all but the protection of industrial technology cover."""
    question = """{
      commonAreas(where: {statuteCount: {eq: 3}, why: {none: {statute: {shortName: {eq: "산업기술보호법"}}}}}) {
        nodes { name }
      }
    }"""
    dataset.check(question)
    assert len(dataset.answer(question)["commonAreas"]["nodes"]) == 3


def test_a_computed_row_is_no_node(dataset: World) -> None:
    ((row, *_), *_) = (area["why"]["nodes"] for area in _areas(dataset, "why { nodes { id } }"))
    assert dataset.answer("query ($id: ID!) { node(id: $id) { id } }", {"id": row["id"]}) == {"node": None}


def _areas(world: World, asked: str) -> Any:
    return world.answer(f"{{ commonAreas(first: 1000) {{ nodes {{ id {asked} }} }} }}")["commonAreas"]["nodes"]


@pytest.mark.parametrize("world", ["dataset", "odd"])
def test_overlaps_of_any_lists(world: str, request: pytest.FixtureRequest) -> None:
    here: World = request.getfixturevalue(world)
    regimes = [row["id"] for row in here.fields.rows.tables["regimes"]][:5]
    for size in range(4):
        for chosen in combinations(regimes, size):
            here.check(OVERLAPS, {"ids": list(chosen)})


def test_overlaps_are_what_each_list_covers(dataset: World) -> None:
    covered = {
        area["id"]: {coverage["regime"]["id"] for coverage in area["coverages"]["nodes"]}
        for area in _areas(dataset, "coverages { nodes { regime { id } } }")
    }
    for chosen, count in ((["regime:nst", "regime:nct"], 28), (["regime:tax-nst", "regime:tax-ngt"], 41)):
        found = dataset.answer(OVERLAPS, {"ids": chosen})["overlaps"]
        assert {area["id"] for area in found["nodes"]} == {id_ for id_, by in covered.items() if by >= set(chosen)}
        assert found["totalCount"] == count


@pytest.mark.parametrize("moment", ['asOf: "2026-06-17"', 'asOf: "2026-06-19", atRelease: 1', "atRelease: 1"])
def test_reasons_and_overlaps_at_another_moment(odd: World, moment: str) -> None:
    """All of them see the same coverages."""
    asked = "id statuteCount why { totalCount } coverages { nodes { regime { id } } }"
    areas = odd.answer(f"{{ commonAreas({moment}) {{ nodes {{ {asked} }} }} }}")["commonAreas"]["nodes"]
    assert all(area["why"]["totalCount"] == area["statuteCount"] for area in areas)
    covered = {area["id"]: {row["regime"]["id"] for row in area["coverages"]["nodes"]} for area in areas}
    for regime in {regime for covering in covered.values() for regime in covering}:
        question = f"query ($ids: [ID!]!) {{ overlaps({moment}, regimes: $ids) {{ nodes {{ id }} }} }}"
        found = odd.answer(question, {"ids": [regime]})["overlaps"]["nodes"]
        assert {area["id"] for area in found} == {id_ for id_, covering in covered.items() if regime in covering}


def test_no_list_leaves_every_area_and_an_unknown_one_none(dataset: World) -> None:
    for chosen, count in (
        ([], 137),
        (["regime:none"], 0),
        (["regime:nst", "regime:none"], 0),
        (["area:dram"], 0),
    ):
        assert dataset.answer(OVERLAPS, {"ids": chosen})["overlaps"]["totalCount"] == count, chosen
    twice = dataset.answer(OVERLAPS, {"ids": ["regime:nct"] * 2})["overlaps"]
    assert twice == dataset.answer(OVERLAPS, {"ids": ["regime:nct"]})["overlaps"]
