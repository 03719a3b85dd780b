"""The linked query: one request across the whole picture, with the figures that the sources print."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import api
from tests.schema.oracle.ranks import natural

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

LINKED = (Path(api.__file__).parent / "linked.graphql").read_text(encoding="utf-8")
VARIABLES = {"field": "반도체·디스플레이", "year": 2026}


@pytest.fixture(scope="module")
def linked(dataset: World) -> Any:
    """Its answer."""
    return dataset.answer(LINKED, VARIABLES)


def test_all_three_answer_alike(dataset: World) -> None:
    dataset.check(LINKED, VARIABLES)
    dataset.check(LINKED, {"field": "인공지능", "year": 2026})
    dataset.check(LINKED, {"field": "", "year": 1999})


def test_the_field_and_what_hangs_on_it(linked: Any) -> None:
    (field,) = linked["technologyFields"]["nodes"]
    assert field["name"] == "반도체·디스플레이"
    assert field["scheme"]["status"] == "ANNOUNCED"
    assert field["technologies"]["totalCount"] == 10
    technologies = field["technologies"]["nodes"]
    assert len({technology["id"] for technology in technologies}) == 10
    assert {technology["status"] for technology in technologies} == {"ANNOUNCED"}
    assert {technology["regime"]["term"] for technology in technologies} == {"국가전략기술"}
    assert {technology["regime"]["statute"]["shortName"] for technology in technologies} == {"국가전략기술육성법"}
    assert all(mission["title"] and mission["certainty"] for mission in field["missions"]["nodes"])
    assert field["missions"]["nodes"]


def test_the_council_belongs_to_the_alliance(linked: Any) -> None:
    councils = linked["technologyFields"]["nodes"][0]["council"]["nodes"]
    assert councils
    assert {council["parent"]["name"] for council in councils} == {"NEXT 얼라이언스"}


def test_claims_say_where_it_stands(linked: Any) -> None:
    claims = linked["technologyFields"]["nodes"][0]["claims"]["nodes"]
    assert 1 <= len(claims) <= 3
    for claim in claims:
        assert claim["certainty"]
        assert claim["passage"]["locator"]
        assert claim["passage"]["document"]["title"]


def test_fourteen_areas_have_priority(linked: Any) -> None:
    areas = linked["commonAreas"]
    assert areas["totalCount"] == len(areas["nodes"]) == 14
    names = [area["name"] for area in areas["nodes"]]
    assert names == sorted(names, key=natural)
    for area in areas["nodes"]:
        statutes = {coverage["regime"]["statute"]["shortName"] for coverage in area["coverages"]["nodes"]}
        assert area["statuteCount"] == len(statutes) == 4


def test_the_five_largest_budgets(linked: Any) -> None:
    lines = linked["budgetLines"]
    amounts = [Decimal(line["amount"]) for line in lines["nodes"]]
    assert len(amounts) == 5
    assert amounts[0] == 9_807_914
    assert amounts == sorted(amounts, reverse=True)
    assert lines["nodes"][0]["ministry"]["name"] == "과학기술정보통신부"
    assert lines["totalCount"] == 32
    for line in lines["nodes"]:
        assert (line["fiscalYear"], line["stage"]) == (2026, "RND_ALLOCATION")
        parts = [Decimal(part["amount"]) for part in line["allocations"]["nodes"]]
        assert len(parts) <= 3
        assert parts == sorted(parts, reverse=True)
        assert any(name["kind"] == "OFFICIAL" for name in line["ministry"]["names"]["nodes"])


def test_a_ministry_is_found_by_its_short_name(linked: Any) -> None:
    assert linked["ministry"]["name"] == "재정경제부"
    assert "기획재정부" in [each["name"] for each in linked["ministry"]["predecessors"]["nodes"]]


def test_the_count_adds_up(linked: Any) -> None:
    statistics = {row["value"]: row for row in linked["statistics"]["nodes"]}
    parts = [int(part["value"]) for part in statistics["513"]["components"]["nodes"]]
    assert parts == [50, 81, 284, 19, 79]
    assert sum(parts) == 513
