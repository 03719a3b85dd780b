"""Exporting a dataset: its facts at one moment become rows of one file, which an import reads as what they were."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.exporting.columns import columns_of
from db.exporting.files import WRITERS, ExportStopped
from db.importing.difference import document_id, within
from db.importing.exact import ExactRows
from db.importing.exact_cells import written
from db.importing.files import open_table
from db.importing.layout import Layout
from db.importing.mapping import NAME
from db.models import Document, fact_tables
from db.models.base import Text
from db.releases.reading import at, latest
from db.releases.rows import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from db.exporting.columns import Cell, Column
    from db.importing.layout import Format

    Selects = Mapping[sa.Table, sa.Select[Any]]

BATCH = 1_000


@dataclass(frozen=True)
class Exported:
    """What an export has written."""

    title: str
    release: int
    facts: int


async def export(
    pool: AsyncEngine,
    dataset: str,
    file: Path,
    format_: Format,
    *,
    release: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Exported:
    """Write the facts of a dataset, as they are or as a release left them, and see that they can be read back."""
    if not re.fullmatch(NAME, dataset):
        raise ExportStopped(f"{dataset!r} is no name of a dataset: these are small letters, digits and single hyphens.")
    # Whatever is published meanwhile, this transaction sees one state.
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    async with pool.execution_options(**options).connect() as connection:
        newest = await latest(connection)
        if release is not None and not 0 < release <= newest:
            raise ExportStopped(f"There is no release {release}: the newest is {newest}.")
        found = await _facts(connection, dataset, release)
        if not found:
            at_release = "" if release is None else f" at release {release}"
            raise ExportStopped(f"There is no fact of a dataset {dataset!r}{at_release}: check its name.")
        title = await _title(connection, dataset, found)
        columns, facts = columns_of(found), Digest()
        with WRITERS[format_](file, columns) as write:
            for table, select in found.items():
                spread = _spread(table, columns)
                async for batch in (await connection.stream(select)).partitions(BATCH):
                    for row in batch:
                        cells = [written(value) for value in row]
                        facts.add(table, cells)
                        write(spread(cells))
                    progress(facts.rows)
    check(file, format_, dataset, facts)
    return Exported(title, newest if release is None else release, facts.rows)


async def _facts(connection: AsyncConnection, dataset: str, release: int | None) -> Selects:
    """Return what selects a dataset's facts from each table that has any, as the database stores them."""
    found: dict[sa.Table, sa.Select[Any]] = {}
    for table in fact_tables().values():
        rows = table if release is None else at(table, release).subquery("known")
        belongs = within(dataset, table, rows.c.id)
        if await connection.scalar(sa.select(sa.exists().select_from(rows).where(belongs))):
            # The code of a closed list, instead of the member that it stands for.
            stored = (
                sa.type_coerce(rows.c[column.name], Text) if isinstance(column.type, sa.Enum) else rows.c[column.name]
                for column in copied(table)
            )
            found[table] = sa.select(*stored).where(belongs).order_by(rows.c.id)
    return found


async def _title(connection: AsyncConnection, dataset: str, facts: Selects) -> str:
    """Return the title of a dataset's document, or the name of one that has none."""
    documents = Document.__table__
    assert isinstance(documents, sa.Table)
    if documents in facts:
        own = facts[documents].subquery()
        title = await connection.scalar(sa.select(own.c.title).where(own.c.id == document_id(dataset)))
        return title or dataset
    return dataset


def _spread(table: sa.Table, columns: Sequence[Column]) -> Callable[[Sequence[Cell]], list[Cell]]:
    """Return what makes of a fact's cells a row with a cell for every column of the file."""
    own = {column.name: place for place, column in enumerate(copied(table))}
    places = [own.get(column.name) for column in columns]
    return lambda cells: [None if place is None else cells[place] for place in places]


def check(file: Path, format_: Format, dataset: str, facts: Digest) -> None:
    """Read a file back, and refuse it unless an import would make of it the very facts that it was written from."""
    again = Digest()
    with open_table(file, Layout(format=format_)) as table:
        rows = ExactRows(dataset, table.columns)
        for number, row in table.rows:
            made = rows.made(number, row)
            if isinstance(made, list):
                raise ExportStopped(f"{made[0].cell} {made[0].column}: {made[0].reason}")
            again.add(made[0], [written(value) for value in made[1]])
    if again.summary() != facts.summary():
        raise ExportStopped(f"{file.name}: what was written is not what is read back: choose another format")


class Digest:
    """Sums up rows so that two readings can be compared without either being held."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, table: sa.Table, cells: Sequence[Cell]) -> None:
        """Take one more row."""
        self.rows += 1
        self._hash.update(f"{table.name}{cells!r}".encode())

    def summary(self) -> tuple[int, str]:
        """Return what is the same for the same rows in the same order, and for no others."""
        return self.rows, self._hash.hexdigest()
