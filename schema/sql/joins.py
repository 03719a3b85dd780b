"""Relations to one, joined to the rows that refer to them, and what is reached through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from schema.sql.entities import Entity
from schema.sql.linking import Embedded, Leaf, LinkedType, ToOne
from schema.sql.pieces import ONE
from schema.sql.rows import Rows, Source


class Joins:
    """The joins of one FROM clause; whatever refers to the same relation shares its join."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._joined: dict[tuple[str, str], Source] = {}

    def to(self, entity: Entity, field: ToOne) -> Source:
        """Return the row that a foreign key of ``entity`` names."""
        assert field.key is not None
        tied = (entity.alias, field.key.local)
        if tied not in self._joined:
            self._joined[tied] = self._rows.below(entity, field, {})
        return self._joined[tied]

    def onto(self, source: sa.FromClause) -> sa.FromClause:
        """Return ``source`` with every join, none of which adds or drops a row."""
        for join in self._joined.values():
            source = source.outerjoin(join.source, join.where())
        return source

    def reach(self, entity: Entity, type_: LinkedType, path: Sequence[str]) -> tuple[Leaf, sa.ColumnElement[Any]]:
        """Return the leaf at the end of a path through relations to one, and its value, absent where a relation is."""
        name, *rest = path
        field = type_.fields[name]
        if isinstance(field, Leaf):
            return field, field.expression(entity, {})
        if isinstance(field, Embedded):
            return self.reach(entity.part(field.prefix), self._rows.types[field.target], rest)
        assert isinstance(field, ToOne)
        if field.key is not None:
            found = self.to(entity, field)
            return self.reach(found.entity, found.type, rest)
        found, inside = self._rows.below(entity, field, {}), Joins(self._rows)
        leaf, value = inside.reach(found.entity, found.type, rest)
        one = sa.select(value).select_from(inside.onto(found.source)).where(found.where()).limit(ONE)
        return leaf, one.scalar_subquery()
