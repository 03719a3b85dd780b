"""Cost is known before running: exact for simple documents, an upper bound for all, and few steps for the worst."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from graphql import FieldNode, SelectionSetNode, Visitor, build_schema, get_operation_ast, parse, validate, visit
from graphql.execution import get_variable_values
from hypothesis import given, seed, settings

from schema import contract
from schema.sql.cost import ROOT_POINTS, cost
from schema.sql.documents import fragments_of
from schema.sql.errors import LimitExceeded
from schema.sql.shares import Cost
from tests.schema.oracle.documents import Request, requests
from tests.schema.test_oracle import EXAMPLES, PROFILE, SEED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from graphql import DocumentNode, GraphQLSchema

    from tests.schema.oracle.world import World

# Lists as they will be, with what says something of all their rows.
WHOLE = build_schema("""
    type Query { things(where: ThingWhere, orderBy: [ThingOrder!], first: Int, last: Int): ThingConnection! }
    type Thing { id: ID! name: String parent: Thing }
    type ThingConnection {
      nodes: [Thing!]! edges: [ThingEdge!]! totalCount: Int! aggregate: ThingAggregate!
      groups(by: [ThingGroupBy!]!, having: ThingAggregateWhere, first: Int): ThingGroups! }
    type ThingEdge { node: Thing! cursor: String! }
    type ThingAggregate { count: Int! countDistinct(of: [ThingGroupBy!]!): Int! sum: ThingNumbers! }
    type ThingNumbers { size: Int }
    type ThingGroups { nodes: [ThingGroup!]! totalCount: Int! }
    type ThingGroup { key: ThingKey! count: Int! }
    type ThingKey { name: String parent: ThingKey! }
    enum Key { VALUE }
    enum Direction { ASC DESC }
    input ThingGroupBy { name: Key parent: ThingGroupBy }
    input IntFilter { eq: Int gt: Int }
    input TextFilter { eq: String contains: String }
    input ThingAggregateWhere { count: IntFilter }
    input ThingListWhere { some: ThingWhere none: ThingWhere }
    input ThingWhere { and: [ThingWhere!] not: ThingWhere name: TextFilter parent: ThingWhere children: ThingListWhere }
    input ThingOrder { name: Direction parent: ThingOrder }
""")


def reckon(text: str, variables: Mapping[str, Any] | None = None, schema: GraphQLSchema | None = None) -> Cost:
    schema = schema or contract().schema
    ast = parse(text)
    assert not validate(schema, ast)
    return reckoned(schema, ast, variables or {})


def reckoned(schema: GraphQLSchema, ast: DocumentNode, variables: Mapping[str, Any]) -> Cost:
    operation = get_operation_ast(ast)
    assert operation
    coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    assert not isinstance(coerced, list), coerced
    return cost(schema, operation, fragments_of(ast), coerced.coerced)


@pytest.mark.parametrize(
    ("text", "nodes", "points"),
    [
        # A list is one object and 5 points, a row one of each, the root field 10 points.
        ("{ technologies { nodes { name } } }", 1 + 25, 10 + 6 + 25),
        ("{ technologies(first: 100) { nodes { name } } }", 1 + 100, 10 + 6 + 100),
        ("{ technologies(last: 3) { nodes { name } } }", 1 + 3, 10 + 6 + 3),
        ("{ technologies(first: null) { nodes { name } } }", 1 + 25, 10 + 6 + 25),
        # An empty page is planned like any other.
        ("{ technologies(first: 0) { nodes { field { name } } } }", 1, 10 + 6 + 1 + 1),
        # An edge is an object too, and so is pageInfo.
        ("{ technologies(first: 4) { edges { cursor node { name } } } }", 1 + 8, 10 + 6 + 8),
        ("{ technologies(first: 4) { nodes { id } edges { cursor } } }", 1 + 8, 10 + 6 + 8),
        ("{ technologies(first: 4) { pageInfo { hasNextPage } } }", 1 + 1, 10 + 6 + 1),
        ("{ technologies { totalCount } }", 1, 10 + 6 + 10),
        # Lists below rows, and relations to one.
        ("{ technologyFields(first: 10) { nodes { technologies(first: 3) { nodes { id } } } } }", 51, 10 + 6 + 10 * 10),
        ("{ technologies(first: 10) { nodes { field { scheme { name } } } } }", 1 + 30, 10 + 6 + 30),
        # Eleven values are one point more than an object alone.
        (f"{{ technologies(first: 2) {{ nodes {{ {' '.join(f'a{n}: id' for n in range(11))} }} }} }}", 3, 10 + 6 + 4),
        # Equal response keys are one field, aliases are several.
        ("{ terms(first: 4) { nodes { id } } terms(first: 4) { nodes { form } } }", 5, 10 + 6 + 4),
        ("{ a: terms(first: 4) { nodes { id } } b: terms(first: 4) { nodes { id } } }", 10, 2 * (10 + 6 + 4)),
        ("{ terms(first: 4) { nodes { ...F regime { id } } } } fragment F on Term { regime { code } }", 9, 10 + 6 + 8),
        # Directives as they are given.
        ("{ terms(first: 4) { nodes { id regime @skip(if: true) { id } } } }", 5, 10 + 6 + 4),
        ("{ terms(first: 4) { nodes { id regime @include(if: false) { id } } } }", 5, 10 + 6 + 4),
        # Identifiers, whichever type they name: the dearest one that is asked for.
        ('{ node(id: "x:1") { id } }', 1, 11),
        ('{ nodes(ids: ["x:1", "x:2", "x:3"]) { id } }', 3, 13),
        (
            '{ node(id: "x:1") { ... on Term { regime { id } } ... on Ministry { names { nodes { id } } } } }',
            27,
            11 + 31,
        ),
        # A condition and a sort key are a point each for every time that the list is read, a relation in them 5.
        ('{ terms(first: 1, where: {form: {eq: "a", contains: "b"}}) { nodes { id } } }', 2, 10 + 6 + 1 + 2),
        ('{ terms(first: 1, where: {or: [{regime: {code: {eq: "a"}}}]}) { nodes { id } } }', 2, 10 + 6 + 1 + 6),
        ("{ terms(first: 1, orderBy: [{regime: {code: ASC}}, {form: DESC}]) { nodes { id } } }", 2, 10 + 6 + 1 + 7),
        # The contract itself holds no objects of the data.
        ("{ __typename __schema { types { name } } }", 0, 20),
    ],
)
def test_what_documents_cost(text: str, nodes: int, points: int) -> None:
    found = reckon(text)
    assert (found.nodes, found.points) == (nodes, points)


@pytest.mark.parametrize(
    ("text", "nodes", "points"),
    [
        ("{ things { aggregate { count } } }", 2, 10 + 6 + 11),
        ("{ things { aggregate { sum { size } countDistinct(of: [{parent: {name: VALUE}}]) } } }", 3, 10 + 6 + 28),
        ("{ things(first: 99) { groups(by: [{name: VALUE}], first: 7) { nodes { count } } } }", 9, 10 + 6 + 16 + 1 + 7),
        ("{ things { groups(by: [{name: VALUE}]) { totalCount nodes { key { name } } } } }", 52, 10 + 6 + 17 + 10 + 50),
        ("{ things { groups(by: [], having: {count: {gt: 1}}) { totalCount } } }", 2, 10 + 6 + 16 + 1 + 10),
        ("{ things(first: 1, where: {children: {some: {name: {eq: \"\"}}}}) { nodes { id } } }", 2, 10 + 6 + 1 + 11),
        ("{ things(first: 1, where: {not: {and: [{name: {eq: \"\"}}]}}) { nodes { id } } }", 2, 10 + 6 + 1 + 1),
    ],
)  # fmt: skip
def test_what_aggregates_and_groups_cost(text: str, nodes: int, points: int) -> None:
    found = reckon(text, schema=WHOLE)
    assert (found.nodes, found.points) == (nodes, points)


def test_pages_may_be_variables() -> None:
    text = "query ($n: Int = 7, $where: TermWhere) { terms(first: $n, where: $where) { nodes { id } } }"
    assert reckon(text).nodes == 1 + 7
    assert reckon(text, {"n": 300}).nodes == 1 + 300
    assert reckon(text, {"where": {"form": {"eq": "a"}}}).points == reckon(text).points + 1


def test_directives_may_be_variables() -> None:
    text = "query ($on: Boolean!) { terms { nodes { id regime @include(if: $on) { id } } } }"
    assert reckon(text, {"on": True}).nodes == 1 + 50
    assert reckon(text, {"on": False}).nodes == 1 + 25


def test_the_costliest_field_is_found_where_it_is() -> None:
    found = reckon(
        "{ few: terms(first: 1) { nodes { id } } terms { nodes { regime { technologies { nodes { id } } } } } }"
    )
    assert found.costliest
    assert found.costliest.path == ["terms", "nodes", "regime", "technologies"]
    assert found.costliest.points == 25 * (6 + 25)
    assert found.costliest.nodes == 25 * (1 + 25)


def chain(length: int, below: str) -> str:
    """Write fragments each of which spreads the next one twice."""
    links = [below.replace("NEXT", f"f{n + 1}") for n in range(length)]
    fragments = [f"fragment f{n} on Initiative {{ {link} }}" for n, link in enumerate([*links, "id"])]
    return "\n".join(["{ initiatives(first: 1) { nodes { ...f0 } } }", *fragments])


def calls_for(document: str) -> tuple[Cost, int]:
    """Return the cost of a document, and how many functions of Python were called to reckon it."""
    ast, schema, called = parse(document), contract().schema, 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal called
        called += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = reckoned(schema, ast, {})
    finally:
        sys.setprofile(before)
    return found, called


def test_a_chain_of_fragments_is_opened_link_by_link() -> None:
    """Each spreads the next one twice: opened one by one they would be 2 ** 150."""
    (_, few), (found, many) = (calls_for(chain(length, "...NEXT ...NEXT")) for length in (50, 150))
    assert found.nodes == 2
    assert many < 4 * few


def test_a_chain_of_relations_is_reckoned_in_full() -> None:
    """Two aliases at each of 60 levels are really that many objects, and counting them takes no longer for it."""
    (_, few), (found, many) = (
        calls_for(chain(length, "a: parent { ...NEXT } b: parent { ...NEXT }")) for length in (20, 60)
    )
    assert found.nodes == 1 + sum(2**level for level in range(61))
    assert many < 4 * few


def test_what_cannot_be_reckoned_in_time_is_refused() -> None:
    """Merging can make a selection of its own of every path; nobody who asks for something writes that."""
    levels = 30
    texts = ["{ initiatives(first: 1) { nodes { ...m0 } } }"]
    for n in range(levels):
        # At every `a` a mark is set and carried on, so that 2 ** n different selections are merged n levels down.
        both = f"a: parent {{ ...m{n + 1} ...k{n + 1}x0 }} b: parent {{ ...m{n + 1} }}"
        texts.append(f"fragment m{n} on Initiative {{ {both} }}")
        for age in range(n):
            on = f"...k{n + 1}x{age + 1}"
            texts.append(f"fragment k{n}x{age} on Initiative {{ a: parent {{ {on} }} b: parent {{ {on} }} }}")
    last = [f"m{levels}", *(f"k{levels}x{age}" for age in range(levels))]
    texts += [f"fragment {name} on Initiative {{ id }}" for name in last]
    with pytest.raises(LimitExceeded):
        reckoned(contract().schema, parse("\n".join(texts)), {})


def test_nodes_bound_the_answer_and_more_never_costs_less(dataset: World) -> None:
    @seed(SEED)
    @settings(PROFILE, max_examples=min(EXAMPLES, 60))
    @given(asked=requests(dataset))
    def holds(asked: Request) -> None:
        ast = parse(asked.text)
        found = reckoned(dataset.schema, ast, asked.variables)
        result = dataset.ask(asked.text, asked.variables, hydrate=True)
        assert objects(result.data) - 1 <= found.nodes <= found.points
        for smaller in without_one_field(ast):
            less = reckoned(dataset.schema, smaller, asked.variables)
            assert less.points <= found.points
            assert less.nodes <= found.nodes

    holds()


def objects(value: Any) -> int:
    """Count the JSON objects of an answer."""
    if isinstance(value, dict):
        return 1 + sum(objects(item) for item in value.values())
    return sum(objects(item) for item in value) if isinstance(value, list) else 0


def without_one_field(ast: DocumentNode, at_most: int = 12) -> list[DocumentNode]:
    """Return the document without one of its fields, for some of them; a selection that is left empty is fine here."""
    fields: list[FieldNode] = []

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            fields.append(node)

    visit(ast, Fields())

    def without(left_out: FieldNode) -> Any:
        class Leave(Visitor):
            def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> Any:
                kept = tuple(item for item in node.selections if item is not left_out)
                return None if len(kept) == len(node.selections) else SelectionSetNode(selections=kept)

        return visit(ast, Leave())

    return [without(field) for field in fields[:: max(1, len(fields) // at_most)]]


def test_every_root_field_costs() -> None:
    assert reckon("{ node(id: \"x\") { id @skip(if: true) } }").points == ROOT_POINTS + 1  # fmt: skip
