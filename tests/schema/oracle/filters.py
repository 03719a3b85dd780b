"""What ``where`` means: two-valued logic, so a filter and its negation split the rows."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from graphql import GraphQLString, get_named_type, is_leaf_type

from tests.schema.oracle.ranks import folded, natural

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
    "eqInsensitive": lambda subject, value: folded(subject) == folded(value),
    "containsInsensitive": lambda subject, value: folded(value) in folded(subject),
    "startsWithInsensitive": lambda subject, value: folded(subject).startswith(folded(value)),
    "has": lambda subject, value: value in subject,
    "hasAny": lambda subject, values: not set(values).isdisjoint(subject),
    "hasAll": lambda subject, values: set(values) <= set(subject),
    "isEmpty": lambda subject, value: (subject == []) is value,
}
RANGES: Mapping[str, tuple[str, str]] = {
    "validity": ("validFrom", "validTo"),
    "days": ("earliest", "latest"),
    "bounds": ("lower", "upper"),
    "lines": ("firstLine", "lastLine"),
}
"""The fields that are the ends of each range."""
ENDLESS = frozenset({"validity"})
"""Ranges that are there even where both ends are absent."""


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
    if name in RANGES:
        first, last = (fields.value(type_, row, end, {}) for end in RANGES[name])
        return all(_ranged(first, last, name, operator, operand) for operator, operand in value.items())
    target: Any = get_named_type(type_.fields[name].type)
    found = fields.value(type_, row, name, {})
    if is_leaf_type(target):
        ordered = natural if target is GraphQLString else None
        return all(_compare(found, operator, operand, ordered) for operator, operand in value.items())
    if fields.is_embedded(target):
        return holds(fields, target, found, value)
    if fields.is_list(target):
        return all(_quantified(fields, fields.row_type(target), found, *each) for each in value.items())
    return found is not None and holds(fields, target, found, value)


def _quantified(fields: Fields, type_: Any, rows: Any, quantifier: str, where: Mapping[str, Any]) -> bool:
    fits = [holds(fields, type_, row, where) for row in rows]
    return {"some": any(fits), "every": all(fits), "none": not any(fits)}[quantifier]


def _ranged(first: Any, last: Any, name: str, operator: str, operand: Any) -> bool:
    if (first is None and last is None and name not in ENDLESS) or _before(last, first):
        return False
    if operator == "contains":
        return not _before(operand, first) and not _before(last, operand)
    start, end = operand.get("from"), operand.get("to")
    if operator == "overlaps":
        return not _before(last, start) and not _before(end, first)
    return (start is None or (first is not None and first >= start)) and (
        end is None or (last is not None and last <= end)
    )


def _before(one: Any, other: Any) -> bool:
    """Return whether one lies before the other; nothing is before or behind an open end."""
    return one is not None and other is not None and bool(one < other)


def _compare(subject: Any, operator: str, operand: Any, ordered: Callable[[str], Any] | None) -> bool:
    plain = _plain(operand)
    if ordered and operator in ("lt", "lte", "gt", "gte") and subject is not None:
        subject, plain = ordered(subject), ordered(plain)
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
