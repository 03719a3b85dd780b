"""From a root field to one statement, planned once for a document and the shape of its variables, then rebound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa
from graphql import get_named_type
from sqlalchemy.dialects import postgresql

from schema.sql.arguments import Bound, Info, Variables, read_arguments, variables_of
from schema.sql.entities import Entity
from schema.sql.errors import BadInput
from schema.sql.linking import LinkedType, ToMany, ToOne
from schema.sql.lists import connection
from schema.sql.objects import Objects
from schema.sql.selection import Selection
from schema.sql.statement import NULL, Statement, concat, constant

_DIALECT = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Plan:
    """A statement and where each of its parameters comes from, in the order of ``$1``, ``$2`` and so on."""

    sql: str
    parameters: tuple[Callable[[Variables], Any], ...]
    unused: tuple[Callable[[Variables], Any], ...]
    hydrated: bool
    needs_python: bool
    watched: bool

    def values(self, variables: Variables) -> list[Any]:
        """Return the parameters' values; raise BadInput where one, used or not, is none that the field takes."""
        for read in self.unused:
            _checked(read(variables))
        return [_checked(read(variables)) for read in self.parameters]


@dataclass(frozen=True)
class NodeRoot:
    """``node`` or ``nodes``: rows of any type, by identifier."""

    many: bool


@dataclass(frozen=True)
class PythonRoot:
    """A root field that a Python method answers."""


Root = ToOne | ToMany | NodeRoot | PythonRoot


class Planner:
    """Plans root fields over the linked types."""

    def __init__(self, types: Mapping[str, LinkedType], roots: Mapping[str, Root]) -> None:
        self._types, self._roots = types, roots

    def is_by_identifier(self, info: Info) -> bool:
        """Return whether what the client's identifiers name decides a root field's statement."""
        return isinstance(self._roots[info.field_name], NodeRoot)

    def identifiers(self, info: Info) -> list[str]:
        """Return the identifiers that a ``node`` or ``nodes`` field is asked for, and none for other fields."""
        if not self.is_by_identifier(info):
            return []
        definition = info.parent_type.fields[info.field_name]
        arguments = read_arguments(definition, info.field_nodes[0], variables_of(info))
        ((_, bound),) = arguments.items()
        found = bound.read(variables_of(info))
        return found if isinstance(found, list) else [found]

    def kinds(self, info: Info) -> frozenset[str]:
        """Return the kinds of those identifiers, which decide the statement."""
        return frozenset(item.partition(":")[0] for item in self.identifiers(info))

    def plan(self, info: Info, *, hydrated: bool) -> Plan:
        """Plan a root field; a plan made unhydrated says in ``needs_python`` that it must be made again, hydrated."""
        statement = Statement(hydrated=hydrated)
        selection = Selection(info.schema, info.fragments, variables_of(info))
        objects = Objects(self._types, selection, statement)
        root = self._roots[info.field_name]
        assert not isinstance(root, PythonRoot)
        json = self._node(objects, info, root) if isinstance(root, NodeRoot) else self._field(objects, info, root)
        compiled = sa.select(sa.func.convert_to(json, constant("UTF8"))).compile(
            dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
        )
        names = compiled.positiontup or ()
        parameters = tuple(_reader(compiled, name, statement.bound) for name in names)
        unused = tuple(bound.read for name, bound in statement.bound.items() if name not in names)
        return Plan(str(compiled), parameters, unused, hydrated, statement.needs_python, statement.watched)

    def _field(self, objects: Objects, info: Info, root: ToOne | ToMany) -> sa.ColumnElement[str]:
        nodes = list(info.field_nodes)
        above = Entity(None, "")
        type_: Any = get_named_type(info.return_type)
        arguments = objects.arguments(info.parent_type.fields[info.field_name], nodes[0])
        if isinstance(root, ToMany):
            return connection(objects, above, root, arguments, objects.selection.below(nodes, type_), type_)
        found = objects.rows.below(above, root, arguments)
        return sa.func.coalesce(objects.first(found, nodes, type_), NULL)

    def _node(self, objects: Objects, info: Info, root: NodeRoot) -> sa.ColumnElement[str]:
        nodes, kinds = list(info.field_nodes), self.kinds(info)
        arguments = objects.arguments(info.parent_type.fields[info.field_name], nodes[0])
        if not root.many:
            return objects.node(arguments["id"], nodes, kinds)
        given = sa.func.unnest(arguments["ids"]).table_valued("id", with_ordinality="position")
        wanted = given.render_derived(name="wanted")
        position: sa.ColumnElement[Any] = sa.literal_column("wanted.position")
        each = objects.node(sa.literal_column("wanted.id", sa.Text), nodes, kinds)
        joined = sa.func.string_agg(each, postgresql.aggregate_order_by(constant(","), position))
        answer = concat(["[", sa.func.coalesce(joined, constant("")), "]"])
        return sa.select(answer).select_from(wanted).scalar_subquery()


def _reader(compiled: Any, name: str, bound: Mapping[str, Bound]) -> Callable[[Variables], Any]:
    """Return where a parameter's value comes from: the client, or a constant of a method."""
    if name in bound:
        return bound[name].read
    value = compiled.params[name]
    stored = value.name if isinstance(value, Enum) else value
    return lambda _: stored


def _checked(value: Any) -> Any:
    if isinstance(value, list):
        return [_checked(item) for item in value]
    if isinstance(value, str):
        if "\x00" in value:
            raise BadInput("A text holds the character U+0000, which no value can contain.")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise BadInput("A text holds half of a surrogate pair, which is no character.") from None
    return value
