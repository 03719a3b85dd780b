"""A row as JSON text: what was asked of it, and what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode, get_named_type, is_abstract_type

from schema.sql.entities import is_present
from schema.sql.interfaces import json_of_any_kind
from schema.sql.linking import AnyNode, Embedded, Leaf, Resolved, ToMany, ToOne
from schema.sql.lists import connection
from schema.sql.pieces import NULL, Piece, concat, constant, json_object
from schema.sql.references import References
from schema.sql.rows import Place
from schema.sql.scalars import NULL_MARK
from schema.sql.statement import Statement

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.objects import Objects


class Row:
    """One row of a FROM clause."""

    def __init__(self, objects: Objects, place: Place) -> None:
        self.objects, self._place = objects, place
        self._references = References(objects)

    def joined(self, source: sa.FromClause) -> sa.FromClause:
        """Return ``source`` with every relation that the JSON refers to."""
        return self._references.onto(source)

    def json(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        """Return the JSON of the row as ``type_``, never null for a row that exists."""
        return self._json(nodes, type_, self._place)

    def concrete(self, nodes: list[FieldNode]) -> sa.ColumnElement[str]:
        """Return the JSON of the row as its own type, where the schema says only that it is a node."""
        type_ = self.objects.selection.schema.get_type(self._place.type.name)
        return self.object(nodes, type_, self._place, abstract=True)

    def _json(self, nodes: list[FieldNode], type_: Any, place: Place) -> sa.ColumnElement[str]:
        if is_abstract_type(type_):
            return json_of_any_kind(self, nodes, type_, place)
        return self.object(nodes, type_, Place(place.entity, self.objects.types[type_.name]))

    def object(
        self, nodes: list[FieldNode], type_: Any, place: Place, *, abstract: bool = False
    ) -> sa.ColumnElement[str]:
        """Return the JSON of what stands at ``place``; an ``abstract`` one says its type to graphql-core."""
        members: dict[str, Piece] = {}
        if abstract and self.objects.statement.hydrated:
            members["@typename"] = f'"{type_.name}"'
        for key, below in self.objects.selection.below(nodes, type_).items():
            members |= self.members(key, below, type_, place)
        return concat(json_object(members.items()))

    def members(self, key: str, nodes: list[FieldNode], type_: Any, place: Place) -> dict[str, Piece]:
        """Return what a response key contributes: one member, or the columns from which Python resolves it."""
        name, statement = nodes[0].name.value, self.objects.statement
        if name == "__typename":
            return {key: f'"{type_.name}"'}
        field = place.type.fields[name]
        if isinstance(field, Resolved):
            statement.needs_python = True
            leaves = {column: place.type.column(column) for column in field.columns}
            return {f"@{column}": _leaf(leaf, place.entity, {}, statement) for column, leaf in leaves.items()}
        if place.type.is_extended(name):
            statement.needs_python = True
        return {key: self.member(field, nodes, type_, place.entity)}

    def member(self, field: Any, nodes: list[FieldNode], parent: Any, entity: Entity) -> sa.ColumnElement[str]:
        """Return the JSON of one field of ``parent``, never null."""
        definition = parent.fields[nodes[0].name.value]
        arguments = self.objects.arguments(definition, nodes[0])
        type_ = get_named_type(definition.type)
        if isinstance(field, Leaf):
            return _leaf(field, entity, arguments, self.objects.statement)
        if isinstance(field, Embedded):
            part = entity.part(field.prefix)
            inner = self.object(nodes, type_, Place(part, self.objects.types[field.target]))
            return sa.case((part.is_absent(), NULL), else_=inner)
        if isinstance(field, ToMany):
            selected = self.objects.selection.below(nodes, type_)
            return connection(self.objects, entity, field, arguments, selected, type_)
        if isinstance(field, AnyNode):
            return self.objects.node(entity.column(field.key), nodes)
        assert isinstance(field, ToOne)
        return self._to_one(field, nodes, type_, entity, arguments)

    def _to_one(
        self, field: ToOne, nodes: list[FieldNode], type_: Any, entity: Entity, arguments: Mapping[str, Any]
    ) -> sa.ColumnElement[str]:
        if field.key is None:
            found = self.objects.rows.below(entity, field, arguments)
            return _present(self.objects.first(found, nodes, type_), field.nullable, self.objects.statement)
        reference = self._references.to(entity, field)
        json = reference.json(nodes, type_)
        if not field.nullable and reference.source.is_whole_table:
            return json
        return _present(json, field.nullable, self.objects.statement)


def _leaf(leaf: Leaf, entity: Entity, arguments: Mapping[str, Any], statement: Statement) -> sa.ColumnElement[str]:
    expression = leaf.expression(entity, arguments)
    text = leaf.scalar.json(expression)
    return text if leaf.certain or is_present(expression) else _present(text, leaf.nullable, statement)


def _present(text: sa.ColumnElement[str], nullable: bool, statement: Statement) -> sa.ColumnElement[str]:
    """Return ``text``, or JSON null where it is null; a broken promise of a value is marked for the executor."""
    if not nullable:
        statement.watched = True
    return sa.func.coalesce(text, NULL if nullable else constant(NULL_MARK))
