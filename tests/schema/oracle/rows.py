"""Every row of a database in memory, as plain dictionaries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db.models import Release, fact_tables
from db.models.identity import model_of

if TYPE_CHECKING:
    import asyncpg
    import sqlalchemy as sa

Row = dict[str, Any]

TABLES: dict[str, sa.Table] = {**fact_tables(), "releases": Release.metadata.tables["releases"]}


@dataclass
class Rows:
    """All rows by table, each by its identifier, and by any column's value; former rows and those computed so far."""

    tables: dict[str, list[Row]]
    by_id: dict[str, Row]
    history: dict[str, list[Row]]
    computed: dict[str, Row] = field(default_factory=dict)
    _by_value: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def where(self, table: str, column: str, value: Any) -> list[Row]:
        """Return the rows of a table that hold a value; none for an absent one."""
        if (table, column) not in self._by_value:
            found = self._by_value[table, column] = defaultdict(list)
            for row in self.tables[table]:
                found[row[column]].append(row)
        return [] if value is None else self._by_value[table, column][value]

    def compute(self, type_: str, identifier: str, **values: Any) -> Row:
        """Return a row that no table holds, under an identifier by which a cursor may name it."""
        row = self.computed[identifier] = {**values, "id": identifier, "@type": type_}
        return row

    def at(self, table: str, release: int) -> list[Row]:
        """Return a table's rows as a release left them."""
        return [row for row in self.tables[table] if row["released_in"] <= release] + [
            row for row in self.history[table] if row["released_in"] <= release < row["superseded_in"]
        ]

    def referring(self, table: str, row: Row) -> list[Row]:
        """Return the rows of ``table`` that name ``row`` by its one foreign key, the owner's apart."""
        (column,) = (
            key.parent.name
            for key in TABLES[table].foreign_keys
            if key.column.table.name == row["@table"] and key.parent.name != "owner_id"
        )
        return self.where(table, column, row["id"])

    def of_type(self, name: str) -> list[Row]:
        """Return the rows of a type; those of every kind for an organization."""
        names = ("Ministry", "Institution") if name == "Organization" else (name,)
        return [row for rows in self.tables.values() for row in rows if row["@type"] in names]


async def load(pool: asyncpg.Pool) -> Rows:
    """Read every row, current and former; ``@table`` and ``@type`` say what it is."""
    tables = {name: await _read(pool, name, name) for name in TABLES}
    history = {name: await _read(pool, name, f"{name}_history") for name in fact_tables()}
    return Rows(tables, {row["id"]: row for rows in tables.values() for row in rows}, history)


async def _read(pool: asyncpg.Pool, name: str, source: str) -> list[Row]:
    records = await pool.fetch(f"SELECT * FROM {source}")
    return [{**record, "@table": name, "@type": _type(record["id"])} for record in records]


def _type(identifier: str) -> str:
    model = model_of(identifier)
    return model.__name__ if model else "Release"
