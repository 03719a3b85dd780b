"""Filters over ranges: two leaves that are a first and a last value, either of which may be absent and so open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from schema.sql.arguments import Bound, Variables
from schema.sql.comparisons import Condition, comparison
from schema.sql.errors import BadInput
from schema.sql.linking import Span

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.statement import Statement


def range_condition(statement: Statement, entity: Entity, span: Span, where: Mapping[str, Any], path: str) -> Condition:
    """Return the condition that a range filter puts on a row; a range that ends before it begins fits nothing."""
    first, last = (end.expression(entity, {}) for end in (span.first, span.last))

    def compare(end: Any, operator: str, value: Any) -> Condition:
        return comparison(statement, span.first.scalar, end, operator, value)

    def or_open(end: Any, operator: str, value: Any) -> Condition:
        return sa.or_(end.is_(None), compare(end, operator, value))

    if not where:
        return sa.true()
    conditions = [sa.or_(first.is_(None), last.is_(None), first <= last)]
    if not span.declared.endless:
        conditions.append(sa.or_(first.is_not(None), last.is_not(None)))
    for operator, given in where.items():
        here = f"{path}.{operator}"
        if given is None:
            raise BadInput(f"{here} is null. Leave it out for no filter.")
        if operator == "contains":
            conditions += [or_open(first, "lte", given), or_open(last, "gte", given)]
            continue
        ends = _ends(given, here)
        if operator == "overlaps":
            conditions += [or_open(last, "gte", ends["from"])] if "from" in ends else []
            conditions += [or_open(first, "lte", ends["to"])] if "to" in ends else []
        else:
            conditions += [compare(first, "gte", ends["from"])] if "from" in ends else []
            conditions += [compare(last, "lte", ends["to"])] if "to" in ends else []
    return sa.and_(*conditions)


def _ends(given: Mapping[str, Bound | None], path: str) -> Mapping[str, Bound]:
    """Return the ends that a client gave; the first reads both, and refuses to lie behind the last."""
    ends: dict[str, Bound] = {}
    for name, end in given.items():
        if end is None:
            raise BadInput(f"{path}.{name} is null. Leave it out for an open end.")
        ends[name] = end
    if len(ends) < 2:
        return ends

    def read(variables: Variables) -> Any:
        first, last = (ends[name].read(variables) for name in ("from", "to"))
        if first > last:
            raise BadInput(f"{path} goes from {first} to {last}, which lies before. Exchange the two.")
        return first

    return {**ends, "from": Bound(read)}
