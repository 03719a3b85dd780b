"""``where``: from the filter grammar to a SQL condition.

The grammar is two-valued: a comparison with an absent value is false and ``not`` is its exact complement, so a filter
and its negation split the rows. Relations become EXISTS, which neither multiplies nor drops rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from schema.sql.comparisons import Condition, comparison
from schema.sql.errors import BadInput
from schema.sql.linking import Embedded, Leaf, LinkedType, ToMany, ToOne
from schema.sql.ranges import range_condition
from schema.sql.statement import ONE

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.rows import Rows


class Filter:
    """Builds conditions; ``rows`` gives it the rows of relations."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

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
            return range_condition(self._rows.statement, entity, type_.spans[name], value, path)
        field = type_.fields[name]
        if isinstance(field, Leaf):
            return self._compare(field, field.expression(entity, {}), value, path)
        if isinstance(field, Embedded):
            part = entity.part(field.prefix)
            return self.condition(part, self._rows.types[field.target], value, path)
        if isinstance(field, ToOne):
            return self._exists(entity, field, value, path)
        assert isinstance(field, ToMany)
        return self._quantified(entity, field, value, path)

    def _compare(self, leaf: Leaf, expression: Any, operators: Mapping[str, Any], path: str) -> Condition:
        conditions: list[Any] = [sa.true()]
        for name, value in operators.items():
            if value is None:
                raise BadInput(
                    f"{path}.{name} is null. Leave it out for no filter, or use isNull to find absent values."
                )
            conditions.append(comparison(self._rows.statement, leaf.scalar, expression, name, value))
        return sa.and_(*conditions)

    def _exists(self, entity: Entity, field: ToOne | ToMany, where: Any, path: str, *, holds: bool = True) -> Condition:
        found = self._rows.below(entity, field, {})
        inner = self.condition(found.entity, found.type, where, path)
        matched = found.where(inner if holds else negated(inner))
        return sa.select(ONE).select_from(found.source).where(matched).exists()

    def _quantified(self, entity: Entity, field: ToMany, value: Mapping[str, Any], path: str) -> Condition:
        conditions: list[Any] = [sa.true()]
        for quantifier, where in value.items():
            here = f"{path}.{quantifier}"
            if where is None:
                raise BadInput(f"{here} is null. Leave it out for no filter, or write {{}} for any row.")
            if quantifier == "every":
                conditions.append(sa.not_(self._exists(entity, field, where, here, holds=False)))
            else:
                exists = self._exists(entity, field, where, here)
                conditions.append(exists if quantifier == "some" else sa.not_(exists))
        return sa.and_(*conditions)


def negated(condition: Condition) -> Condition:
    """Return the two-valued complement: true where the condition is false or unknown."""
    return sa.func.coalesce(condition, sa.false()).is_(sa.false())
