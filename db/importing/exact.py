"""Exported files: each row is a fact as it is stored, in columns named as those of its table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.importing.cells import Unusable
from db.importing.conflicts import SOURCE_ROW
from db.importing.difference import document_id
from db.importing.exact_cells import exact_reader, exact_text
from db.importing.facts import Refusal
from db.importing.mapping import MappingError
from db.importing.reading import batches
from db.importing.staging import Staged, make_comparable
from db.models import fact_tables
from db.models.identity import models_by_prefix
from db.releases.publishing import copy, staging
from db.releases.rows import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.importing.mapping import Exact
    from db.importing.tables import Table
    from db.models import Fact

ID = "id"


@dataclass(frozen=True)
class _Kind:
    """How the rows of one type are read."""

    name: str
    table: sa.Table
    columns: Sequence[tuple[str, int | None, Callable[[Any], Any], bool]]
    """Each column of the table: its name, its place in the file, what reads a cell, and whether it must be filled."""
    others: Sequence[tuple[str, int]]
    """The columns of the file that the type does not have."""
    discriminator: tuple[int, Any] | None
    """Where types share a table: the place of the column that tells them apart, and what this type has there."""


class ExactRows:
    """Reads the rows of an exported file."""

    def __init__(self, dataset: str, columns: Sequence[str]) -> None:
        known = {column.name for table in fact_tables().values() for column in copied(table)}
        if unknown := [name for name in columns if name not in known]:
            raise MappingError(f"No type has the columns {', '.join(map(repr, unknown))}: leave them out of the file.")
        if ID not in columns:
            raise MappingError("The file has no column 'id', which says what fact a row is.")
        self._dataset, self._id = dataset, columns.index(ID)
        self._kinds = {prefix: _kind(model, columns) for prefix, model in models_by_prefix().items()}

    def made(self, number: int, row: Sequence[Any]) -> tuple[sa.Table, list[Any]] | list[Refusal]:
        """Return the values of a row's fact in the order of its table, or everything because of which it is refused."""
        identifier = row[self._id]
        try:
            kind = self._kinds.get((exact_text(identifier) or "").partition(":")[0])
        except Unusable:
            kind = None
        if kind is None:
            return [Refusal(number, ID, _shown(identifier), "this is no identifier of a fact")]
        values: list[Any] = []
        refused = [
            Refusal(number, name, _shown(row[place]), f"a {kind.name} has no {name}")
            for name, place in kind.others
            if row[place] is not None
        ]
        for name, place, read, needed in kind.columns:
            cell = None if place is None else row[place]
            try:
                value = read(cell)
            except Unusable as error:
                refused.append(Refusal(number, name, _shown(cell), str(error)))
                continue
            if value is None and needed:
                refused.append(Refusal(number, name, "", f"there is no {name}, which a {kind.name} needs"))
            values.append(value)
        if not refused and (wrong := self._misplaced(kind, values)):
            refused.append(Refusal(number, ID, values[0], wrong))
        return refused or (kind.table, values)

    def _misplaced(self, kind: _Kind, values: Sequence[Any]) -> str | None:
        if kind.discriminator and values[kind.discriminator[0]] != kind.discriminator[1]:
            return f"this is an identifier of a {kind.name}, and the row is of another type"
        if not values[0].partition(":")[2].startswith(f"{self._dataset}/") and values[0] != document_id(self._dataset):
            return f"this fact is none of the dataset {self._dataset}"
        return None


def _kind(model: type[Fact], columns: Sequence[str]) -> _Kind:
    mapper = sa.inspect(model)
    table = mapper.local_table
    assert isinstance(table, sa.Table)
    places = {name: place for place, name in enumerate(columns)}
    own = copied(table)
    names = [column.name for column in own]
    discriminator = None
    if mapper.polymorphic_on is not None:
        # The type that others share their table with has no rows of its own, and nothing in that place.
        identity = mapper.polymorphic_identity
        discriminator = names.index(mapper.polymorphic_on.name), identity.name if identity else None
    return _Kind(
        model.__name__,
        table,
        [(column.name, places.get(column.name), exact_reader(column), not column.nullable) for column in own],
        [(name, place) for name, place in places.items() if name not in names],
        discriminator,
    )


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell)[:200]


async def stage_exact(
    connection: AsyncConnection,
    mapping: Exact,
    table: Table,
    refused: Callable[[Refusal], None],
    progress: Callable[[int], None],
) -> Staged:
    """Bring the facts of an exported file into staging tables, a batch at a time."""
    read, found = ExactRows(mapping.dataset, table.columns), Staged()
    for batch in batches(table):
        made: dict[sa.Table, list[tuple[Any, ...]]] = defaultdict(list)
        for number, cells in batch:
            fact = read.made(number, cells)
            if isinstance(fact, list):
                found.refused += 1
                for refusal in fact:
                    refused(refusal)
            else:
                made[fact[0]].append((*fact[1], number))
        for target, rows in made.items():
            if target not in found.tables:
                found.tables[target] = await staging(connection, target, sa.Column(SOURCE_ROW, sa.Integer))
            await copy(connection, found.tables[target], rows)
        found.rows += len(batch)
        progress(found.rows)
    await make_comparable(connection, found, refused)
    return found
