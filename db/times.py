"""What a table holds at a moment: as a release left it, and of that what was in force on a day."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.models import Release, fact_tables, history_of
from db.models.base import InForce

RELEASES = Release.__tablename__
_FACTS = fact_tables()
_IN_FORCE = frozenset(vars(InForce)["__annotations__"])

Moment = sa.ColumnElement[Any] | None


def newest() -> sa.ScalarSelect[int]:
    """Select the number of the newest release, 0 before the first."""
    releases = sa.table(RELEASES, sa.column("number", sa.Integer))
    return sa.select(sa.func.coalesce(sa.func.max(releases.c.number), sa.literal_column("0"))).scalar_subquery()


def changes_with_time(name: str, *, release: Moment, day: Moment) -> bool:
    """Return whether a moment decides which rows of a table are seen."""
    if release is not None:
        return name in _FACTS or name == RELEASES
    return day is not None and name in _FACTS and _IN_FORCE.issubset(_FACTS[name].columns.keys())


def rows(table: sa.Table, *, release: Moment, day: Moment) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Select the rows of a table at a release (None: the current ones) that are in force on a day (None: any).

    An absent end of the time in force is open.
    """
    columns = table.c.keys()
    now = _bare(table)
    if table.name == RELEASES:
        return sa.select(*now).where(now.number <= release)
    if release is None:
        return sa.select(*now).where(*_in_force(now, day))
    former = _bare(history_of(table))
    return sa.union_all(
        sa.select(*now).where(now.released_in <= release, *_in_force(now, day)),
        sa.select(*(former[name] for name in columns)).where(
            former.released_in <= release, release < former.superseded_in, *_in_force(former, day)
        ),
    )


def _bare(table: sa.Table) -> sa.ColumnCollection[str, Any]:
    """Return the columns of the table itself, in which no one sees a moment again."""
    return sa.table(table.name, *(sa.column(column.name, column.type) for column in table.c)).c


def _in_force(columns: sa.ColumnCollection[str, Any], day: Moment) -> list[sa.ColumnElement[bool]]:
    if day is None or not _IN_FORCE.issubset(columns.keys()):
        return []
    first, last = columns.valid_from, columns.valid_to
    return [sa.or_(first.is_(None), first <= day), sa.or_(last.is_(None), last >= day)]
