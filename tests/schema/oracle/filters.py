"""What ``where`` means: two-valued logic, so a filter and its negation split the rows.

An aggregate of mixed kinds has no value, so a condition on it neither holds nor fails: see ``verdicts``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLInt, GraphQLString, get_named_type, is_leaf_type

from tests.schema.oracle import typed
from tests.schema.oracle.aggregates import Aggregate, leaves
from tests.schema.oracle.made import Refused
from tests.schema.oracle.ranks import folded
from tests.schema.oracle.rows import is_of_type
from tests.schema.oracle.scalars import plain
from tests.schema.oracle.sorting import place
from tests.schema.oracle.verdicts import all_of, any_of, opposite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import GraphQLObjectType

    from tests.schema.oracle.fields import Fields, Value
    from tests.schema.oracle.rows import Row
    from tests.schema.oracle.sorting import place
from tests.schema.oracle.verdicts import Verdict

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda subject, value: subject == value,
    "lt": lambda subject, value: subject < value,
    "lte": lambda subject, value: subject <= value,
    "gt": lambda subject, value: subject > value,
    "gte": lambda subject, value: subject >= value,
    "in": lambda subject, value: subject in value,
    "contains": typed.contains,
    "startsWith": typed.starts,
    "containsExactly": lambda subject, value: value in subject,
    "startsWithExactly": lambda subject, value: subject.startswith(value),
    "eqInsensitive": lambda subject, value: folded(subject) == folded(value),
    "has": lambda subject, value: value in subject,
    "hasAny": lambda subject, values: not set(values).isdisjoint(subject),
    "hasAll": lambda subject, values: set(values) <= set(subject),
    "isEmpty": lambda subject, value: (subject == []) is value,
}
BY_ORDER = ("lt", "lte", "gt", "gte")
RANGES: Mapping[str, tuple[str, str]] = {
    "validity": ("validFrom", "validTo"),
    "days": ("earliest", "latest"),
    "bounds": ("lower", "upper"),
    "lines": ("firstLine", "lastLine"),
}
"""The fields that are the ends of each range."""
ENDLESS = frozenset({"validity"})
"""Ranges that are there even where both ends are absent."""
QUANTIFIERS = ("some", "every", "none")


def holds(fields: Fields, type_: GraphQLObjectType, row: Value, where: Mapping[str, Any]) -> Verdict:
    """Return whether a row fits; every given condition must."""
    return all_of(_member(fields, type_, row, name, value) for name, value in where.items())


def chosen(
    fields: Fields, type_: Any, rows: Sequence[Row], where: Mapping[str, Any] | None, *, tolerant: bool = False
) -> Aggregate:
    """Return the rows that fit, to be aggregated; one of which that cannot be said is refused unless ``tolerant``."""
    verdicts = [holds(fields, type_, row, where or {}) for row in rows]
    if None in verdicts and not tolerant:
        raise Refused("MIXED_KINDS")
    kept, undecided = ([row for row, said in zip(rows, verdicts, strict=True) if said is each] for each in (True, None))
    return Aggregate(fields, type_, kept, undecided)


def fits(aggregate: Aggregate, wanted: Mapping[str, Any]) -> Verdict:
    """Return whether what rows come to is as wanted: their number, sums, averages, smallest and largest values."""
    verdicts = [
        all_of(_compare(GraphQLInt, len(aggregate.rows), *each) for each in (wanted.get("count") or {}).items())
    ]
    for function in ("sum", "avg", "min", "max"):
        for path, operators in leaves(aggregate.fields, aggregate.type, wanted.get(function) or {}):
            verdicts.append(_aggregate_fits(aggregate, function, path, operators, mixed=wanted.get("mixed") is True))
    return all_of(verdicts)


def _aggregate_fits(
    aggregate: Aggregate, function: str, path: str, operators: Mapping[str, Any], *, mixed: bool
) -> Verdict:
    try:
        found = aggregate.value(function, path, {}, mixed=mixed)
    except Refused:
        aggregate.fields.doubts.may = True
        return None if operators else True
    type_, _ = aggregate.fields.leaf(aggregate.type, path)
    return all(_compare(type_, found, operator, operand) for operator, operand in operators.items())


def _member(fields: Fields, type_: GraphQLObjectType, row: Value, name: str, value: Any) -> Verdict:
    if name == "and":
        return all_of(holds(fields, type_, row, part) for part in value)
    if name == "or":
        return any_of(holds(fields, type_, row, part) for part in value)
    if name == "not":
        return opposite(holds(fields, type_, row, value))
    if name in RANGES:
        first, last = (fields.value(type_, row, end, {}) for end in RANGES[name])
        return all(_ranged(first, last, name, operator, operand) for operator, operand in value.items())
    target: Any = get_named_type(type_.fields[name].type)
    found = fields.value(type_, row, name, {})
    if is_leaf_type(target):
        return all(_compare(target, found, operator, operand) for operator, operand in value.items())
    if fields.is_embedded(target):
        return holds(fields, target, found, value)
    if fields.is_list(target):
        return _of_list(fields, fields.row_type(target), found, value)
    _suspect(fields, target, value)
    return False if found is None else holds(fields, target, found, value)


def _of_list(fields: Fields, type_: Any, rows: Any, wanted: Mapping[str, Any]) -> Verdict:
    verdicts = [_quantified(fields, type_, rows, name, wanted[name]) for name in QUANTIFIERS if name in wanted]
    if any(name in wanted for name in ("count", "sum", "avg", "min", "max")):
        _suspect(fields, type_, wanted.get("where") or {})
        try:
            verdicts.append(fits(chosen(fields, type_, rows, wanted.get("where")), wanted))
        except Refused:
            fields.doubts.may = True
            verdicts.append(None)
    return all_of(verdicts)


def _quantified(fields: Fields, type_: Any, rows: Any, quantifier: str, where: Mapping[str, Any]) -> Verdict:
    _suspect(fields, type_, where)
    verdicts = [holds(fields, type_, row, where) for row in rows]
    if quantifier == "every":
        return all_of(verdicts)
    return any_of(verdicts) if quantifier == "some" else opposite(any_of(verdicts))


def _suspect(fields: Fields, type_: Any, where: Mapping[str, Any]) -> None:
    """Note mixed kinds that a database could meet by putting a condition to every row of the type before it joins."""
    name = f"{type_.name} {where}"
    if name in fields.doubts.suspected or not _adds_up(where):
        return
    fields.doubts.suspected.add(name)
    for row in fields.rows.by_id.values():
        if is_of_type(row, type_.name):
            holds(fields, type_, row, where)


def _adds_up(where: Any) -> bool:
    if isinstance(where, list):
        return any(_adds_up(part) for part in where)
    return isinstance(where, dict) and any(name in ("sum", "avg") or _adds_up(part) for name, part in where.items())


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


def _compare(type_: Any, subject: Any, operator: str, operand: Any) -> bool:
    value = plain(operand)
    if operator in BY_ORDER and type_ is GraphQLString:
        subject, value = place(type_, subject), place(type_, value)
    if operator == "isNull":
        return (subject is None) is value
    if operator == "ne":
        return subject is None or bool(subject != value)
    return subject is not None and COMPARISONS[operator](subject, value)
