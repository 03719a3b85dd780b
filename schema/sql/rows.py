"""Where rows come from: a whole table, the rows of a relation, or a method's ``select``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from schema.sql.entities import Entity
from schema.sql.linking import LinkedType, ToMany, ToOne
from schema.sql.statement import Statement


class Place(NamedTuple):
    """A row in a statement, and the type as which it is read."""

    entity: Entity
    type: LinkedType


@dataclass(frozen=True)
class Source:
    """Rows of a type in a FROM clause: the conditions that tie them to the row above belong in its WHERE."""

    type: LinkedType
    entity: Entity
    source: sa.FromClause
    conditions: tuple[sa.ColumnElement[bool], ...]

    @property
    def is_whole_table(self) -> bool:
        """Return whether every row of the table is of the type, so that a foreign key is sure to find one."""
        return not sa.inspect(self.type.model).single

    def where(self, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.and_(sa.true(), *self.conditions, *more)

    def but(self, *more: sa.ColumnElement[bool]) -> Source:
        """Return those of the rows on which further conditions hold."""
        return replace(self, conditions=(*self.conditions, *more))

    def standing_at(self, alias: str) -> Entity:
        """Return a row as it stands in a derived table."""
        return Entity(self.type.model, alias)


@dataclass(frozen=True)
class Rows:
    """Gives rows to one statement."""

    types: Mapping[str, LinkedType]
    statement: Statement

    def all(self, target: str, *, followed: bool = False) -> Source:
        """Return every row of a type; a ``followed`` one is there although it was not in force on the day asked of."""
        type_ = self.types[target]
        mapper = sa.inspect(type_.model)
        alias = self.statement.alias(followed=followed)
        entity = Entity(type_.model, alias)
        kind: tuple[sa.ColumnElement[bool], ...] = ()
        if mapper.single and mapper.polymorphic_on is not None:
            kind = (entity.is_kind(mapper.polymorphic_identity),)
        return Source(type_, entity, mapper.local_table.alias(alias), kind)

    def below(self, parent: Entity, field: ToOne | ToMany, arguments: Mapping[str, Any]) -> Source:
        """Return the rows that a relation ties to ``parent``."""
        followed = isinstance(field, ToOne) and not parent.is_root
        if field.select is not None:
            alias = self.statement.alias(followed=followed)
            type_ = self.types[field.target]
            source = field.select(parent, arguments).subquery(alias)
            return Source(type_, Entity(type_.model, alias), source, ())
        rows = self.all(field.target, followed=followed)
        if field.key is None:
            return rows
        tie = rows.entity.column(field.key.remote) == parent.column(field.key.local)
        return Source(rows.type, rows.entity, rows.source, (*rows.conditions, tie))
