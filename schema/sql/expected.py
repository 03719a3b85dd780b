"""How much an answer will probably hold: rows and bytes, from what the database knows of its tables.

Where :mod:`schema.sql.cost` bounds, this guesses: a list is as long as its page, or as it is on average if that is
less, and a value as wide as its column is on average.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLField, get_named_type, is_abstract_type, is_leaf_type

from schema.sql.arguments import Bound, read_arguments
from schema.sql.entities import Entity
from schema.sql.likelihood import UNKNOWN, Likelihood
from schema.sql.linking import AnyNode, Embedded, Leaf, ToMany, ToOne
from schema.sql.pages import DEFAULT_PAGE
from schema.sql.planner import NodeRoot
from schema.sql.rows import Place
from schema.sql.selection import Selection

BYTES_OF_CURSOR = 80
BYTES_OF_NULL = 4
BYTES_OF_KEY = 4  # two quotes, a colon and a comma
BYTES_OF_SCALAR: Mapping[str, float] = {"Int": 3, "Boolean": 5, "Date": 12, "DateTime": 27, "Decimal": 14}


class Expected(NamedTuple):
    """Rows and bytes of a part of an answer."""

    rows: float = 0
    bytes: float = 0

    def and_more(self, other: Expected) -> Expected:
        return Expected(self.rows + other.rows, self.bytes + other.bytes)

    def times(self, factor: float) -> Expected:
        return Expected(self.rows * factor, self.bytes * factor)


class Expectation:
    """Guesses the answer of one operation's root fields."""

    def __init__(self, selection: Selection, likelihood: Likelihood) -> None:
        self._selection, self._likelihood = selection, likelihood
        self._known: dict[Any, Expected] = {}

    def root(self, nodes: list[FieldNode], definition: GraphQLField, field: ToOne | ToMany | NodeRoot) -> Expected:
        """Return what a root field will answer."""
        type_ = get_named_type(definition.type)
        if isinstance(field, NodeRoot):
            given = self._arguments(nodes[0], definition)
            ids = given["ids"] if field.many else [given["id"]]
            return self._any(nodes, {identifier.partition(":")[0] for identifier in ids}).times(len(ids))
        if isinstance(field, ToOne):
            return self._row(nodes, type_, self._likelihood.place(field.target))
        return self._list(nodes, definition, field, self._likelihood.rows(field.target))

    def _arguments(self, node: FieldNode, definition: GraphQLField) -> dict[str, Any]:
        variables = self._selection.variables
        given = read_arguments(definition, node, variables)
        return {name: value.read(variables) if isinstance(value, Bound) else value for name, value in given.items()}

    def _row(self, nodes: list[FieldNode], type_: Any, place: Place) -> Expected:
        """Return one row as JSON."""
        return self._object(nodes, type_, place).and_more(Expected(rows=1))

    def _object(self, nodes: list[FieldNode], type_: Any, place: Place) -> Expected:
        if is_abstract_type(type_):
            kinds = list(place.type.possible_types().values())
            return self._one_of(nodes, {name: self._likelihood.rows(name) for name in kinds}, place.entity)
        # The parts of a value type stand in columns of their own for each field.
        known = (type_.name, place.entity.prefix, *map(id, nodes))
        if known not in self._known:
            members = self._selection.below(nodes, type_)
            found = Expected(bytes=2)
            for key, below in members.items():
                found = found.and_more(self._member(below, type_, place))
                found = found.and_more(Expected(bytes=len(key) + BYTES_OF_KEY))
            self._known[known] = found
        return self._known[known]

    def _one_of(self, nodes: list[FieldNode], kinds: Mapping[str, float], entity: Entity | None) -> Expected:
        """Return an object of any of several types, the more of one the more of it there are."""
        whole, found = sum(kinds.values()), Expected()
        for name, rows in kinds.items():
            type_ = self._likelihood.types[name]
            place = Place(entity, type_) if entity else self._likelihood.place(name)
            part = self._object(nodes, self._selection.schema.get_type(name), place)
            found = found.and_more(part.times(rows / whole if whole else 1 / len(kinds)))
        return found

    def _any(self, nodes: list[FieldNode], prefixes: Collection[str] | None = None) -> Expected:
        """Return whatever an identifier names."""
        concrete = (
            linked
            for linked in self._likelihood.types.values()
            if linked.is_node and not linked.declaration.is_interface
        )
        kinds = [linked.name for linked in concrete if prefixes is None or linked.model.id_prefix in prefixes]
        if not kinds:
            return Expected(bytes=BYTES_OF_NULL)
        found = self._one_of(nodes, {name: self._likelihood.rows(name) for name in kinds}, None)
        return found.and_more(Expected(rows=1))

    def _member(self, nodes: list[FieldNode], type_: Any, place: Place) -> Expected:
        name = nodes[0].name.value
        if name == "__typename":
            return Expected(bytes=len(type_.name) + 2)
        definition, field = type_.fields[name], place.type.fields[name]
        below = get_named_type(definition.type)
        if isinstance(field, AnyNode):
            return self._any(nodes)
        if isinstance(field, Embedded):
            part = Place(place.entity.part(field.prefix), self._likelihood.types[field.target])
            return _perhaps(self._object(nodes, below, part), self._likelihood.presence(place, field))
        if isinstance(field, ToOne):
            row = self._row(nodes, below, self._likelihood.place(field.target))
            return _perhaps(row, self._likelihood.presence(place, field))
        if isinstance(field, ToMany):
            return self._list(nodes, definition, field, self._likelihood.below(place, name, field))
        return self._value(below.name, place, field)

    def _value(self, scalar: str, place: Place, field: Any) -> Expected:
        column = self._likelihood.column(place, field) if isinstance(field, Leaf) else UNKNOWN
        # A short text is kept with one byte for its length, and answered in two quotes.
        width = BYTES_OF_SCALAR.get(scalar, column.width + 1)
        return _perhaps(Expected(bytes=width), 1 - column.absent)

    def _list(self, nodes: list[FieldNode], definition: GraphQLField, field: ToMany, rows: float) -> Expected:
        arguments = read_arguments(definition, nodes[0], self._selection.variables)
        place = self._likelihood.place(field.target)
        return self._paged(nodes, definition, place, rows * self._likelihood.chance(place, arguments.get("where")))

    def _paged(self, nodes: list[FieldNode], definition: GraphQLField, place: Place, rows: float) -> Expected:
        """Return a list of which ``rows`` are left, whichever page of them is asked for."""
        given = self._arguments(nodes[0], definition)
        sizes = [given[side] for side in ("first", "last") if given.get(side) is not None]
        page = min(rows, *sizes) if sizes else min(rows, DEFAULT_PAGE)
        type_: Any = get_named_type(definition.type)
        found = Expected(bytes=2)
        for key, below in self._selection.below(nodes, type_).items():
            found = found.and_more(Expected(bytes=len(key) + BYTES_OF_KEY))
            name = below[0].name.value
            if name in ("nodes", "edges"):
                each = self._element(below, type_.fields[name], place)
                found = found.and_more(Expected(0, 1).and_more(each).times(page)).and_more(Expected(bytes=2))
            elif name == "groups":
                found = found.and_more(self._paged(below, type_.fields[name], place, rows))
            else:
                found = found.and_more(self._plain(below, type_))
        return found

    def _element(self, nodes: list[FieldNode], definition: GraphQLField, place: Place) -> Expected:
        type_: Any = get_named_type(definition.type)
        if type_.name == place.type.name:
            return self._row(nodes, type_, place)
        found = Expected(bytes=2)
        for key, below in self._selection.below(nodes, type_).items():
            found = found.and_more(Expected(bytes=len(key) + BYTES_OF_KEY))
            is_row = below[0].name.value == "node"
            found = found.and_more(
                self._element(below, type_.fields["node"], place) if is_row else self._plain(below, type_)
            )
        return found

    def _plain(self, nodes: list[FieldNode], type_: Any) -> Expected:
        """Return what says something of a list or of a page, and is read from no row of its own."""
        name = nodes[0].name.value
        if name == "__typename":
            return Expected(bytes=len(type_.name) + 2)
        below: Any = get_named_type(type_.fields[name].type)
        if is_leaf_type(below):
            is_cursor = name.lower().endswith("cursor")
            return Expected(bytes=BYTES_OF_CURSOR if is_cursor else BYTES_OF_SCALAR.get(below.name, UNKNOWN.width))
        found = Expected(bytes=2)
        for key, inner in self._selection.below(nodes, below).items():
            found = found.and_more(Expected(bytes=len(key) + BYTES_OF_KEY)).and_more(self._plain(inner, below))
        return found


def _perhaps(present: Expected, chance: float) -> Expected:
    """Return something that is there with a chance, and else null."""
    return present.times(chance).and_more(Expected(bytes=BYTES_OF_NULL * (1 - chance)))
