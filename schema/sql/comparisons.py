"""One comparison of a leaf with a client's value, true or not: unknown counts as not true wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from schema.sql.arguments import Bound
from schema.sql.integers import IN_WHOLE_NUMBERS
from schema.sql.scalars import TEXT, Scalar, Text, scalar_as_stored
from schema.sql.texts import contains_typed, folded, natural_key

if TYPE_CHECKING:
    from schema.sql.statement import Statement

Condition = sa.ColumnElement[bool]

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda subject, value: subject == value,
    "ne": lambda subject, value: subject.is_distinct_from(value),
    "lt": lambda subject, value: subject < value,
    "lte": lambda subject, value: subject <= value,
    "gt": lambda subject, value: subject > value,
    "gte": lambda subject, value: subject >= value,
    "in": lambda subject, value: subject == sa.any_(value),
    "contains": contains_typed,
    "startsWith": lambda subject, value: contains_typed(subject, value, at_start=True),
    "containsExactly": lambda subject, value: sa.func.strpos(subject, value) > 0,
    "startsWithExactly": lambda subject, value: sa.func.starts_with(subject, value),
    "eqInsensitive": lambda subject, value: folded(subject) == folded(value),
    "has": lambda subject, value: value == sa.any_(subject),
    "hasAny": lambda subject, value: subject.overlap(value),
    "hasAll": lambda subject, value: subject.contains(value),
}
ORDERING = frozenset({"lt", "lte", "gt", "gte"})
_OPERANDS: Mapping[str, Callable[[Scalar], Any]] = {
    "in": lambda scalar: ARRAY(scalar.sql),
    "has": lambda _: Text,
}


def comparison(statement: Statement, scalar: Scalar, expression: Any, operator: str, value: Any) -> Condition:
    """Return the condition that one operator of a filter puts on an expression."""
    if operator == "isNull":
        return expression.is_(None) if value else expression.is_not(None)  # type: ignore[no-any-return]
    if operator == "isEmpty":
        return (sa.func.cardinality(expression) == 0).is_(sa.true() if value else sa.false())
    bound, stored = _stored(value), scalar_as_stored(scalar, expression)
    if stored is not scalar and operator in IN_WHOLE_NUMBERS:
        operator, whole = IN_WHOLE_NUMBERS[operator]
        scalar, bound = stored, bound.then(whole)
    subject: Any = sa.type_coerce(expression, scalar.sql)
    operand: Any = statement.bind(bound, _OPERANDS[operator](scalar) if operator in _OPERANDS else scalar.sql)
    if scalar is TEXT and operator in ORDERING:
        # As orderBy sorts, so that one index serves both.
        subject, operand = natural_key(subject), natural_key(operand)
    return COMPARISONS[operator](subject, operand)  # type: ignore[no-any-return]


def _stored(value: Any) -> Bound:
    """Return enums as the names under which they are stored, other values as they are."""
    if isinstance(value, list):
        return Bound(lambda _: [item.name for item in value])
    if isinstance(value, Enum | bool):
        stored = value.name if isinstance(value, Enum) else value
        return Bound(lambda _: stored)
    assert isinstance(value, Bound)
    return value
