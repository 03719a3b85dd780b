"""``where``: from the filter grammar to a SQL condition.

The grammar is two-valued: a comparison with an absent value is false and ``not`` is its exact complement, so a filter
and its negation split the rows. Relations become EXISTS, which neither multiplies nor drops rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from schema.sql.comparisons import Condition, comparison
from schema.sql.errors import BadInput
from schema.sql.linking import Embedded, Leaf, LinkedType, ToMany, ToOne
from schema.sql.measures import Basis, Measures
from schema.sql.pieces import ONE
from schema.sql.ranges import range_condition

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.rows import Rows
    from schema.sql.scalars import Scalar

AGGREGATES = ("count", "sum", "avg", "min", "max")


class Filter:
    """Builds conditions; ``rows`` gives it the rows of relations."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def condition(self, entity: Entity, type_: LinkedType, where: Any, path: str = "where") -> Condition:
        """Return the condition that ``where`` puts on a row of ``type_``; None means no filter."""
        if where is None and path == "where":
            return sa.true()
        return sa.and_(sa.true(), *(self._member(entity, type_, name, value, path) for name, value in where.items()))

    def _member(self, entity: Entity, type_: LinkedType, name: str, value: Any, path: str) -> Condition:
        path = f"{path}.{name}"
        if value is None:
            raise BadInput(f"{path} is null. Leave it out for no filter, or use isNull to find absent values.")
        if name in ("and", "or"):
            parts = [self.condition(entity, type_, part, path) for part in value]
            return sa.and_(sa.true(), *parts) if name == "and" else sa.or_(sa.false(), *parts)
        if name == "not":
            return negated(self.condition(entity, type_, value, path))
        if name in type_.spans:
            return range_condition(self.rows.statement, entity, type_.spans[name], value, path)
        field = type_.fields[name]
        if isinstance(field, Leaf):
            return self._compare(field.scalar, field.expression(entity, {}), value, path)
        if isinstance(field, Embedded):
            part = entity.part(field.prefix)
            return self.condition(part, self.rows.types[field.target], value, path)
        if isinstance(field, ToOne):
            return self._exists(entity, field, value, path)
        assert isinstance(field, ToMany)
        return self._quantified(entity, field, value, path)

    def _compare(self, scalar: Scalar, expression: Any, operators: Mapping[str, Any], path: str) -> Condition:
        conditions: list[Any] = [sa.true()]
        for name, value in operators.items():
            if value is None:
                raise BadInput(
                    f"{path}.{name} is null. Leave it out for no filter, or use isNull to find absent values."
                )
            conditions.append(comparison(self.rows.statement, scalar, expression, name, value))
        return sa.and_(*conditions)

    def _exists(self, entity: Entity, field: ToOne | ToMany, where: Any, path: str, *, holds: bool = True) -> Condition:
        found = self.rows.below(entity, field, {})
        inner = self.condition(found.entity, found.type, where, path)
        matched = found.where(inner if holds else negated(inner))
        return sa.select(ONE).select_from(found.source).where(matched).exists()

    def _quantified(self, entity: Entity, field: ToMany, value: Mapping[str, Any], path: str) -> Condition:
        conditions: list[Any] = [sa.true()]
        for quantifier in ("some", "every", "none"):
            if quantifier not in value:
                continue
            where, here = value[quantifier], f"{path}.{quantifier}"
            if where is None:
                raise BadInput(f"{here} is null. Leave it out for no filter, or write {{}} for any row.")
            if quantifier == "every":
                conditions.append(sa.not_(self._exists(entity, field, where, here, holds=False)))
            else:
                exists = self._exists(entity, field, where, here)
                conditions.append(exists if quantifier == "some" else sa.not_(exists))
        if value.keys() & set(AGGREGATES):
            conditions.append(self._summarised(entity, field, value, path))
        return sa.and_(*conditions)

    def _summarised(self, entity: Entity, field: ToMany, value: Mapping[str, Any], path: str) -> Condition:
        """Return the condition on aggregates of those rows of a list that ``where`` leaves."""
        found = self.rows.below(entity, field, {})
        where = value.get("where", {})
        if where is None:
            raise BadInput(f"{path}.where is null. Leave it out for no filter.")
        left = self.condition(found.entity, found.type, where, f"{path}.where")
        measures = Measures(Basis(self.rows, found.but(left)))
        condition = self.measured(measures, value, path)
        # HAVING makes one row of all, also where nothing is compared, as by count: {eq: $absent}.
        one = sa.select(condition).select_from(measures.basis.table()).having(sa.literal_column("true"))
        return one.scalar_subquery()

    def measured(self, measures: Measures, where: Mapping[str, Any], path: str) -> Condition:
        """Return the condition that ``XAggregateWhere`` puts on aggregates."""
        conditions: list[Any] = [sa.true()]
        for name in AGGREGATES:
            if name not in where:
                continue
            given, here = where[name], f"{path}.{name}"
            if given is None:
                raise BadInput(f"{here} is null. Leave it out for no filter.")
            if name == "count":
                count = measures.count()
                conditions.append(self._compare(count.scalar, count.expression, given, here))
                continue
            for steps, operators in _leaves(measures.basis.type, given, here):
                measure = measures.of(name, steps, {}, mixed=bool(where.get("mixed")))
                conditions.append(self._compare(measure.scalar, measure.refused(), operators, ".".join((here, *steps))))
        return sa.and_(*conditions)


def _leaves(type_: LinkedType, given: Mapping[str, Any], path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Return the conditions on leaves, those within value types included, each with its steps."""
    for name, value in given.items():
        if value is None:
            raise BadInput(f"{path}.{name} is null. Leave it out for no filter.")
        if not isinstance(type_.fields[name], Embedded):
            yield (name,), value
            continue
        for part, operators in value.items():
            if operators is None:
                raise BadInput(f"{path}.{name}.{part} is null. Leave it out for no filter.")
            yield (name, part), operators


def negated(condition: Condition) -> Condition:
    """Return the two-valued complement: true where the condition is false or unknown."""
    return sa.func.coalesce(condition, sa.false()).is_(sa.false())
