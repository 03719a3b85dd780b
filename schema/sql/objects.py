"""What building the JSON of one statement needs: rows, filters, arguments, and objects found by identifier."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from keyword import iskeyword
from typing import Any

import sqlalchemy as sa
from graphql import FieldNode, GraphQLField, get_nullable_type, is_list_type
from sqlalchemy.dialects.postgresql import ARRAY
from strawberry.utils.str_converters import to_snake_case

from schema.sql.arguments import Bound, Variables, read_arguments
from schema.sql.declare import declared_field
from schema.sql.entities import Entity
from schema.sql.filters import Filter
from schema.sql.linking import LinkedType
from schema.sql.moments import MOMENT
from schema.sql.pages import PAGING
from schema.sql.pieces import NULL, ONE, constant
from schema.sql.row import Row
from schema.sql.rows import Place, Rows, Source
from schema.sql.scalars import scalar_of_input
from schema.sql.selection import Selection
from schema.sql.statement import Statement


class Objects:
    """Builds the JSON of objects and lists for one statement."""

    def __init__(self, types: Mapping[str, LinkedType], selection: Selection, statement: Statement) -> None:
        self.types, self.selection, self.statement = types, selection, statement
        self.rows = Rows(types, statement)
        self.filter = Filter(self.rows)

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """Return a field's arguments: what pages a list as given, a method's own under Python names and as SQL."""
        given = read_arguments(definition, node, self.selection.variables)
        own = {name: value for name, value in given.items() if name not in PAGING | MOMENT}
        self._check(definition, own)
        paging = {name: value for name, value in given.items() if name in PAGING}
        return paging | {python_name(name): self._sql(value, definition, name) for name, value in own.items()}

    def _check(self, definition: GraphQLField, given: Mapping[str, Any]) -> None:
        """Have a field check its arguments, now and whenever the statement runs with other values."""
        declared = declared_field(definition)
        check = declared and declared.check
        if not check:
            return

        def run(variables: Variables) -> None:
            values = (value.read(variables) if isinstance(value, Bound) else value for value in given.values())
            check(**dict(zip(map(python_name, given), values, strict=True)))

        run(self.selection.variables)
        self.statement.checks.append(run)

    def _sql(self, value: Any, definition: GraphQLField, name: str) -> Any:
        if not isinstance(value, Bound):
            return value
        type_ = definition.args[name].type
        scalar = scalar_of_input(type_).sql
        return self.statement.bind(value, ARRAY(scalar) if is_list_type(get_nullable_type(type_)) else scalar)

    def row(self, entity: Entity, type_: LinkedType) -> Row:
        """Return a row whose JSON is to be built."""
        return Row(self, Place(entity, type_))

    def first(self, source: Source, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        """Return the JSON of the one row of ``source`` as a scalar subquery, null where there is none."""
        row = self.row(source.entity, source.type)
        json = row.json(nodes, type_)
        return sa.select(json).select_from(row.joined(source.source)).where(source.where()).limit(ONE).scalar_subquery()

    def node(
        self, identifier: sa.ColumnElement[str], nodes: list[FieldNode], prefixes: Collection[str] | None = None
    ) -> sa.ColumnElement[str]:
        """Return the JSON of whatever ``identifier`` names, null where that is nothing.

        ``prefixes`` are the kinds that a client's identifiers can name, which keeps the statement small; None means
        that a row refers to whatever kind there is.
        """
        branches = []
        for linked in self.types.values():
            if not linked.is_node or linked.declaration.is_interface:
                continue
            prefix = linked.model.id_prefix
            if prefixes is None or prefix in prefixes:
                rows = self.rows.all(linked.name, followed=prefixes is None)
                named = Source(rows.type, rows.entity, rows.source, (*rows.conditions, rows.entity.id == identifier))
                branches.append((constant(prefix), self._named(named, nodes)))
        if not branches:
            return NULL
        return sa.func.coalesce(sa.case(*branches, value=sa.func.split_part(identifier, constant(":"), ONE)), NULL)

    def _named(self, source: Source, nodes: list[FieldNode]) -> sa.ColumnElement[str]:
        row = self.row(source.entity, source.type)
        json = row.concrete(nodes)
        return sa.select(json).select_from(row.joined(source.source)).where(source.where()).scalar_subquery()


def python_name(name: str) -> str:
    """Return the name under which a method takes a GraphQL argument."""
    snake = to_snake_case(name)
    return f"{snake}_" if iskeyword(snake) else snake
