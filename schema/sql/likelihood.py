"""How many rows a list probably has and how wide its values are, as statistics tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators

from schema.sql.arguments import Bound, Variables
from schema.sql.entities import Entity, RowColumn
from schema.sql.linking import Embedded, Key, Leaf, LinkedType, ToMany, ToOne
from schema.sql.rows import Place
from schema.sql.statistics import Column, Statistics

UNKNOWN = Column()
OF_A_RANGE = 1 / 3
OF_A_TEXT = 1 / 10
OF_A_RELATION = 1 / 2
TEXT_PARTS = frozenset({"contains", "startsWith", "containsExactly", "startsWithExactly"})


@dataclass(frozen=True)
class Likelihood:
    """Judges rows of the linked types; ``variables`` are those of the operation."""

    types: Mapping[str, LinkedType]
    statistics: Statistics
    variables: Variables

    def rows(self, target: str) -> float:
        """Return how many rows a type has."""
        return self.statistics.rows(self.types[target].model)

    def column(self, place: Place, leaf: Leaf) -> Column:
        """Return what is known of the column that answers a leaf; of an expression nothing is."""
        found = leaf.expression(place.entity, {}) if leaf.sortable else None
        if not isinstance(found, RowColumn):
            return UNKNOWN
        return self.statistics.table(place.entity.model).column(found.column_name)

    def presence(self, place: Place, field: ToOne | Embedded) -> float:
        """Return the fraction of rows that have what a field leads to."""
        table = self.statistics.table(place.entity.model)
        if isinstance(field, Embedded):
            columns = sa.inspect(place.entity.model).composites[field.prefix].columns
            return 1 - min(table.column(column.name).absent for column in columns)
        key = self._key(place, field)
        return 1 - table.column(key.local).absent if key else 1.0

    def below(self, place: Place, name: str, field: ToMany) -> float:
        """Return how many rows a relation to many has on average."""
        rows, parents = self.rows(field.target), self.statistics.rows(self._declaring(place, name).model)
        key = self._key(place, field)
        if key is None:
            return rows / max(1, parents)
        model = self.types[field.target].model
        column, remote = self.statistics.table(model).column(key.remote), sa.inspect(model).local_table.c[key.remote]
        above = sa.inspect(place.entity.model).local_table
        leads_up = any(reference.column.table is above for reference in remote.foreign_keys)
        return rows * (1 - column.absent) / max(1, parents if leads_up else column.values(rows))

    def chance(self, place: Place, where: Any) -> float:
        """Return the fraction of rows that conditions leave."""
        chance = 1.0
        for name, value in (where or {}).items():
            chance *= self._member(place, name, value)
        return chance

    def _member(self, place: Place, name: str, value: Any) -> float:
        if name in ("and", "or"):
            chances = [self.chance(place, item) for item in value]
            return _all(chances) if name == "and" else 1 - _all([1 - chance for chance in chances])
        if name == "not":
            return 1 - self.chance(place, value)
        field = place.type.fields[name]
        if isinstance(field, Leaf):
            return _all([self._comparison(place, field, operator, item) for operator, item in value.items()])
        if isinstance(field, Embedded):
            return self.chance(Place(place.entity.part(field.prefix), self.types[field.target]), value)
        if isinstance(field, ToOne):
            return self.presence(place, field) * self.chance(self.place(field.target), value)
        return OF_A_RELATION

    def _comparison(self, place: Place, leaf: Leaf, operator: str, value: Any) -> float:
        column, rows = self.column(place, leaf), self.statistics.rows(place.entity.model)
        given = value.read(self.variables) if isinstance(value, Bound) else value
        if operator == "isNull":
            return column.absent if given else 1 - column.absent
        if operator in ("eq", "ne"):
            equal = column.frequency(given, rows)
            return equal if operator == "eq" else 1 - equal
        if operator == "in":
            return min(1.0, sum(column.frequency(item, rows) for item in given))
        return (1 - column.absent) * (OF_A_TEXT if operator in TEXT_PARTS else OF_A_RANGE)

    def place(self, target: str) -> Place:
        """Return any row of a type."""
        return Place(Entity(self.types[target].model, "t"), self.types[target])

    def _declaring(self, place: Place, name: str) -> LinkedType:
        """Return the type on which a field was declared: a list that several types share is one of all of them."""
        for type_ in self.types.values():
            if name in type_.fields and place.type.name in type_.possible_types().values():
                return type_
        return place.type

    def _key(self, place: Place, field: ToOne | ToMany) -> Key | None:
        """Return the columns by which a relation is tied, also where a method ties it by nothing else."""
        if field.select is None:
            return field.key
        tie = field.select(place.entity, {}).whereclause
        target = sa.inspect(self.types[field.target].model).local_table
        if not isinstance(tie, sa.BinaryExpression) or tie.operator is not operators.eq:
            return None
        if not isinstance(tie.right, RowColumn) or getattr(tie.left, "table", None) is not target:
            return None
        return Key(tie.right.column_name, tie.left.name)


def _all(chances: list[float]) -> float:
    product = 1.0
    for chance in chances:
        product *= chance
    return product
