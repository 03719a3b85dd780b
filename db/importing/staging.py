"""The rows of a file as facts in staging tables, beside the tables that they are meant for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from db.importing.chains import chained
from db.importing.conflicts import SOURCE_ROW
from db.importing.difference import SHOWN
from db.importing.facts import Facts, Refusal
from db.importing.lookups import lookups
from db.importing.origin import document, organization
from db.importing.reading import batches
from db.importing.tables import Table
from db.importing.totals import Totals
from db.releases.publishing import copy, staging
from db.releases.rows import rows_by_table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.importing.mapping import Mapping


@dataclass
class Staged:
    """What became of a file's rows."""

    tables: dict[sa.Table, sa.TableClause] = field(default_factory=dict)
    rows: int = 0
    refused: int = 0
    without_facts: list[int] = field(default_factory=list)
    """The first of the rows of which the mapping makes nothing."""
    unmatched: int = 0
    """How many texts name no fact, and are listed instead of refused."""


async def stage(
    connection: AsyncConnection,
    mapping: Mapping,
    table: Table,
    refused: Callable[[Refusal], None],
    progress: Callable[[int], None],
    unmatched: Callable[[Refusal], None],
) -> Staged:
    """Make facts of all rows and bring them into staging tables, a batch at a time."""
    owner = await organization(connection, mapping.owner, "owner")
    totals = Totals(mapping.totals, table.columns)
    read = Table(table.columns, totals.others(table.rows))
    if mapping.chain:
        read = chained(read, mapping.chain)
    facts = Facts(mapping, read.columns, await lookups(connection, mapping), owner)
    row = sa.Column(SOURCE_ROW, sa.Integer)
    found = Staged({each: await staging(connection, each, row) for each in facts.tables})
    for batch in batches(read):
        made, refusals, without = _made(facts, batch)
        found.without_facts += without[: SHOWN - len(found.without_facts)]
        for target, rows in made.items():
            await copy(connection, found.tables[target], rows)
        for refusal in refusals:
            refused(refusal)
        found.unmatched += _listed(facts, unmatched)
        found.rows += len(batch)
        found.refused += len({refusal.row for refusal in refusals})
        progress(found.rows)
    wrong = list(totals.refusals())
    for refusal in wrong:
        refused(refusal)
    found.refused += len({refusal.row for refusal in wrong})
    found.rows += totals.rows
    await make_comparable(connection, found, refused)
    for each_table, documents in rows_by_table(
        [await document(connection, mapping, owner)], connection.dialect
    ).items():
        if each_table not in found.tables:
            found.tables[each_table] = await staging(connection, each_table, row)
        await copy(connection, found.tables[each_table], [(*values, 0) for values in documents.values()])
    return found


def _listed(facts: Facts, unmatched: Callable[[Refusal], None]) -> int:
    """Tell what named no fact since this was asked last, and return how many they are."""
    for each in facts.unmatched:
        unmatched(each)
    count = len(facts.unmatched)
    facts.unmatched.clear()
    return count


async def make_comparable(connection: AsyncConnection, staged: Staged, refused: Callable[[Refusal], None]) -> None:
    """Make staged rows ready to be compared: each fact once, with an index and statistics."""
    for each in staged.tables.values():
        # Whatever the statistics make PostgreSQL believe of the current rows, no comparison becomes quadratic.
        await connection.execute(sa.text(f"CREATE INDEX ON {each.name} (id)"))
        await connection.execute(sa.text(f"ANALYZE {each.name}"))
        async for refusal in _contradictions(connection, each):
            refused(refusal)
            staged.refused += 1


def _made(
    facts: Facts, batch: Iterable[tuple[int, Sequence[Any]]]
) -> tuple[dict[sa.Table, list[tuple[Any, ...]]], list[Refusal], list[int]]:
    made: dict[sa.Table, list[tuple[Any, ...]]] = defaultdict(list)
    refusals: list[Refusal] = []
    without: list[int] = []
    for number, cells in batch:
        found, refused = facts.made(number, cells)
        if not found and not refused:
            without.append(number)
        for table, values in found:
            made[table].append((*values, number))
        refusals += refused
    return made, refusals, without


async def _contradictions(connection: AsyncConnection, staged: sa.TableClause) -> AsyncIterator[Refusal]:
    """Merge rows that state the same fact alike, and yield a refusal for each fact that rows state differently."""
    twice = sa.select(staged.c.id).group_by(staged.c.id).having(sa.func.count() > 1)
    if not await connection.scalar(sa.select(sa.exists(twice))):
        return
    said = [column for column in staged.columns if column.name != SOURCE_ROW]
    place: sa.ColumnElement[Any] = sa.literal_column("ctid")
    first = sa.func.min(place).over(partition_by=said).label("first")
    ranked = sa.select(place.label("place"), first).select_from(staged).subquery()
    alike = sa.select(ranked.c.place).where(ranked.c.place != ranked.c.first)
    await connection.execute(sa.delete(staged).where(place.in_(alike)))
    number = staged.c[SOURCE_ROW]
    rows = sa.func.array_agg(aggregate_order_by(number, number), type_=ARRAY(sa.Integer))[1:SHOWN]
    differing = twice.add_columns(sa.func.count(), rows).order_by(sa.func.min(number))
    async for identifier, count, numbers in await connection.stream(differing):
        others = ", ".join(map(str, numbers)) + (" and others" if count > len(numbers) else "")
        yield Refusal(numbers[0], "key", identifier, f"the rows {others} state the same fact differently")
