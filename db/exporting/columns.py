"""The columns of an exported file: those of every type of which there are facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from db.releases.rows import copied

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

Cell = str | int | bool | list[str | None] | None


@dataclass(frozen=True)
class Column:
    """A column, and the type of its values: text where the facts do not agree on another."""

    name: str
    type: type


def columns_of(tables: Iterable[sa.Table]) -> list[Column]:
    """Return the columns of tables, each name once, those that all share first."""
    found: dict[str, set[type]] = {}
    for table in tables:
        for column in copied(table):
            found.setdefault(column.name, set()).add(_type(column))
    return [Column(name, types.pop() if len(types) == 1 else str) for name, types in found.items()]


def _type(column: sa.Column[Any]) -> type:
    """Return what a value is in a format that has types; a fraction is a text, which keeps its digits."""
    kind = column.type.python_type
    return kind if kind in (int, bool, list, date) else str
