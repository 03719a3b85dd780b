"""What ``where`` means: two-valued logic, so a filter and its negation split the rows."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_leaf_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphql import GraphQLObjectType

    from tests.schema.oracle.fields import Fields, Value

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda subject, value: subject == value,
    "lt": lambda subject, value: subject < value,
    "lte": lambda subject, value: subject <= value,
    "gt": lambda subject, value: subject > value,
    "gte": lambda subject, value: subject >= value,
    "in": lambda subject, value: subject in value,
    "contains": lambda subject, value: value in subject,
    "startsWith": lambda subject, value: subject.startswith(value),
}


def holds(fields: Fields, type_: GraphQLObjectType, row: Value, where: Mapping[str, Any]) -> bool:
    """Return whether a row fits; every given condition must."""
    return all(_member(fields, type_, row, name, value) for name, value in where.items())


def _member(fields: Fields, type_: GraphQLObjectType, row: Value, name: str, value: Any) -> bool:
    if name == "and":
        return all(holds(fields, type_, row, part) for part in value)
    if name == "or":
        return any(holds(fields, type_, row, part) for part in value)
    if name == "not":
        return not holds(fields, type_, row, value)
    target: Any = get_named_type(type_.fields[name].type)
    found = fields.value(type_, row, name, {})
    if is_leaf_type(target):
        return all(_compare(found, operator, operand) for operator, operand in value.items())
    if fields.is_embedded(target):
        return holds(fields, target, found, value)
    if fields.is_list(target):
        return all(_quantified(fields, fields.row_type(target), found, *each) for each in value.items())
    return found is not None and holds(fields, target, found, value)


def _quantified(fields: Fields, type_: Any, rows: Any, quantifier: str, where: Mapping[str, Any]) -> bool:
    fits = [holds(fields, type_, row, where) for row in rows]
    return {"some": any(fits), "every": all(fits), "none": not any(fits)}[quantifier]


def _compare(subject: Any, operator: str, operand: Any) -> bool:
    plain = _plain(operand)
    if operator == "isNull":
        return (subject is None) is plain
    if operator == "ne":
        return subject is None or bool(subject != plain)
    return subject is not None and COMPARISONS[operator](subject, plain)


def _plain(operand: Any) -> Any:
    """Return enums as the names under which rows hold them."""
    if isinstance(operand, list):
        return [_plain(item) for item in operand]
    return operand.name if isinstance(operand, Enum) else operand
