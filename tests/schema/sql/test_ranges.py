"""Filters over ranges: open ends, absent ranges, and ranges that end before they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db import models
from schema import contract, sql
from schema.sql import Node, declare, linking
from tests.schema.sql.test_texts import split

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

DAY, NEXT, LATER = "2026-06-18", "2026-06-19", "2026-12-31"
SPANS: list[dict[str, str]] = [{}, {"from": DAY}, {"to": DAY}, {"from": DAY, "to": DAY}, {"from": DAY, "to": LATER}]

ANY_DAY: list[dict[str, Any]] = [{"contains": DAY}, {"overlaps": {}}, {"within": {}}]


@pytest.mark.parametrize("operator", ["overlaps", "within"])
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_spans_of_days(odd: World, span: dict[str, str], operator: str) -> None:
    split(odd, "Statute", "statutes", {"validity": {operator: span}})
    split(odd, "Statute", "statutes", {"inForce": {"days": {operator: span}}})


@pytest.mark.parametrize("day", ["0001-01-01", "2026-06-17", DAY, NEXT, "9999-12-31"])
def test_days(odd: World, day: str) -> None:
    kept, left = split(odd, "Statute", "statutes", {"validity": {"contains": day}})
    split(odd, "Milestone", "milestones", {"due": {"days": {"contains": day}}})
    rows = {row["id"]: (row["valid_from"], row["valid_to"]) for row in odd.fields.rows.tables["statutes"]}
    for first, last in (rows[id_] for id_ in kept):
        assert str(first or "") <= day <= str(last or "9999-12-31")
    for first, last in (rows[id_] for id_ in left):
        assert not str(first or "") <= day <= str(last or "9999-12-31")


def test_what_is_in_force_without_ends_is_in_force_always(odd: World) -> None:
    """A row that says nothing of its validity is in force every day; a time that was not given is no day."""
    statutes = odd.fields.rows.tables["statutes"]
    always = {row["id"] for row in statutes if row["valid_from"] is row["valid_to"] is None}
    assert always
    assert always <= split(odd, "Statute", "statutes", {"validity": {"contains": DAY}})[0]
    assert always.isdisjoint(split(odd, "Statute", "statutes", {"validity": {"within": {"from": DAY}}})[0])
    never = {row["id"] for row in statutes if row["in_force_earliest"] is row["in_force_latest"] is None}
    assert never
    for where in ANY_DAY:
        assert never.isdisjoint(split(odd, "Statute", "statutes", {"inForce": {"days": where}})[0])


def test_a_range_that_ends_before_it_begins_fits_nothing(odd: World) -> None:
    rows = odd.fields.rows.tables["statutes"]
    ends = {row["id"]: (row["valid_from"], row["valid_to"]) for row in rows}
    turned = {id_ for id_, (first, last) in ends.items() if first and last and first > last}
    assert turned
    for where in ANY_DAY:
        assert turned.isdisjoint(split(odd, "Statute", "statutes", {"validity": where})[0])
    assert turned <= split(odd, "Statute", "statutes", {"validity": {}})[0]


@pytest.mark.parametrize(
    "where",
    [
        {"contains": "1.5"},
        {"contains": "100000000000000000000000000000000"},
        {"overlaps": {"from": "0.1", "to": "0.10"}},
        {"within": {"from": "-1", "to": "513"}},
    ],
    ids=str,
)
def test_decimals(odd: World, where: dict[str, Any]) -> None:
    split(odd, "Statistic", "statistics", {"bounds": where})


@pytest.mark.parametrize("where", [{"contains": 2}, {"overlaps": {"from": 1, "to": 2}}, {"within": {"to": 3}}], ids=str)
def test_whole_numbers(odd: World, where: dict[str, Any]) -> None:
    split(odd, "Claim", "claims", {"passage": {"lines": where}})


@pytest.mark.parametrize(
    ("validity", "sentence"),
    [
        (None, "is null"),
        ({"contains": None}, "is null"),
        ({"overlaps": None}, "is null"),
        ({"within": {"from": None}}, "is null"),
        ({"within": {"from": DAY, "to": None}}, "is null"),
        ({"within": {"from": NEXT, "to": DAY}}, "goes from 2026-06-19 to 2026-06-18"),
        ({"overlaps": {"to": DAY, "from": NEXT}}, "goes from 2026-06-19 to 2026-06-18"),
    ],
)
def test_a_span_that_cannot_be_meant(odd: World, validity: Any, sentence: str) -> None:
    text = "query ($where: StatuteWhere) { statutes(where: $where) { totalCount } }"
    refusal = odd.refusal(text, {"where": {"validity": validity}})
    assert refusal.extensions == {"code": "BAD_INPUT"}
    assert sentence in refusal.message


@pytest.mark.parametrize("asked", ["{ nodes { validity } }", "(orderBy: [{validity: ASC}]) { totalCount }"])
def test_ranges_are_not_selected_and_have_no_order(odd: World, asked: str) -> None:
    errors = odd.ask(f"{{ statutes{asked} }}").errors
    assert errors
    assert "validity" in errors[0].message


@pytest.mark.parametrize(
    ("name", "ends", "sentence"),
    [
        ("span", ("name", "short_name"), "numbers, days or instants"),
        ("span", ("name", "valid_to"), "two fields of one scalar type"),
        ("span", ("valid_from", "valid_to"), "two fields of one scalar type"),
        ("name", ("valid_to", "valid_to"), "has this name already"),
    ],
)
def test_a_range_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, ends: tuple[str, str], sentence: str
) -> None:
    contract()
    declared, known, broken = declare.DECLARATIONS, dict(declare.NAMESPACE), dict[str, declare.Declaration]()
    for module in (declare, linking):
        monkeypatch.setattr(module, "DECLARATIONS", broken)
        monkeypatch.setattr(module, "NAMESPACE", known)
    ranged = type("Ranged", (Node,), {name: sql.range(*ends, "범위 | Range")})
    fields = {"name": "str", "short_name": "str", "valid_to": "date | None"}
    sql.type(models.Statute)(type("Broken", (ranged,), {"__annotations__": fields}))
    broken |= declared
    with pytest.raises(sql.DeclarationError, match=rf"^Broken\.{name}: .*{sentence}"):
        linking.link_types()
