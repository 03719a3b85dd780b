"""An object as SQL: the JSON text of what was asked of a row, and the joins that it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_nullable_type, is_abstract_type, is_list_type
from sqlalchemy.dialects.postgresql import ARRAY
from strawberry.utils.str_converters import to_snake_case

from schema.sql.arguments import Bound, read_arguments
from schema.sql.entities import Entity
from schema.sql.filters import Filter
from schema.sql.interfaces import by_kind, first, is_shared, merged
from schema.sql.linking import AnyNode, Embedded, Leaf, LinkedType, Resolved, ToMany, ToOne
from schema.sql.lists import bare, connection
from schema.sql.pages import PAGING
from schema.sql.rows import Rows, Source
from schema.sql.scalars import NULL_MARK, scalar_of_input
from schema.sql.selection import Selection
from schema.sql.statement import ONE, Piece, Statement, concat, constant, json_object

NULL = constant("null")


class Objects:
    """Builds the JSON of objects and lists for one statement."""

    def __init__(self, types: Mapping[str, LinkedType], selection: Selection, statement: Statement) -> None:
        self.types, self.selection, self.statement = types, selection, statement
        self.rows = Rows(types, statement)
        self.filter = Filter(self.rows)

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """Return a field's arguments: what pages a list as given, a method's own under Python names and as SQL."""
        return {
            name if name in PAGING else to_snake_case(name): value
            if name in PAGING
            else self._sql(value, definition, name)
            for name, value in read_arguments(definition, node, self.selection.variables).items()
        }

    def _sql(self, value: Any, definition: GraphQLField, name: str) -> Any:
        if not isinstance(value, Bound):
            return value
        type_ = definition.args[name].type
        scalar = scalar_of_input(type_).sql
        return self.statement.bind(value, ARRAY(scalar) if is_list_type(get_nullable_type(type_)) else scalar)

    def row(self, entity: Entity, type_: LinkedType) -> Row:
        return Row(self, entity, type_)

    def first(self, source: Source, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        """Return the JSON of the one row of ``source`` as a scalar subquery, null where there is none."""
        row = self.row(source.entity, source.type)
        json = row.json(nodes, type_)
        return sa.select(json).select_from(row.joined(source.source)).where(source.where()).limit(ONE).scalar_subquery()

    def node(
        self, identifier: sa.ColumnElement[str], nodes: list[FieldNode], prefixes: Collection[str] | None = None
    ) -> sa.ColumnElement[str]:
        """Return the JSON of whatever ``identifier`` names, null where that is nothing.

        ``prefixes`` limits the kinds that it can name, which keeps the statement small; None means any.
        """
        branches = []
        for linked in self.types.values():
            if linked.model is None or linked.declaration.is_interface:
                continue
            prefix = linked.model.id_prefix
            if prefixes is None or prefix in prefixes:
                rows = self.rows.all(linked.name)
                named = Source(rows.type, rows.entity, rows.source, (*rows.conditions, rows.entity.id == identifier))
                branches.append((constant(prefix), self._named(named, nodes)))
        if not branches:
            return NULL
        return sa.func.coalesce(sa.case(*branches, value=sa.func.split_part(identifier, constant(":"), ONE)), NULL)

    def _named(self, source: Source, nodes: list[FieldNode]) -> sa.ColumnElement[str]:
        row = self.row(source.entity, source.type)
        json = row.concrete(nodes)
        return sa.select(json).select_from(row.joined(source.source)).where(source.where()).scalar_subquery()


class Row:
    """One row of a FROM clause, with the to-one relations that were joined to it."""

    def __init__(self, objects: Objects, entity: Entity, type_: LinkedType) -> None:
        self._objects, self._entity, self._type = objects, entity, type_
        self._joins: dict[tuple[str, str], Source] = {}

    def joined(self, source: sa.FromClause) -> sa.FromClause:
        """Return ``source`` with every relation that the JSON refers to."""
        for join in self._joins.values():
            source = source.outerjoin(join.source, join.where())
        return source

    def json(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        """Return the JSON of the row as ``type_``, never null for a row that exists."""
        return self._json(nodes, type_, self._entity, self._type)

    def concrete(self, nodes: list[FieldNode]) -> sa.ColumnElement[str]:
        """Return the JSON of the row as its own type, where the schema says only that it is a node."""
        type_ = self._objects.selection.schema.get_type(self._type.name)
        return self._object(nodes, type_, self._entity, self._type, abstract=True)

    def _json(self, nodes: list[FieldNode], type_: Any, entity: Entity, linked: LinkedType) -> sa.ColumnElement[str]:
        if is_abstract_type(type_):
            return self._abstract(nodes, type_, entity, linked)
        return self._object(nodes, type_, entity, self._objects.types[type_.name])

    def _object(
        self, nodes: list[FieldNode], type_: Any, entity: Entity, linked: LinkedType, *, abstract: bool = False
    ) -> sa.ColumnElement[str]:
        members: list[tuple[str, Piece]] = []
        if abstract and self._objects.statement.hydrated:
            members.append(("@typename", f'"{type_.name}"'))
        for key, below in self._objects.selection.below(nodes, type_).items():
            members += self._members(key, below, type_, entity, linked)
        return concat(json_object(dict(members).items()))

    def _abstract(
        self, nodes: list[FieldNode], type_: Any, entity: Entity, linked: LinkedType
    ) -> sa.ColumnElement[str]:
        """Return the JSON of a row that may be of several types.

        What all types have in common is written once: a branch for each type at every level would double the statement
        with each.
        """
        schema = self._objects.selection.schema
        types: dict[Any, Any] = {kind: schema.get_type(name) for kind, name in linked.possible_types().items()}
        selected = {kind: self._objects.selection.below(nodes, concrete) for kind, concrete in types.items()}
        keys = merged([list(fields) for fields in selected.values()])
        if keys is None:
            branches = {
                kind: self._object(nodes, concrete, entity, self._objects.types[concrete.name], abstract=True)
                for kind, concrete in types.items()
            }
            return by_kind(entity, branches)
        members: list[Piece] = []
        if self._objects.statement.hydrated:
            members += [
                ',"@typename":',
                by_kind(entity, {kind: constant(f'"{one.name}"') for kind, one in types.items()}),
            ]
        for key in keys:
            found = {kind: fields[key] for kind, fields in selected.items() if key in fields}
            if is_shared(found, types, type_, linked):
                members += [
                    f',"{key}":',
                    self._member(linked.fields[first(found)[0].name.value], first(found), type_, entity),
                ]
            else:
                members.append(
                    by_kind(
                        entity, {kind: self._tail(key, below, types[kind], entity) for kind, below in found.items()}
                    )
                )
        return concat(["{", sa.func.substr(concat(members or [""]), sa.literal_column("2")), "}"])

    def _tail(self, key: str, nodes: list[FieldNode], type_: Any, entity: Entity) -> sa.ColumnElement[str]:
        members = self._members(key, nodes, type_, entity, self._objects.types[type_.name])
        return concat(piece for name, value in members for piece in (f',"{name}":', value))

    def _members(
        self, key: str, nodes: list[FieldNode], type_: Any, entity: Entity, linked: LinkedType
    ) -> list[tuple[str, Piece]]:
        name, statement = nodes[0].name.value, self._objects.statement
        if name == "__typename":
            return [(key, f'"{type_.name}"')]
        field = linked.fields[name]
        if isinstance(field, Resolved):
            statement.needs_python = True
            return [(f"@{column}", _leaf(linked.column(column), entity, {}, statement)) for column in field.columns]
        if linked.is_extended(name):
            statement.needs_python = True
        return [(key, self._member(field, nodes, type_, entity))]

    def _member(self, field: Any, nodes: list[FieldNode], parent: GraphQLObjectType, entity: Entity) -> Piece:
        definition = parent.fields[nodes[0].name.value]
        arguments = self._objects.arguments(definition, nodes[0])
        type_ = bare(definition.type)
        statement = self._objects.statement
        if isinstance(field, Leaf):
            return _leaf(field, entity, arguments, statement)
        if isinstance(field, Embedded):
            part = entity.part(field.prefix)
            inner = self._object(nodes, type_, part, self._objects.types[field.target])
            return sa.case((part.is_absent(), NULL), else_=inner)
        if isinstance(field, ToMany):
            selected = self._objects.selection.below(nodes, type_)
            return connection(self._objects, entity, field, arguments, selected, type_)
        if isinstance(field, AnyNode):
            return self._objects.node(entity.column(field.key), nodes)
        assert isinstance(field, ToOne)
        if field.key is None:
            found = self._objects.rows.below(entity, field, arguments)
            return _present(self._objects.first(found, nodes, type_), field.nullable, statement)
        joined = self._join(entity, field)
        inner = self._json(nodes, type_, joined.entity, joined.type)
        return inner if not field.nullable else sa.case((joined.entity.column("id").is_(None), NULL), else_=inner)

    def _join(self, entity: Entity, field: ToOne) -> Source:
        assert field.key is not None
        place = (entity.alias, field.key.local)
        if place not in self._joins:
            self._joins[place] = self._objects.rows.below(entity, field, {})
        return self._joins[place]


def _leaf(leaf: Leaf, entity: Entity, arguments: Mapping[str, Any], statement: Statement) -> sa.ColumnElement[str]:
    text = leaf.scalar.json(leaf.expression(entity, arguments))
    return text if leaf.certain else _present(text, leaf.nullable, statement)


def _present(text: sa.ColumnElement[str], nullable: bool, statement: Statement) -> sa.ColumnElement[str]:
    """Return ``text``, or JSON null where it is null; a broken promise of a value is marked for the executor."""
    if not nullable:
        statement.watched = True
    return sa.func.coalesce(text, NULL if nullable else constant(NULL_MARK))
