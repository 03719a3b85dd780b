"""Filters over texts and lists of texts: exact, in natural order, without case and width, by items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.schema.oracle.generated import TEXTS
from tests.schema.oracle.ranks import folded, natural

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

SPLIT = "query ($where: %sWhere) { %s(where: $where, first: 1000) { totalCount nodes { id } } }"


def split(world: World, type_: str, root: str, where: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the rows that a filter leaves and those that its negation leaves: together every row, once."""
    text = SPLIT % (type_, root)
    halves = []
    for half in (where, {"not": where}):
        world.check(text, {"where": half})
        halves.append([row["id"] for row in world.answer(text, {"where": half})[root]["nodes"]])
    kept, left = halves
    assert sorted(kept + left) == sorted(row["id"] for row in world.fields.rows.of_type(type_))
    return set(kept), set(left)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:8]))
def test_without_case_and_width(odd: World, text: str) -> None:
    forms = {row["id"]: folded(row["form_en"]) for row in odd.fields.rows.tables["terms"] if row["form_en"] is not None}
    wanted = folded(text)
    kept, _ = split(odd, "Term", "terms", {"formEn": {"eqInsensitive": text}})
    assert kept == {id_ for id_, form in forms.items() if form == wanted}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:8]))
def test_a_text_contains_what_is_typed(odd: World, text: str) -> None:
    """Also where nothing of it counts: then every text does that is there."""
    for operator in ("contains", "startsWith"):
        kept, _ = split(odd, "Term", "terms", {"formEn": {operator: text}})
        forms = [row["form_en"] for row in odd.fields.rows.tables["terms"] if row["id"] in kept]
        assert None not in forms


@pytest.mark.slow
@pytest.mark.parametrize("operator", ["contains", "startsWith"])
def test_what_is_typed_is_looked_for_to_its_end(odd: World, operator: str) -> None:
    """However much it is: by keys, by initials, and where only the end does not fit."""
    assert "가" * 3000 in {row["name"] for row in odd.fields.rows.tables["technologies"]}
    for typed in ("가" * 200, "가 " * 200, "가" * 200 + "ㄱ", "ㄱ" * 200):
        assert split(odd, "Technology", "technologies", {"name": {operator: typed}})[0]
    for typed in ("가" * 200 + "나", "ㄱ" * 200 + "ㄴ", "가" * 3001):
        assert not split(odd, "Technology", "technologies", {"name": {operator: typed}})[0]


@pytest.mark.parametrize("text", ["제9조", "제10조", "별표 07", "a", "가", "", "ＳＭＲ"])
def test_comparing_goes_by_the_order_of_lists(odd: World, text: str) -> None:
    """What lies behind a text under ``gt`` is what follows it under ``orderBy``; ``gte`` has the text itself too."""
    values = {row["id"]: row["name"] for row in odd.fields.rows.tables["technologies"]}
    behind, before = split(odd, "Technology", "technologies", {"name": {"gt": text}})
    assert all(natural(values[id_]) > natural(text) for id_ in behind)
    assert all(natural(values[id_]) <= natural(text) for id_ in before)
    at_least, _ = split(odd, "Technology", "technologies", {"name": {"gte": text}})
    assert at_least - behind == {id_ for id_, value in values.items() if value == text}


@pytest.mark.parametrize(
    "where",
    [
        {"has": "가"},
        {"has": ""},
        {"has": "SMR"},
        {"hasAny": []},
        {"hasAny": ["가"]},
        {"hasAny": ["가", "나", "a", "'", "{}"]},
        {"hasAll": []},
        {"hasAll": ["가", "가"]},
        {"hasAll": ["가", "나"]},
        {"isEmpty": True},
        {"isEmpty": False},
        {"isEmpty": False, "has": "a"},
        {},
    ],
    ids=str,
)
def test_by_items(odd: World, where: dict[str, Any]) -> None:
    for type_, root, field in (("Term", "terms", "synonyms"), ("Claim", "claims", "alternatives")):
        split(odd, type_, root, {field: where})


def test_items_are_compared_as_written(odd: World) -> None:
    """Each item of the data is found, and by itself only."""
    for row in odd.fields.rows.tables["terms"]:
        for item in row["synonyms"]:
            kept, _ = split(odd, "Term", "terms", {"synonyms": {"has": item}})
            assert row["id"] in kept
    none, _ = split(odd, "Term", "terms", {"synonyms": {"hasAny": []}})
    every, _ = split(odd, "Term", "terms", {"synonyms": {"hasAll": []}})
    assert none == set()
    assert len(every) == len(odd.fields.rows.tables["terms"])


def test_lists_have_no_order(odd: World) -> None:
    errors = odd.ask("{ terms(orderBy: [{synonyms: ASC}]) { totalCount } }").errors
    assert errors
    assert "synonyms" in errors[0].message


@pytest.mark.parametrize(
    "where",
    [
        {"form": {"eqInsensitive": None}},
        {"synonyms": None},
        {"synonyms": {"has": None}},
        {"synonyms": {"hasAny": None}},
        {"synonyms": {"isEmpty": None}},
    ],
    ids=str,
)
def test_null_is_no_operand(odd: World, where: dict[str, Any]) -> None:
    refusal = odd.refusal("query ($where: TermWhere) { terms(where: $where) { nodes { id } } }", {"where": where})
    assert refusal.extensions == {"code": "BAD_INPUT"}
    assert "is null" in refusal.message
