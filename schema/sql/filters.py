"""``where``: from the filter grammar to a SQL condition.

The grammar is two-valued: a comparison with an absent value is false and ``not`` is its exact complement, so a filter
and its negation split the rows. Relations become EXISTS, which neither multiplies nor drops rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from schema.sql.arguments import Bound
from schema.sql.errors import BadInput
from schema.sql.integers import IN_WHOLE_NUMBERS
from schema.sql.linking import Embedded, Leaf, LinkedType, ToMany, ToOne
from schema.sql.scalars import Scalar, scalar_as_stored
from schema.sql.statement import ONE

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.rows import Rows

Condition = sa.ColumnElement[bool]

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda subject, value: subject == value,
    "ne": lambda subject, value: subject.is_distinct_from(value),
    "lt": lambda subject, value: subject < value,
    "lte": lambda subject, value: subject <= value,
    "gt": lambda subject, value: subject > value,
    "gte": lambda subject, value: subject >= value,
    "in": lambda subject, value: subject == sa.any_(value),
    "contains": lambda subject, value: sa.func.strpos(subject, value) > 0,
    "startsWith": lambda subject, value: sa.func.starts_with(subject, value),
}


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
            conditions.append(self._comparison(leaf.scalar, expression, name, value))
        return sa.and_(*conditions)

    def _comparison(self, scalar: Scalar, expression: Any, operator: str, value: Any) -> Condition:
        if operator == "isNull":
            return expression.is_(None) if value else expression.is_not(None)  # type: ignore[no-any-return]
        bound, stored = _stored(value), scalar_as_stored(scalar, expression)
        if stored is not scalar and operator in IN_WHOLE_NUMBERS:
            operator, whole = IN_WHOLE_NUMBERS[operator]
            scalar, bound = stored, bound.then(whole)
        type_ = ARRAY(scalar.sql) if operator == "in" else scalar.sql
        subject = sa.type_coerce(expression, scalar.sql)
        return COMPARISONS[operator](subject, self._rows.statement.bind(bound, type_))  # type: ignore[no-any-return]

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


def _stored(value: Any) -> Bound:
    """Return enums as the names under which they are stored, other values as they are."""
    if isinstance(value, list):
        return Bound(lambda _: [item.name for item in value])
    if isinstance(value, Enum | bool):
        stored = value.name if isinstance(value, Enum) else value
        return Bound(lambda _: stored)
    assert isinstance(value, Bound)
    return value
