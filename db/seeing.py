"""What a viewer sees of a table: which of its rows, and of what is no fact, which of its columns and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from db.models import CHANGES, ChangeKind, Release
from db.models.base import SHOWN_TO, Grade, Text
from db.rights import Sees

Columns = Any
"""The columns of a table, or whatever stands for them, by name."""

_SENSITIVE = sa.literal_column(f"'{Grade.SENSITIVE.name}'", Text)


def seen(table: sa.Table, columns: Columns) -> tuple[list[sa.ColumnElement[Any]], list[sa.ColumnElement[bool]]]:
    """Return the columns of a table as a viewer sees them, and the conditions of the rows that the viewer sees."""
    own = _AS_SEEN.get(table.name, {})
    shown = [_shown(column, columns, own) for column in table.columns]
    if table.name == CHANGES.name:
        return shown, [sa.or_(_was(columns), _is(columns))]
    return shown, [Sees(columns.grade, columns.owner_id)] if "grade" in columns else []


def masked_columns(table: sa.Table) -> list[str]:
    """Return the columns of a table that are shown to one organization only."""
    return [column.name for column in table.columns if column.info.get(SHOWN_TO)]


def _shown(column: sa.Column[Any], columns: Columns, own: Mapping[str, Callable[[Columns], Any]]) -> Any:
    value = columns[column.name]
    if organization := column.info.get(SHOWN_TO):
        return sa.case((Sees(_SENSITIVE, columns[organization]), value)).label(column.name)
    return own[column.name](columns).label(column.name) if column.name in own else value


def _was(change: Columns) -> sa.ColumnElement[bool]:
    """Return whether the row of a change was there before, for the viewer."""
    return sa.and_(~_is_kind(change, ChangeKind.ADDED), _sees(change.grade_before, change.owner_id_before))


def _is(change: Columns) -> sa.ColumnElement[bool]:
    """Return whether the row of a change is there afterwards, for the viewer."""
    return sa.and_(~_is_kind(change, ChangeKind.REMOVED), _sees(change.grade_after, change.owner_id_after))


def _sees(grade: Any, owner: Any) -> sa.ColumnElement[bool]:
    return sa.or_(grade.is_(None), Sees(grade, owner))


def _is_kind(change: Columns, kind: ChangeKind) -> sa.ColumnElement[bool]:
    return sa.type_coerce(change.kind, Text) == _name(kind)


def _name(kind: ChangeKind) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{kind.name}'", Text)


def _kind(change: Columns) -> sa.ColumnElement[Any]:
    """Return what became of a row for the viewer: what is hidden from now on was removed, what is shown was added."""
    added, changed, removed = (_name(kind) for kind in ChangeKind)
    kind = sa.case((~_was(change), added), (~_is(change), removed), else_=changed)
    return sa.type_coerce(kind, CHANGES.c.kind.type)


def _rows_written(release: Columns) -> sa.ColumnElement[int]:
    """Return how many rows a release wrote, without those of which the viewer sees nothing."""
    change = _log()
    hidden = sa.and_(~_is_kind(change, ChangeKind.REMOVED), ~_is(change))
    return sa.type_coerce(release.rows_written, sa.Integer) - _count(release, change, hidden)


def _rows_removed(release: Columns) -> sa.ColumnElement[int]:
    """Return how many rows a release removed for the viewer, those among them that it hid."""
    change = _log()
    hidden = sa.and_(_is_kind(change, ChangeKind.REMOVED), ~_was(change))
    vanished = sa.and_(_is_kind(change, ChangeKind.CHANGED), _was(change), ~_is(change))
    removed: sa.ColumnElement[int] = sa.type_coerce(release.rows_removed, sa.Integer)
    return removed - _count(release, change, hidden) + _count(release, change, vanished)


def _log() -> Columns:
    return sa.table(CHANGES.name, *(sa.column(column.name, column.type) for column in CHANGES.c)).alias("change").c


def _count(release: Columns, change: Columns, which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    # Only what is not open to all can be hidden, and of that there is an index.
    restricted = sa.or_(change.grade_before.is_not(None), change.grade_after.is_not(None))
    counted = sa.select(sa.func.count()).where(change.released_in == release.number, restricted, which)
    return counted.scalar_subquery()


_AS_SEEN: Mapping[str, Mapping[str, Callable[[Columns], Any]]] = {
    CHANGES.name: {"kind": _kind},
    Release.__tablename__: {"rows_written": _rows_written, "rows_removed": _rows_removed},
}
