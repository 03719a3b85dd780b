"""What every check gives: rows of ``Discrepancy``, each with the facts that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from db.models.base import Label, Text

if TYPE_CHECKING:
    from db.models.discrepancies import Check

LARGEST_REST = 100
"""How many identifiers a finding names at most."""
NOBODY = sa.literal_column("'{}'::text[]", sa.ARRAY(Text))
THOUSANDS = "FM" + ",".join(["999"] * 12)


@dataclass(frozen=True)
class Rest:
    """Facts that a finding rests on: their identifiers, and the release that wrote the youngest of them."""

    ids: sa.ColumnElement[Any]
    since: sa.ColumnElement[Any]

    def __add__(self, other: Rest) -> Rest:
        return Rest(func.array_cat(self.ids, other.ids), func.greatest(self.since, other.since))

    def columns(self, name: str) -> tuple[sa.Label[Any], sa.Label[Any]]:
        """Return the columns in which a subquery hands it on."""
        return self.ids.label(f"{name}_ids"), self.since.label(f"{name}_since")


def the(fact: Any) -> Rest:
    """Rest on one row."""
    return Rest(array([fact.id]), fact.released_in)


def all_of(fact: Any) -> Rest:
    """Rest on every row of a group."""
    return Rest(func.array_agg(aggregate_order_by(sa.distinct(fact.id), fact.id)), func.max(fact.released_in))


def handed_on(subquery: sa.Subquery, name: str) -> Rest:
    """Rest on what a subquery hands on; nothing where it has no row."""
    return Rest(subquery.c[f"{name}_ids"], subquery.c[f"{name}_since"])


def findings(
    check: Check,
    subject: Any,
    *,
    expected: Any,
    found: Any,
    rest: Rest,
    message: str,
    message_en: str,
    values: tuple[Any, ...],
    values_en: tuple[Any, ...] = (),
    difference: Any = None,
    key: Any = None,
    said_by: tuple[Any, Any] | None = None,
    decided: Any = None,
) -> sa.Select[Any]:
    """Select findings; the caller adds where from, and which rows.

    ``values`` go into the places ``%s`` of both messages, ``values_en`` into those of the English one where it needs
    others. ``key`` tells several findings on one subject apart. Numbers differ by themselves, texts by ``difference``.
    ``said_by`` lists who says what is expected, and who what is found, where documents do.
    """
    if isinstance(expected.type, sa.Numeric | sa.Integer):
        difference = found - expected
        expected, found = written(expected), written(found)
    expected_by, found_by = said_by or (NOBODY, NOBODY)
    return sa.select(
        func.concat(constant(f"{check.name}+"), subject, *(() if key is None else (constant("+"), key))).label("id"),
        constant(check.name).label("check"),
        subject.label("subject_id"),
        expected.label("expected"),
        expected_by.label("expected_by"),
        found.label("found"),
        found_by.label("found_by"),
        sa.cast(sa.null() if difference is None else difference, sa.Numeric).label("difference"),
        (sa.false() if decided is None else decided).label("decided"),
        func.format(constant(message), *values).label("message"),
        func.format(constant(message_en), *(values_en or values)).label("message_en"),
        func.trim_array(rest.ids, func.greatest(func.cardinality(rest.ids) - LARGEST_REST, 0)).label("rests_on"),
        func.concat(constant("release:"), rest.since).label("since_id"),
    )


def constant(text: str) -> sa.ColumnElement[str]:
    """Return a text of ours written into the statement, which then has the same parameters whatever is asked."""
    quoted = text.replace("'", "''")
    return sa.literal_column(f"'{quoted}'", Text)


def count(number: int) -> sa.ColumnElement[int]:
    """Return a number of ours written into the statement."""
    return sa.literal_column(str(number), sa.Integer)


def written(number: Any) -> sa.ColumnElement[str]:
    """Return a number in full, without zeros at its end."""
    return sa.cast(func.trim_scale(sa.cast(number, sa.Numeric)), Text)


def won(amount: Any) -> sa.ColumnElement[str]:
    """Return an amount with a comma before every three digits."""
    return func.to_char(amount, constant(THOUSANDS))


def named(label: Any, *, english: bool = False) -> sa.ColumnElement[str]:
    """Return what a member of a closed list is called."""
    members: type[Label] = label.type.enum_class
    cases = ((constant(member.name), constant(member.value.split(" | ")[english])) for member in members)
    return sa.case(*((sa.type_coerce(label, Text) == name, text) for name, text in cases))


def dataset(identifier: Any) -> sa.ColumnElement[str]:
    """Return what the identifiers of one dataset's facts begin with; null for facts that no import brought."""
    return func.substring(identifier, constant("^[^/]*/"))
