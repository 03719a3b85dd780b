"""A history table for every fact table, made from its metadata.

A row that a release replaces or removes moves there with the release that did it, so at release *n* a table holds its
current rows with ``released_in <= n`` and its history rows with ``released_in <= n < superseded_in``.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import sqlalchemy as sa

from db.models.base import Fact, detailed

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def fact_tables() -> Mapping[str, sa.Table]:
    """Return the tables that hold facts, by name; they are known once all of the models are."""
    tables: dict[str, sa.Table] = {}
    for mapper in Fact.registry.mappers:
        if issubclass(mapper.class_, Fact) and isinstance(mapper.local_table, sa.Table):
            tables[mapper.local_table.name] = mapper.local_table
    return MappingProxyType(dict(sorted(tables.items())))


def history_of(table: sa.Table) -> sa.Table:
    """Return the history table of a fact table, creating its metadata on first use."""
    name = f"{table.name}_history"
    if name in table.metadata.tables:
        return table.metadata.tables[name]
    copies = [
        sa.Column(
            column.name,
            column.type,
            nullable=column.nullable,
            primary_key=column.primary_key,
            comment=column.comment,
        )
        for column in table.columns
    ]
    superseded = sa.Column(
        "superseded_in",
        sa.Integer,
        sa.ForeignKey("releases.number"),
        primary_key=True,
        autoincrement=False,
        index=True,
        comment="대체한 판 | Release that replaced or removed the row",
    )
    assert table.comment is not None
    history = sa.Table(name, table.metadata, *copies, superseded, comment=detailed(table.comment, "이력 | History"))
    for index in table.indexes:
        parts = (history.c[part.name] if isinstance(part, sa.Column) else part for part in index.expressions)
        sa.Index(str(index.name).replace(table.name, name, 1), *parts)
    return history


def end(table: sa.Table, number: int, which: sa.ColumnElement[bool]) -> sa.Insert:
    """Move current rows to the history as superseded by a release."""
    ended = sa.delete(table).where(which).returning(*table.c).cte("ended")
    moved = sa.select(*ended.c, sa.literal(number, sa.Integer))
    return sa.insert(history_of(table)).from_select([*table.c.keys(), "superseded_in"], moved)


def restricted_rows(table: sa.Table) -> sa.Index:
    """Index the current rows that not everyone may see: mostly there are none, and that has to be quickly seen."""
    return sa.Index(f"ix_{table.name}_restricted", table.c.id, postgresql_where=sa.text("grade <> 'OPEN'"))
