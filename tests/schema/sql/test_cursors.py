"""Orderings and cursors on odd rows: no ordering changes the set of rows, a forged value is a client's error."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest

from db.models.budgets import Stage
from tests.schema.oracle.ranks import natural

if TYPE_CHECKING:
    from tests.schema.oracle.world import World


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("root", "key"),
    [
        ("technologies", "field: {name: %s}"),
        ("technologies", "field: {scheme: {regime: {code: %s}}}"),
        ("bodies", "parent: {name: %s}"),
        ("memberships", "person: {name: %s}"),
        ("statutes", "inForce: {earliest: %s}"),
        ("claims", "owner: {name: %s}"),
        ("terms", "regime: {publishedCount: %s}"),
    ],
)
def test_ordering_by_what_may_be_absent_keeps_all_rows(odd: World, root: str, key: str, direction: str) -> None:
    odd.check(f"{{ {root}(orderBy: [{{{key % direction}}}], first: 1000) {{ totalCount nodes {{ id }} }} }}")


def test_text_is_ordered_naturally(odd: World) -> None:
    found = odd.answer("{ terms(orderBy: [{form: ASC}]) { nodes { form } } }")["terms"]["nodes"]
    forms = [row["form"] for row in found]
    assert forms == sorted(forms, key=natural)


def test_stages_are_ordered_as_they_follow(odd: World) -> None:
    """From what a ministry asks for to what was settled, not by the names of the codes; absent ones come last."""
    text = "{ statistics(orderBy: [{stage: %s}], first: 1000) { nodes { stage } } }"
    names = [stage.name for stage in Stage]
    for direction in ("ASC", "DESC"):
        stages = [row["stage"] for row in odd.answer(text % direction)["statistics"]["nodes"]]
        present = [names.index(stage) for stage in stages if stage]
        assert present == sorted(present, reverse=direction == "DESC")
        assert len(set(present)) > 2
        assert stages[len(present) :] == [None] * (len(stages) - len(present)) != []


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(("root", "key"), [("statistics", "stage"), ("terms", "form"), ("terms", "formEn")])
def test_pages_follow_each_other(odd: World, root: str, key: str, direction: str) -> None:
    """Walking by cursors, forward and backward, gives each row once and in the order of the whole."""
    order = f"orderBy: [{{{key}: {direction}}}]"
    rows = odd.answer(f"{{ {root}({order}, first: 1000) {{ nodes {{ id }} }} }}")[root]["nodes"]
    for size, side, edge in (("first", "after", "endCursor"), ("last", "before", "startCursor")):
        arguments = f"({order}, {size}: 3, {side}: $at)"
        text = f"query ($at: String) {{ {root}{arguments} {{ nodes {{ id }} pageInfo {{ {edge} }} }} }}"
        walked: list[Any] = []
        page = odd.answer(text)[root]
        while page["nodes"]:
            walked = walked + page["nodes"] if side == "after" else page["nodes"] + walked
            page = odd.answer(text, {"at": page["pageInfo"][edge]})[root]
        assert walked == rows


def test_an_empty_ordering_is_the_default_one(odd: World) -> None:
    same = [
        odd.answer(f"{{ terms{order} {{ edges {{ cursor }} }} }}") for order in ("", "(orderBy: [])", "(orderBy: null)")
    ]
    assert same[0] == same[1] == same[2]


GOOD = [{"nameEn": "ASC"}, {"ordinal": "ASC"}]


def _forged(odd: World, values: list[Any]) -> str:
    place = json.loads(urlsafe_b64decode(odd.cursors("Technology", GOOD)[0]))[:2]
    return urlsafe_b64encode(json.dumps([*place, *values]).encode()).decode()


def _refused(odd: World, cursor: str) -> None:
    order = "orderBy: [{nameEn: ASC}, {ordinal: ASC}]"
    for argument in ("after", "before"):
        for text in (
            f"query ($cursor: String) {{ technologies({order}, {argument}: $cursor) {{ nodes {{ id }} }} }}",
            f"query ($cursor: String) {{ technologies({order}, {argument}: $cursor, first: 0) {{ totalCount }} }}",
        ):
            refusal = odd.refusal(text, {"cursor": cursor})
            assert (refusal.extensions or {})["code"] in ("BAD_CURSOR", "BAD_INPUT")
            assert refusal.path == ["technologies"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        " ",
        "!",
        "zzz",
        "bnVsbA==",
        "e30=",
        "W10=",
        "WzFd",
        "한글",
        "\ud800",
        "\x00",
        "A" * 100_000,
        "W1tbW1tbW1tb" * 5000,
    ],
)
def test_garbage_is_no_cursor(odd: World, cursor: str) -> None:
    _refused(odd, cursor)


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["a", "1"],
        ["a", "1", "technology:1", "more"],
        ["a", 1, "technology:1"],
        ["a", "1", None],
        ["a", "one", "technology:1"],
        ["a", "1.5", "technology:1"],
        ["a", str(2**63), "technology:1"],
        ["a", str(-(2**63) - 1), "technology:1"],
        ["a", "9" * 5000, "technology:1"],
        ["a", ["1"], "technology:1"],
        ["a", {"1": 1}, "technology:1"],
        ["a", True, "technology:1"],
        ["\x00", "1", "technology:1"],
        ["\ud800", "1", "technology:1"],
        ["a", "1", "technology:\x00"],
    ],
)
def test_a_forged_cursor_is_none(odd: World, values: list[Any]) -> None:
    _refused(odd, _forged(odd, values))


@pytest.mark.parametrize(
    ("root", "type_", "order", "value"),
    [
        ("statistics", "Statistic", [{"value": "ASC"}], "NaN"),
        ("statistics", "Statistic", [{"value": "ASC"}], "Infinity"),
        ("statistics", "Statistic", [{"value": "ASC"}], "1e999999999"),
        ("statistics", "Statistic", [{"referenceOn": "ASC"}], "2026-02-30"),
        ("statistics", "Statistic", [{"referenceOn": "ASC"}], "infinity"),
        ("documents", "Document", [{"distributedAt": "ASC"}], "0001-01-01T00:00:00+09:00"),
        ("documents", "Document", [{"distributedAt": "ASC"}], "9999-12-31T23:59:59-09:00"),
        ("documents", "Document", [{"distributedAt": "ASC"}], "2026-06-18T14:00:00"),
        ("documents", "Document", [{"distributedAt": "ASC"}], "infinity"),
        ("targets", "Target", [{"qualitative": "ASC"}], "TRUE"),
    ],
)
def test_a_forged_value_of_any_type_is_refused(odd: World, root: str, type_: str, order: Any, value: str) -> None:
    place = json.loads(urlsafe_b64decode(odd.cursors(type_, order)[0]))[:2]
    cursor = urlsafe_b64encode(json.dumps([*place, value, "x"]).encode()).decode()
    declared = f"query ($order: [{type_}Order!], $cursor: String)"
    text = f"{declared} {{ {root}(orderBy: $order, after: $cursor) {{ nodes {{ id }} }} }}"
    assert odd.refusal(text, {"order": order, "cursor": cursor}).extensions == {"code": "BAD_CURSOR"}


def test_a_cursor_of_a_row_that_never_was_is_a_place_all_the_same(odd: World) -> None:
    nowhere = _forged(odd, ["", "0", ""])
    text = "query ($at: String) { technologies(orderBy: [{nameEn: ASC}, {ordinal: ASC}], after: $at) { nodes { id } } }"
    assert odd.answer(text, {"at": nowhere})["technologies"]["nodes"]


def test_another_key_of_the_same_relation_is_another_ordering(odd: World) -> None:
    """Whatever lies on the way to a key is part of the ordering that a cursor belongs to."""
    cursor = odd.cursors("Technology", [{"field": {"name": "ASC"}}])[0]
    for order in (
        "{field: {nameEn: ASC}}",
        "{field: {name: DESC}}",
        "{field: {scheme: {name: ASC}}}",
        "{regime: {term: ASC}}",
    ):
        text = f"query ($at: String) {{ technologies(orderBy: [{order}], after: $at) {{ nodes {{ id }} }} }}"
        assert odd.refusal(text, {"at": cursor}).extensions == {"code": "BAD_CURSOR"}
    dates = odd.cursors("Milestone", [{"due": {"earliest": "ASC"}}])[0]
    text = "query ($at: String) { milestones(orderBy: [{due: {latest: ASC}}], after: $at) { nodes { id } } }"
    assert odd.refusal(text, {"at": dates}).extensions == {"code": "BAD_CURSOR"}
