"""Aggregates as JSON text: what was asked of all rows of a list, or of each group of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from graphql import FieldNode, GraphQLField, get_named_type

from schema.sql.arguments import read_arguments
from schema.sql.group_keys import group_keys
from schema.sql.linking import Embedded
from schema.sql.measures import Basis, Measure, Measures
from schema.sql.pieces import NULL, Piece, concat, constant, json_object
from schema.sql.rows import Source
from schema.sql.scalars import NULL_MARK

if TYPE_CHECKING:
    from schema.sql.objects import Objects

Place = Callable[[sa.ColumnElement[Any]], sa.ColumnElement[Any]]
REFUSED = "@refused"
"""Under this name a hydrated answer holds why a number may not be added up."""


def aggregate(objects: Objects, source: Source, nodes: list[FieldNode], connection: Any) -> sa.ColumnElement[str]:
    """Return the JSON of ``aggregate`` over rows, as a scalar subquery."""
    basis = Basis(objects.rows, source)
    summary = Summarised(objects, Measures(basis), lambda expression: expression)
    type_ = get_named_type(connection.fields["aggregate"].type)
    json = concat(
        json_object((key, summary.member(below, type_)) for key, below in objects.selection.below(nodes, type_).items())
    )
    # HAVING makes one row also where nothing but __typename is asked for.
    found = sa.select(json).select_from(basis.table()).having(sa.text("true"))
    return found.scalar_subquery()


class Summarised:
    """What was asked of an aggregate; ``place`` puts the parts of a measure where the JSON is written."""

    def __init__(self, objects: Objects, measures: Measures, place: Place) -> None:
        self._objects, self._measures, self._place = objects, measures, place

    def member(self, nodes: list[FieldNode], type_: Any) -> Piece:
        """Return the JSON of one member of ``XAggregate``."""
        name, measures = nodes[0].name.value, self._measures
        if name == "__typename":
            return f'"{type_.name}"'
        definition = type_.fields[name]
        given = read_arguments(definition, nodes[0], self._objects.selection.variables)
        if name == "count":
            return self._json(measures.count())
        if name == "countDistinct":
            values = [key.taken(measures.basis)[1] for key in group_keys(given["of"], "of")]
            return self._json(measures.distinct(values))
        if name in measures.basis.type.summaries:
            arguments = self._objects.arguments(definition, nodes[0])
            mixed = arguments.pop("mixed", False)
            return self._json(measures.summary(name, arguments, mixed=mixed))
        return self._values(name, (), nodes, definition, mixed=given.get("mixed", False))

    def _values(
        self, kind: str, above: tuple[str, ...], nodes: list[FieldNode], definition: GraphQLField, *, mixed: bool
    ) -> sa.ColumnElement[str]:
        """Return the JSON of ``sum``, ``avg``, ``min`` or ``max``, or of a value type in it."""
        type_: Any = get_named_type(definition.type)
        members: list[tuple[str, Piece]] = []
        for key, below in self._objects.selection.below(nodes, type_).items():
            name = below[0].name.value
            if name == "__typename":
                members.append((key, f'"{type_.name}"'))
                continue
            inner, path = type_.fields[name], (*above, name)
            if not above and isinstance(self._measures.basis.type.fields[name], Embedded):
                members.append((key, self._values(kind, path, below, inner, mixed=mixed)))
                continue
            arguments = self._objects.arguments(inner, below[0])
            members.append((key, self._json(self._measures.of(kind, path, arguments, mixed=mixed))))
        return concat(json_object(members))

    def _json(self, measure: Measure) -> sa.ColumnElement[str]:
        placed, statement = measure.standing(self._place), self._objects.statement
        text = placed.scalar.json(placed.expression)
        if placed.certain:
            return text
        value = sa.func.coalesce(text, NULL)
        if placed.differs is None:
            return value
        # As for a broken promise of a value, graphql-core then says where it is and how far the null reaches.
        statement.watched = True
        refused = orjson.dumps({REFUSED: placed.message}).decode() if statement.hydrated else NULL_MARK
        return sa.case((placed.differs, constant(refused)), else_=value)
