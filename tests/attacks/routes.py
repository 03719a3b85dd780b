"""Every way to a row, read off the contract: for each type the documents that could tell of a row that is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    get_named_type,
    is_input_object_type,
    is_interface_type,
    is_leaf_type,
    is_required_argument,
)

from db.models.identity import model_of
from schema import contract
from tests.schema.oracle.world import plain_lists

MANY = "first: 1000"
RELEASES = (1, 2, 3)


@dataclass(frozen=True)
class Ask:
    """A document that takes one route to the rows of one type."""

    route: str
    type: str
    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)


def asks(hidden: Sequence[str]) -> Iterator[Ask]:
    """Yield every document; ``hidden`` names rows that a stranger may know of by hearsay."""
    schema: Any = contract().schema
    lists = plain_lists(schema.query_type)
    for root in lists:
        yield from _List(schema, root, hidden).asks()
    for name, definition in schema.query_type.fields.items():
        assert name in lists or name in APART or name in SPECIAL, f"Say how {name} is asked for rows that are hidden."
        for text in SPECIAL.get(name, ()):
            yield Ask(name, str(get_named_type(definition.type)), text, {"ids": list(hidden)})


APART = {
    "estimate": "tells what statistics say of the open rows, see tests/schema/sql/test_estimate.py",
    "viewer": "tells who asks",
    "limits": "tells what may be asked",
}
"""Root fields that give no rows."""

_CHANGE = (
    "totalCount nodes { id kind nodeId type since releasedIn node { id }"
    " fields(first: 100) { nodes { name before after } } }"
)
_FOUND = "id subjectId message found expected restsOn since { number }"
_HIT = "id nodeId rank match otherLayout type text before matched after node { id }"
_GROUPS = "aggregate { count } groups(by: [{type: VALUE}]) { nodes { count } }"
SPECIAL: Mapping[str, Sequence[str]] = {
    "node": [],
    "nodes": [
        "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }",
        *(
            f"query ($ids: [ID!]!) {{ nodes(ids: $ids, atRelease: {number}) {{ __typename id }} }}"
            for number in RELEASES
        ),
    ],
    "technology": ['{ technology(id: "technology:13") { id name claims { totalCount } } }'],
    "ministry": [f'{{ ministry(name: "{name}") {{ id name }} }}' for name in ("가", "나", "비밀")],
    "overlaps": ['{ overlaps(regimes: ["regime:0", "regime:13"], first: 1000) { totalCount nodes { id } } }'],
    "designationChanges": [
        f'{{ designationChanges(regime: "regime:{key}", {time}, {MANY}) {{ totalCount nodes {{ id name kind }} }} }}'
        for key in range(14)
        for time in ("fromRelease: 0, toRelease: 3", 'from: "2024-01-01", to: "2026-06-18"')
    ],
    "discrepancies": [f"{{ discrepancies(first: 1000) {{ totalCount nodes {{ {_FOUND} }} }} }}"],
    "search": [
        f'{{ search(text: "{text}"{moment}, {MANY}) {{ totalCount nodes {{ {_HIT} }} edges {{ cursor }} }} }}'
        for text in ("비밀", "가", "ㄱ", "비밀 technology:13", "a")
        for moment in ("", *(f", atRelease: {number}" for number in RELEASES), ', asOf: "2026-06-18"')
    ],
    "release": [
        f"{{ release(number: {number}) {{ rowsWritten rowsRemoved fileName changes({MANY}) {{ {_CHANGE} }} }} }}"
        for number in RELEASES
    ],
    "changes": [
        f"{{ changes({MANY}) {{ {_CHANGE} }} }}",
        f"query ($ids: [ID!]!) {{ changes(ids: $ids, {MANY}) {{ {_CHANGE} }} }}",
        f"{{ changes(since: 1, {MANY}) {{ {_CHANGE} {_GROUPS} }} }}",
    ],
    "diff": [f"{{ diff(from: {start}, to: 3, {MANY}) {{ {_CHANGE} }} }}" for start in (0, 1, 2)],
}


class _List:
    """The routes through one list of a type."""

    def __init__(self, schema: Any, root: str, hidden: Sequence[str]) -> None:
        self._root, definition = root, schema.query_type.fields[root]
        self._connection: Any = get_named_type(definition.type)
        self._row: Any = get_named_type(self._connection.fields["nodes"].type)
        self._arguments = definition.args
        kinds = _kinds(schema, self._row)
        self._own = [identifier for identifier in hidden if _type_of(identifier) in kinds]

    def asks(self) -> Iterator[Ask]:
        yield from self._lists()
        yield from self._edges()
        totals = _totals(get_named_type(self._connection.fields["aggregate"].type))
        yield self._ask("aggregate", f"aggregate {{ {totals} }}")
        yield from self._groups()
        order = get_named_type(self._arguments["orderBy"].type)
        for told in _paths(order, "Direction", "DESC"):
            yield self._ask("order", "nodes { id } edges { cursor }", f"{MANY}, orderBy: [{told}]")
        for told in _conditions(get_named_type(self._arguments["where"].type)):
            yield self._ask("filter", "totalCount nodes { id }", f"{MANY}, where: {told}")
        yield from self._by_hearsay()

    def _ask(self, route: str, body: str, given: str = MANY) -> Ask:
        return Ask(route, self._row.name, f"{{ {self._root}({given}) {{ {body} }} }}")

    def _lists(self) -> Iterator[Ask]:
        moments = ("", *(f", atRelease: {number}" for number in RELEASES), ', asOf: "2026-06-18"')
        body = f"totalCount nodes {{ {_leaves(self._row)} }} edges {{ cursor }} pageInfo {{ endCursor hasNextPage }}"
        yield from (self._ask("list", body, MANY + moment) for moment in moments)

    def _edges(self) -> Iterator[Ask]:
        for name, member in self._row.fields.items():
            target: Any = get_named_type(member.type)
            if is_leaf_type(target) or _needs_arguments(member):
                continue
            if target.name.endswith("Connection"):
                page = f"{name}({MANY}) {{ totalCount nodes {{ id }} aggregate {{ count }} }}"
                yield self._ask("edge", f"nodes {{ {page} }}")
            else:
                yield self._ask("edge", f"nodes {{ {name} {{ __typename {_leaves(target)} }} }}")

    def _groups(self) -> Iterator[Ask]:
        by = get_named_type(self._connection.fields["groups"].args["by"].type)
        for told in _paths(by, "Key", "VALUE"):
            yield self._ask("groups", f"groups(by: [{told}], {MANY}) {{ totalCount nodes {{ count }} }}")
            yield self._ask("countDistinct", f"aggregate {{ countDistinct(of: [{told}]) }}")

    def _by_hearsay(self) -> Iterator[Ask]:
        if self._own:
            found = f"{self._root}({MANY}, where: {{id: {{in: $ids}}}}) {{ totalCount nodes {{ id }} }}"
            yield Ask("filter", self._row.name, f"query ($ids: [ID!]!) {{ {found} }}", {"ids": self._own})
        body = f"{{ id ... on {self._row.name} {{ {_leaves(self._row)} }} }}"
        for identifier in self._own[:2]:
            for root in (f"node(id: $id) {body}", f"nodes(ids: [$id]) {body}"):
                yield Ask("node", self._row.name, f"query ($id: ID!) {{ {root} }}", {"id": identifier})


def _needs_arguments(member: Any) -> bool:
    return any(is_required_argument(argument) for argument in member.args.values())


def _leaves(type_: Any) -> str:
    found = []
    for name, member in type_.fields.items():
        if _needs_arguments(member):
            continue
        target: Any = get_named_type(member.type)
        if is_leaf_type(target):
            found.append(name)
        elif _is_part(target):
            found.append(f"{name} {{ {_leaves(target)} }}")
    return " ".join(found) or "__typename"


def _is_part(type_: Any) -> bool:
    """Return whether values of a type are part of a row, and no rows of their own or lists."""
    if type_.name in contract().types:
        return contract().types[type_.name].model is None
    return not is_interface_type(type_) and not type_.name.endswith(("Connection", "Groups"))


def _totals(aggregate: Any) -> str:
    found = []
    for name, member in aggregate.fields.items():
        target: Any = get_named_type(member.type)
        if _needs_arguments(member):
            continue
        mixed = "(mixed: true)" if "mixed" in member.args else ""
        found.append(f"{name}{mixed}" if is_leaf_type(target) else f"{name}{mixed} {{ {_flat(target)} }}")
    return " ".join(found)


def _flat(type_: Any) -> str:
    return " ".join(
        name if is_leaf_type(target := get_named_type(member.type)) else f"{name} {{ {_flat(target)} }}"
        for name, member in type_.fields.items()
    )


def _paths(type_: Any, ends: str, value: str, depth: int = 1) -> Iterator[str]:
    """Yield an entry for each key of a type whose value is one of ``ends``, and one for each row of another type."""
    for key, member in type_.fields.items():
        target: Any = get_named_type(member.type)
        if target.name == ends:
            yield f"{{{key}: {value}}}"
        elif depth and isinstance(target, GraphQLInputObjectType):
            yield from (f"{{{key}: {inner}}}" for inner in list(_paths(target, ends, value, depth - 1))[:1])


def _conditions(where: Any) -> Iterator[str]:
    for name, member in where.fields.items():
        target: Any = get_named_type(member.type)
        if name in ("and", "or", "not") or not is_input_object_type(target):
            continue
        if "isNull" in target.fields:
            yield from (f"{{{name}: {{isNull: {value}}}}}" for value in ("true", "false"))
        elif "some" in target.fields:
            yield from (f"{{{name}: {{{quantifier}: {{}}}}}}" for quantifier in ("some", "none"))
        elif "id" in target.fields:
            yield f"{{{name}: {{id: {{isNull: false}}}}}}"
            yield f"{{not: {{{name}: {{id: {{isNull: false}}}}}}}}"


def _type_of(identifier: str) -> str:
    model = model_of(identifier)
    assert model
    return model.__name__


def _kinds(schema: Any, type_: Any) -> set[str]:
    return {each.name for each in schema.get_possible_types(type_)} if is_interface_type(type_) else {type_.name}
