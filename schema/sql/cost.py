"""What an operation costs, known before it runs: from the document, its variables and the schema alone.

``nodes`` is an upper bound of the JSON objects in the answer, ``points`` a measure of the work that it can take at
most; docs/cost.md explains both. Nothing that is added to an operation lowers its points. A selection that is reached
twice is reckoned once, so time follows the length of the document and not that of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_input_object_type,
    is_list_type,
)

from schema.limits import LARGEST_PAGE
from schema.sql.arguments import Bound, Variables, read_arguments
from schema.sql.errors import LimitExceeded
from schema.sql.pages import DEFAULT_PAGE
from schema.sql.selection import Selection
from schema.sql.shares import Cost, Step

ROOT_POINTS = 10
OBJECT_POINTS = 1
LIST_POINTS = 5
WHOLE_POINTS = 10
RELATION_POINTS = 5
VALUES_A_POINT = 10
LARGEST_WALK = 200_000

WHOLE = frozenset({"totalCount", "aggregate", "groups", "countDistinct"})
"""Fields that are answered from every row of a list, whatever the page."""
CONNECTIVES = frozenset({"and", "or", "not"})


def cost(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Variables,
    sizes: Mapping[int, int] | None = None,
) -> Cost:
    """Return the cost of an operation of a valid document; ``sizes`` are other pages than it asks for, by field."""
    return _Reckoning(_Walk(schema, fragments, variables), sizes or {}).operation(operation)


class _Walk(Selection):
    """Collects fields, but not without end: fragments can ask for far more than they are long."""

    walked = 0

    def _included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        self.walked += 1
        if self.walked > LARGEST_WALK:
            raise LimitExceeded("The fragments of the document are spread too often: ask for less at a time.")
        return super()._included(directives)


class _Reckoning:
    def __init__(self, selection: _Walk, sizes: Mapping[int, int]) -> None:
        self._selection, self._sizes = selection, sizes
        self._known: dict[Any, Cost] = {}

    def operation(self, operation: OperationDefinitionNode) -> Cost:
        query: Any = self._selection.schema.get_root_type(operation.operation)
        total = Cost()
        # An operation is read as a field is: for its selection.
        asked: Any = [operation]
        for key, nodes in self._selection.below(asked, query).items():
            part = self._field(nodes, query, None).and_own(points=ROOT_POINTS)
            total = total.and_below(part, self._step(key, nodes, query), as_own=False)
        return total

    def _inside(self, nodes: list[FieldNode], type_: Any, rows: int | None) -> Cost:
        """Return what is asked of one object of ``type_``, without the object; ``rows`` are those of its page."""
        known = (type_.name, rows, *map(id, nodes))
        if known not in self._known:
            if is_abstract_type(type_):
                kinds = self._selection.schema.get_possible_types(type_)
                found = _dearest([self._inside(nodes, kind, rows) for kind in kinds], apart=type_.name == "Node")
            else:
                found = self._members(nodes, type_, rows)
            self._known[known] = found
        return self._known[known]

    def _members(self, nodes: list[FieldNode], type_: Any, rows: int | None) -> Cost:
        total, values = Cost(), 0
        scaffold = rows is not None or type_.name.endswith("Edge")
        for key, below in self._selection.below(nodes, type_).items():
            part = self._field(below, type_, rows)
            if part.nodes or part.points:
                total = total.and_below(part, self._step(key, below, type_), as_own=scaffold)
            else:
                values += 1
                total = replace(total, fields=total.fields + 1)
        return total.and_own(points=values // VALUES_A_POINT)

    def _field(self, nodes: list[FieldNode], parent: Any, rows: int | None) -> Cost:
        name = nodes[0].name.value
        if name.startswith("__"):
            return Cost()
        definition = parent.fields[name]
        type_: Any = get_named_type(definition.type)
        points = self._arguments(nodes[0], definition) + (WHOLE_POINTS if name in WHOLE else 0)
        if not hasattr(type_, "fields") and not is_abstract_type(type_):
            return Cost().and_own(points=points)
        page = self._page(nodes, definition)
        inside = self._inside(nodes, type_, page and page[0])
        if page:
            points += LIST_POINTS
        each = inside.and_own(points=OBJECT_POINTS, nodes=1)
        if is_list_type(get_nullable_type(definition.type)):
            each = each.times(self._length(nodes[0], definition) if rows is None else rows)
        return each.and_own(points=points)

    def _arguments(self, node: FieldNode, definition: GraphQLField) -> int:
        given = read_arguments(definition, node, self._selection.variables) if node.arguments else {}
        return sum(
            _conditions(value, definition.args[name].type)
            for name, value in given.items()
            if is_input_object_type(get_named_type(definition.args[name].type))
        )

    def _step(self, key: str, nodes: list[FieldNode], parent: Any) -> Step:
        name = nodes[0].name.value
        page = None if name.startswith("__") else self._page(nodes, parent.fields[name])
        return Step(key, *page, id(nodes[0])) if page else Step(key)

    def _page(self, nodes: list[FieldNode], definition: GraphQLField) -> tuple[int, str] | None:
        """Return how many rows are asked for of a list, and from which side; None where there is no such choice."""
        if "first" not in definition.args:
            return None
        given = read_arguments(definition, nodes[0], self._selection.variables)
        side = "last" if given.get("last") is not None else "first"
        asked = given.get(side)
        size = asked.read(self._selection.variables) if isinstance(asked, Bound) else DEFAULT_PAGE
        size = self._sizes.get(id(nodes[0]), size)
        # A page beyond these bounds is refused when it is planned.
        return min(max(size, 0), LARGEST_PAGE), side

    def _length(self, node: FieldNode, definition: GraphQLField) -> int:
        """Return the length of a list that has a row for each item of an argument, such as ``nodes``."""
        given = read_arguments(definition, node, self._selection.variables).values()
        values = [value.read(self._selection.variables) for value in given if isinstance(value, Bound)]
        return max((len(value) for value in values if isinstance(value, list)), default=1)


def _conditions(value: Any, type_: Any) -> int:
    """Return the points of conditions or sort keys: one for each, and more for each relation that they go through."""
    if isinstance(value, list):
        return sum(_conditions(item, type_) for item in value)
    named = get_named_type(type_)
    if not isinstance(value, dict):
        return 1
    points = 0
    for name, item in value.items():
        below = named.fields[name].type
        is_comparison = get_named_type(below).name.endswith("Filter")
        goes_on = is_input_object_type(get_named_type(below)) and not is_comparison and name not in CONNECTIVES
        points += _conditions(item, below) + (RELATION_POINTS if goes_on else 0)
    return points


def _dearest(kinds: list[Cost], *, apart: bool) -> Cost:
    """Return the cost of an object of whichever type costs most; each may be planned ``apart`` from the others."""
    dearest = max(kinds, key=lambda found: found.points)
    fields = (sum if apart else max)(found.fields for found in kinds)
    return replace(dearest, nodes=max(found.nodes for found in kinds), fields=fields)
