"""A row is never more open than a row that it names: whoever sees it sees what it leads to.

So no identifier of a hidden row stands in a visible one, and a relation to one row leads nowhere into the dark. What is
not open to all is therefore named only by rows of the same owner whose grade is as high or higher.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from db.models import Claim, fact_tables
from db.models.base import Grade, Text
from db.models.identity import models_by_prefix
from db.releases.rows import ReleaseError
from db.rights import GRADES, is_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection


class Naming(NamedTuple):
    """A column whose rows name those of a table."""

    column: sa.Column[Any]
    target: sa.Table


@cache
def namings() -> tuple[Naming, ...]:
    """Return every column by which facts name facts."""
    facts = fact_tables()
    keys = (
        Naming(column, facts[key.column.table.name])
        for table in facts.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in facts
    )
    # A claim speaks of a fact of any type, so its subject has no foreign key.
    subject = _table(Claim).c.subject_id
    spoken_of = (Naming(subject, table) for table in dict.fromkeys(map(_table, models_by_prefix().values())))
    return (*keys, *spoken_of)


async def refuse_exposure(connection: AsyncConnection, number: int, written: Iterable[sa.Table]) -> None:
    """Raise a ReleaseError where a row that a release wrote names, or is named by, one that fewer may see."""
    tables = set(written)
    restricted = set(await connection.scalars(_restricted()))
    found = [
        _exposed(naming, by_name=by_name)
        for naming in namings()
        if naming.target.name in restricted
        for by_name, table in ((True, naming.column.table), (False, naming.target))
        if table in tables
    ]
    if not found:
        return
    exposed = sa.union_all(*found).limit(1)
    if row := (await connection.execute(exposed, {"number": number})).first():
        raise ReleaseError(
            f"{row.id} is {row.grade.name} and owned by {row.owner_id or 'nobody'}, and its {row.name} names "
            f"{row.named}, which is {row.named_grade.name} and owned by {row.named_owner or 'nobody'}: a row may not "
            "be more open than one that it names. Give it the same owner and as high a grade."
        )


@cache
def _restricted() -> sa.CompoundSelect[Any]:
    """Select the names of the tables that are named and hold a row that not everyone may see."""
    return sa.union_all(*map(_exist, dict.fromkeys(naming.target for naming in namings())))


def _exist(target: sa.Table) -> sa.Select[Any]:
    restricted = sa.exists().where(target.c.grade != sa.literal_column("'OPEN'"))
    return sa.select(sa.literal_column(f"'{target.name}'")).where(restricted)


@cache
def _exposed(naming: Naming, *, by_name: bool) -> sa.Select[Any]:
    """Select a row that names what fewer may see, where the release wrote the one that names, or the one named."""
    row, named = naming.column.table.alias("row"), naming.target.alias("named")
    wrote = row if by_name else named
    hides = sa.or_(_rank(row.c.grade) < _rank(named.c.grade), row.c.owner_id.is_distinct_from(named.c.owner_id))
    return (
        sa.select(
            row.c.id,
            row.c.grade,
            row.c.owner_id,
            sa.literal_column(f"'{naming.column.name}'").label("name"),
            named.c.id.label("named"),
            named.c.grade.label("named_grade"),
            named.c.owner_id.label("named_owner"),
        )
        .join_from(row, named, row.c[naming.column.name] == named.c.id)
        .where(
            wrote.c.released_in == sa.bindparam("number", type_=sa.Integer),
            named.c.grade != sa.literal_column("'OPEN'"),
            hides,
        )
    )


def is_seen_wherever(claim: Any, fact: Any) -> sa.ColumnElement[bool]:
    """Return whether everyone who sees a fact sees a claim about it, which by the law is never more open than it is."""
    owned = sa.and_(claim.grade == fact.grade, claim.owner_id.is_not_distinct_from(fact.owner_id))
    return sa.or_(is_of(claim.grade, Grade.OPEN), owned)


def is_as_open_as(claim: Any, subject: Any) -> sa.ColumnElement[bool]:
    """Return the same of a claim about whatever fact an identifier names; by the law the owner is the same too."""
    branches = (
        (_constant(prefix), grades.where(identifier == subject).scalar_subquery())
        for prefix, (grades, identifier) in _grades().items()
    )
    prefix = sa.func.split_part(subject, _constant(":"), sa.literal_column("1"))
    grade = sa.type_coerce(sa.case(*branches, value=prefix), Text)
    return sa.or_(is_of(claim.grade, Grade.OPEN), sa.type_coerce(claim.grade, Text) == grade)


@cache
def _grades() -> dict[str, tuple[sa.Select[Any], Any]]:
    """Select the grades of the facts of every kind, each with the column that says of which."""
    tables = ((prefix, _table(model).alias("graded")) for prefix, model in models_by_prefix().items())
    return {prefix: (sa.select(table.c.grade), table.c.id) for prefix, table in tables}


def _constant(text: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{text}'", Text)


def _rank(grade: Any) -> sa.ColumnElement[int]:
    return sa.case(*((is_of(grade, each), sa.literal_column(str(rank))) for each, rank in GRADES.items()))


def _table(model: Any) -> sa.Table:
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    return table
