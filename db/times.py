"""What a table holds at a moment: as a release left it, and of that what was in force on a day."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.models import CHANGES, Release, fact_tables, history_of
from db.models.base import InForce
from db.models.search import SEARCH_TABLES
from db.rights import Level, Rights
from db.seeing import seen

RELEASES = Release.__tablename__
LOGS = {RELEASES: "number", CHANGES.name: "released_in"}
"""Tables that releases only add to, each with the column that says which release a row is of."""
NEVER = 2**31 - 1
"""Stands for the release that supersedes a current row."""
_FACTS = {**fact_tables(), **SEARCH_TABLES}
_IN_FORCE = frozenset(vars(InForce)["__annotations__"])

Moment = sa.ColumnElement[Any] | None


def newest() -> sa.ScalarSelect[int]:
    """Select the number of the newest release, 0 before the first."""
    releases = sa.table(RELEASES, sa.column("number", sa.Integer))
    return sa.select(sa.func.coalesce(sa.func.max(releases.c.number), sa.literal_column("0"))).scalar_subquery()


def changes_with_time(name: str, *, release: Moment, day: Moment) -> bool:
    """Return whether a moment decides which rows of a table are seen."""
    if release is not None:
        return name in _FACTS or name in LOGS
    return day is not None and name in _FACTS and _IN_FORCE.issubset(_FACTS[name].columns.keys())


def is_seen_in_part(name: str, rights: Rights) -> bool:
    """Return whether rights may decide which rows of a table are seen, or how."""
    return rights.level is not Level.EVERYTHING and (name in _FACTS or name in LOGS)


def rows(table: sa.Table, *, release: Moment, day: Moment) -> sa.Select[Any]:
    """Select the rows of a table at a release (None: the current ones) that are in force on a day (None: any).

    An absent end of the time in force is open. Only what the viewer of the statement may see is there.
    """
    ever = release is not None and table.name not in LOGS
    columns = _ever(table).c if ever else _bare(table)
    shown, conditions = seen(table, columns)
    if ever:
        conditions += [columns.released_in <= release, release < columns.superseded_in]
    elif release is not None:
        conditions += [columns[LOGS[table.name]] <= release]
    return sa.select(*shown).where(*conditions, *_in_force(columns, day))


def _ever(table: sa.Table) -> sa.Subquery:
    """Return current and former rows, with the release that superseded each.

    The conditions stand outside: PostgreSQL reads a union in the order of the indexes of its parts, and stops where the
    page ends, only if the parts have no conditions of their own.
    """
    now, former = _bare(table), _bare(history_of(table))
    current = sa.select(*now, sa.literal_column(str(NEVER), sa.Integer).label("superseded_in"))
    return sa.union_all(current, sa.select(*(former[name] for name in (*table.c.keys(), "superseded_in")))).subquery(
        "ever"
    )


def _bare(table: sa.Table) -> sa.ColumnCollection[str, Any]:
    """Return the columns of the table itself, in which no one sees a moment again."""
    return sa.table(table.name, *(sa.column(column.name, column.type) for column in table.c)).c


def _in_force(columns: sa.ColumnCollection[str, Any], day: Moment) -> list[sa.ColumnElement[bool]]:
    if day is None or not _IN_FORCE.issubset(columns.keys()):
        return []
    first, last = columns.valid_from, columns.valid_to
    return [sa.or_(first.is_(None), first <= day), sa.or_(last.is_(None), last >= day)]
