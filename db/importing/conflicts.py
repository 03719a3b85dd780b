"""Which rows of a file the database would refuse, where it did: those that refer to nothing, or take what is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.importing.facts import Refusal
from db.models import fact_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    Staged = Mapping[sa.Table, sa.TableClause]
    Removed = Mapping[sa.Table, sa.ColumnElement[bool]]

SOURCE_ROW = "source_row"
"""The column of a staging table that says which row of the file made the fact."""


async def conflicts(connection: AsyncConnection, staged: Staged, removed: Removed) -> AsyncIterator[Refusal]:
    """Yield a refusal for every staged row that would break a foreign key or a unique value."""
    # Rows that were staged to settle claims come from no row of the file.
    for table in (each for each in staged if SOURCE_ROW in staged[each].c):
        for name, reason, rows in [*_dangling(table, staged, removed), *_taken(table, staged, removed)]:
            async for number, value in await connection.stream(rows):
                yield Refusal(number, name, value, reason)


def _dangling(table: sa.Table, staged: Staged, removed: Removed) -> Iterator[tuple[str, str, sa.Select[Any]]]:
    """Yield, by column, the rows that refer to a fact that is not there, or goes."""
    incoming = staged[table].c
    for key in table.foreign_keys:
        target, name = key.column.table, key.parent.name
        if target not in fact_tables().values():
            continue
        stays = sa.exists().where(target.c.id == incoming[name], ~removed.get(target, sa.false()))
        comes = sa.exists().where(staged[target].c.id == incoming[name]) if target in staged else sa.false()
        rows = sa.select(incoming[SOURCE_ROW], incoming[name]).where(incoming[name].is_not(None), ~stays, ~comes)
        yield name, "no such fact is there, or it would be removed", rows.order_by(incoming[SOURCE_ROW])


def _taken(table: sa.Table, staged: Staged, removed: Removed) -> Iterator[tuple[str, str, sa.Select[Any]]]:
    """Yield, by unique columns, the rows whose value another row of the file or another fact has."""
    incoming = staged[table]
    for unique in (each for each in table.constraints if isinstance(each, sa.UniqueConstraint)):
        names = unique.columns.keys()
        other = incoming.alias("other")
        is_replaced = sa.exists().where(other.c.id == table.c.id)
        stays = sa.and_(~removed.get(table, sa.false()), ~is_replaced)
        for rival, holds in ((incoming.alias("rival"), sa.true()), (table, stays)):
            same = sa.and_(rival.c.id != incoming.c.id, *(rival.c[name] == incoming.c[name] for name in names))
            value = sa.func.concat_ws(", ", *(incoming.c[name] for name in names))
            rows = sa.select(incoming.c[SOURCE_ROW], value).where(sa.exists().where(same, holds))
            yield ", ".join(names), "another fact has this already", rows.order_by(incoming.c[SOURCE_ROW])
