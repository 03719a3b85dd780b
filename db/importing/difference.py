"""What publishing staged rows would do to the facts of a dataset: added, changed field by field, removed, unchanged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models import Document, fact_tables
from db.models.identity import models_by_prefix
from db.releases.publishing import counted, differs
from db.releases.rows import copied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

SHOWN = 20
"""How many rows of each kind are shown one by one."""


@dataclass(frozen=True)
class FieldChange:
    """One value that changes."""

    id: str
    field: str
    before: Any
    after: Any


@dataclass
class TableDifference:
    """What becomes of the rows of one table, with the first of each kind."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    first_added: list[str] = field(default_factory=list)
    first_changed: list[FieldChange] = field(default_factory=list)
    first_removed: list[str] = field(default_factory=list)


Difference = dict[str, TableDifference]


def scopes(dataset: str) -> dict[sa.Table, sa.ColumnElement[bool]]:
    """Return for every table of facts what tells the rows of a dataset."""
    return {table: within(dataset, table, table.c.id) for table in fact_tables().values()}


def within(dataset: str, table: sa.Table, identifier: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return whether an identifier in a table is a dataset's: it begins with it, or is that of its document."""
    prefixes = [prefix for prefix, model in models_by_prefix().items() if model.__tablename__ == table.name]
    begins = [f"{prefix}:{dataset}/" for prefix in sorted(prefixes)]
    # The character after the slash ends the range, which an index then serves.
    ranges = [sa.and_(identifier >= begin, identifier < begin[:-1] + chr(ord("/") + 1)) for begin in begins]
    own = [identifier == document_id(dataset)] if table.name == Document.__tablename__ else []
    return sa.or_(*ranges, *own)


def document_id(dataset: str) -> str:
    """Return the identifier of the document that a dataset's file is."""
    return f"{Document.id_prefix}:{dataset}"


def left_out(table: sa.Table, scope: sa.ColumnElement[bool], staged: sa.TableClause | None) -> sa.ColumnElement[bool]:
    """Return the condition of rows that a dataset has, and its new state has not."""
    if staged is None:
        return scope
    return sa.and_(scope, ~sa.exists().where(staged.c.id == table.c.id))


async def difference(
    connection: AsyncConnection, staged: Mapping[sa.Table, sa.TableClause], removed: Mapping[sa.Table, Any]
) -> Difference:
    """Compare staged rows, and rows to be removed, with what is there now; tables without either are left out."""
    found: Difference = {}
    gone = await counted(connection, removed)
    for table in dict.fromkeys([*staged, *removed]):
        each = TableDifference()
        if table in staged:
            await _compare(connection, table, staged[table], each)
        if table in gone:
            each.removed = gone[table]
            first = sa.select(table.c.id).where(removed[table]).order_by(table.c.id).limit(SHOWN)
            each.first_removed = list(await connection.scalars(first))
        if each != TableDifference():
            found[table.name] = each
    return found


async def _compare(
    connection: AsyncConnection, table: sa.Table, staged: sa.TableClause, found: TableDifference
) -> None:
    joined, new, other = (
        staged.outerjoin(table, table.c.id == staged.c.id),
        table.c.id.is_(None),
        differs(table, staged),
    )
    counts = sa.select(
        sa.func.count().filter(new),
        sa.func.count().filter(~new, other),
        sa.func.count().filter(~new, ~other),
    ).select_from(joined)
    found.added, found.changed, found.unchanged = (await connection.execute(counts)).one()
    if found.added:
        first = sa.select(staged.c.id).select_from(joined).where(new).order_by(staged.c.id).limit(SHOWN)
        found.first_added = list(await connection.scalars(first))
    if found.changed:
        names = [column.name for column in copied(table)]
        pairs = sa.select(*(table.c[name] for name in names), *(staged.c[name] for name in names)).select_from(joined)
        for row in await connection.execute(pairs.where(~new, other).order_by(staged.c.id).limit(SHOWN)):
            before, after = row[: len(names)], row[len(names) :]
            found.first_changed += (
                FieldChange(before[0], name, was, becomes)
                for name, was, becomes in zip(names, before, after, strict=True)
                if was != becomes
            )
