"""Cursors: only one that this server gave out for the same list and ordering is taken."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schema.sql.asking import data, refusal

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

AFTER = "query($c: String) { budgetLines(orderBy: [{fiscalYear: DESC}], after: $c) { nodes { id } } }"


def _cursor(world: World, root: str = "budgetLines", order: str = "[{fiscalYear: DESC}]") -> str:
    found = data(world, f"{{ {root}(orderBy: {order}, first: 1) {{ pageInfo {{ endCursor }} }} }}")
    cursor: str = found[root]["pageInfo"]["endCursor"]
    return cursor


def _altered(cursor: str, position: int, value: object) -> str:
    values = json.loads(urlsafe_b64decode(cursor))
    values[position] = value
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


def test_a_true_one(dataset: World) -> None:
    assert len(data(dataset, AFTER, {"c": _cursor(dataset)})["budgetLines"]["nodes"]) == 25


@pytest.mark.parametrize(
    "forge",
    [
        lambda cursor: "",
        lambda cursor: "x",
        lambda cursor: "가",
        lambda cursor: cursor[:-5],
        lambda cursor: cursor + "AAAA",
        lambda cursor: _altered(cursor, 0, "00000000"),
        lambda cursor: _altered(cursor, 1, "1"),
        lambda cursor: _altered(cursor, 1, -1),
        lambda cursor: _altered(cursor, 1, True),
        lambda cursor: _altered(cursor, 1, 2**31),
        lambda cursor: _altered(cursor, 1, 99),
        lambda cursor: _altered(cursor, 2, "9" * 40),
        lambda cursor: _altered(cursor, 2, "-9223372036854775809"),
        lambda cursor: _altered(cursor, 2, "1.5"),
        lambda cursor: _altered(cursor, 2, 5),
        lambda cursor: _altered(cursor, 2, None),
        lambda cursor: _altered(cursor, 2, ["1"]),
        lambda cursor: _altered(cursor, -1, None),
        lambda cursor: urlsafe_b64encode(b"5").decode(),
        lambda cursor: urlsafe_b64encode(b"[]").decode(),
        lambda cursor: urlsafe_b64encode(b"{}").decode(),
        lambda cursor: urlsafe_b64encode(b"\xff\xfe").decode(),
        lambda cursor: urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_altered_ones(dataset: World, forge: object) -> None:
    assert callable(forge)
    code, message = refusal(dataset, AFTER, {"c": forge(_cursor(dataset))})
    assert code == "BAD_CURSOR"
    assert message.startswith("after: ")


@pytest.mark.parametrize(
    ("root", "order"),
    [
        ("budgetLines", "[{fiscalYear: ASC}]"),
        ("budgetLines", "[{amount: DESC}]"),
        ("budgetLines", "[{fiscalYear: DESC}, {amount: ASC}]"),
        ("organizations", "[{name: DESC}]"),
    ],
)
def test_one_of_another_list_or_ordering(dataset: World, root: str, order: str) -> None:
    assert refusal(dataset, AFTER, {"c": _cursor(dataset, root, order)})[0] == "BAD_CURSOR"


def test_a_text_with_nul_is_no_place_in_a_list(dataset: World) -> None:
    document = "query($c: String) { terms(orderBy: [{form: ASC}], after: $c) { nodes { id } } }"
    forged = _altered(_cursor(dataset, "terms", "[{form: ASC}]"), 2, "\x00")
    assert refusal(dataset, document, {"c": forged})[0] == "BAD_INPUT"


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(), st.binary().map(lambda raw: urlsafe_b64encode(raw).decode())))
def test_nothing_made_up_is_taken(dataset: World, text: str) -> None:
    assert refusal(dataset, AFTER, {"c": text})[0] == "BAD_CURSOR"


@pytest.mark.parametrize(
    "entry", ["{}", "{id: ASC, amount: DESC}", "{id: null}", "{ministry: {}}", "{ministry: {id: ASC, name: ASC}}"]
)
def test_one_key_an_entry(dataset: World, entry: str) -> None:
    assert refusal(dataset, f"{{ budgetLines(orderBy: [{entry}]) {{ totalCount }} }}")[1]


@pytest.mark.parametrize("given_direction", [{}, {"d": None}])
def test_a_direction_that_is_not_there(dataset: World, given_direction: dict[str, None]) -> None:
    """Validation cannot see it where the list is not at the root."""
    document = "query($d: Direction) { regimes { nodes { technologies(orderBy: [{id: $d}]) { totalCount } } } }"
    assert refusal(dataset, document, given_direction)[0] == "BAD_INPUT"
