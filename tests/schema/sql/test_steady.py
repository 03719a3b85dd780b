"""Which fields an operation selects at the root, in whatever way, and which answers are of the state alone."""

from __future__ import annotations

from time import perf_counter

import pytest
from graphql import OperationDefinitionNode, parse

from schema import contract
from schema.sql.documents import fragments_of
from schema.sql.steady import is_of_the_contract, root_fields


def fields(text: str) -> set[str]:
    ast = parse(text)
    operation = next(node for node in ast.definitions if isinstance(node, OperationDefinitionNode))
    return set(root_fields(operation, fragments_of(ast)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{ a }", {"a"}),
        ("{ x: a b { c } }", {"a", "b"}),
        ("{ ... { a } ... on Query @skip(if: true) { b } }", {"a", "b"}),
        ("{ ...f ...g } fragment f on Query { a ...g } fragment g on Query { b }", {"a", "b"}),
        ("{ ...f } fragment f on Query { ...f a }", {"a"}),
        ("{ ...nothing a }", {"a"}),
    ],
)
def test_every_way_to_select_is_seen(text: str, found: set[str]) -> None:
    assert fields(text) == found


def test_fragments_that_double_at_each_level_are_looked_into_once() -> None:
    levels = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(150))
    began = perf_counter()
    assert fields(f"{{ ...f0 }} {levels} fragment f150 on Query {{ a }}") == {"a"}
    assert perf_counter() - began < 1, "2^150 spreads would never end"


def test_what_the_schema_says_of_its_fields_holds_in_operations() -> None:
    executor = contract().executor
    for text, steady in (
        ("{ releases { totalCount } }", True),
        ("{ __typename }", True),
        ("{ viewer { name } }", False),
        ('{ releases { totalCount } ...f } fragment f on Query { estimate(query: "{a}") { points } }', False),
        ("query A { __typename } query B { viewer { name } }", False),
        ("{", False),
    ):
        name = "B" if "query B" in text else None
        assert executor.is_steady(executor.document(text), name) is steady, text


def test_the_contract_is_asked_for_by_its_own_fields() -> None:
    assert is_of_the_contract({"__schema", "__typename"})
    assert not is_of_the_contract({"__schema", "releases"})
