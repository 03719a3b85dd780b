"""From a root field to its JSON as SQL: what is asked, and when it is asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from graphql import get_named_type
from sqlalchemy.dialects import postgresql

from schema.sql.arguments import Bound, Info, read_arguments, variables_of
from schema.sql.entities import Entity
from schema.sql.linking import LinkedType, ToMany, ToOne
from schema.sql.lists import connection
from schema.sql.moments import AS_OF, AT_RELEASE, Pin, Seen, without_moment
from schema.sql.objects import Objects
from schema.sql.pieces import NULL, concat, constant
from schema.sql.plans import Root
from schema.sql.redactions import Redactions
from schema.sql.selection import Selection
from schema.sql.statement import Statement
from schema.sql.viewing import rights_of


@dataclass(frozen=True)
class NodeRoot:
    """``node`` or ``nodes``: rows of any type, by identifier."""

    many: bool


@dataclass(frozen=True)
class PythonRoot:
    """A root field that a Python method answers."""


RootField = ToOne | ToMany | NodeRoot | PythonRoot


class Planner:
    """Plans root fields over the linked types."""

    def __init__(self, types: Mapping[str, LinkedType], roots: Mapping[str, RootField]) -> None:
        self._types, self._roots = types, roots
        self._redactions = Redactions(types)

    def is_by_identifier(self, info: Info) -> bool:
        """Return whether what the client's identifiers name decides a root field's statement."""
        return isinstance(self._roots[info.field_name], NodeRoot)

    def identifiers(self, info: Info) -> list[str]:
        """Return the identifiers that a ``node`` or ``nodes`` field is asked for, and none for other fields."""
        if not self.is_by_identifier(info):
            return []
        ((_, bound),) = without_moment(_arguments(info)).items()
        found = bound.read(variables_of(info))
        return found if isinstance(found, list) else [found]

    def kinds(self, info: Info) -> frozenset[str]:
        """Return the kinds of those identifiers, which decide the statement."""
        return frozenset(item.partition(":")[0] for item in self.identifiers(info))

    def root(self, info: Info, *, hydrated: bool) -> Root:
        """Plan a root field; ``needs_python`` says that one planned unhydrated must be planned again, hydrated."""
        key = str(info.path.key)
        statement = Statement(key, hydrated=hydrated)
        statement.moment.rights = rights = rights_of(statement, variables_of(info))
        selection = Selection(info.schema, info.fragments, variables_of(info))
        objects = Objects(self._types, selection, statement)
        field = self._roots[info.field_name]
        assert not isinstance(field, PythonRoot)
        json = self._node(objects, info, field) if isinstance(field, NodeRoot) else self._field(objects, info, field)
        pin = _set_moment(statement, _arguments(info))
        seen = Seen(json, statement.moment)
        checks = tuple(statement.checks)
        redacted = self._redactions.of(info, selection, rights.level)
        python, watched = statement.needs_python, statement.watched
        return Root(key, seen, statement.bound, checks, pin, hydrated, python, watched, redacted)

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


def _arguments(info: Info) -> dict[str, Any]:
    return read_arguments(info.parent_type.fields[info.field_name], info.field_nodes[0], variables_of(info))


def _set_moment(statement: Statement, arguments: Mapping[str, Any]) -> Pin | None:
    """Say when a statement is asked of, once it is known which cursors stand in it; return the release."""
    moment, day, release = statement.moment, arguments.get(AS_OF), arguments.get(AT_RELEASE)
    if day is not None:
        moment.day = statement.bind(day, sa.Date())
    if release is None and not statement.cursor_releases:
        return None
    pin = Pin(release, statement.cursor_releases)
    moment.release = statement.bind(Bound(pin.read), sa.Integer())
    return pin
