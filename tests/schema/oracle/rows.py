"""Every row of a database in memory, as plain dictionaries, as any release left it and as any day saw it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from db.models import Release, fact_tables, history_of
from db.models.identity import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import asyncpg
    import sqlalchemy as sa

Row = dict[str, Any]

TABLES: dict[str, sa.Table] = {**fact_tables(), "releases": Release.metadata.tables["releases"]}


@dataclass
class Rows:
    """All rows at one moment: lists see ``tables``, while a reference finds any row in ``by_id``."""

    tables: Mapping[str, list[Row]]
    by_id: Mapping[str, Row]
    release: int = 0
    day: date | None = None
    history: History | None = None
    _by_value: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def where(self, table: str, column: str, value: Any) -> list[Row]:
        """Return the rows of a table that hold a value; none for an absent one."""
        if (table, column) not in self._by_value:
            found = self._by_value[table, column] = defaultdict(list)
            for row in self.tables[table]:
                found[row[column]].append(row)
        return [] if value is None else self._by_value[table, column][value]

    def at(self, release: int | None = None) -> Rows:
        """Return the rows as a release left them, or as the one seen here did, on whatever day they are in force."""
        assert self.history
        return self.history.rows(self.release if release is None else release)

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
        return [row for rows in self.tables.values() for row in rows if is_of_type(row, name)]

    def seen(self, identifier: str | None) -> Row | None:
        """Return the row that an identifier names, if it is in force."""
        found = self.by_id.get(identifier or "")
        return found if found and in_force(found, self.day) else None


@dataclass
class History:
    """Every version of every row with the release that superseded it, None for the current ones."""

    versions: Mapping[str, list[tuple[Row, int | None]]]
    _rows: dict[tuple[int, date | None], Rows] = field(default_factory=dict)
    differences: dict[tuple[int, int], list[Row]] = field(default_factory=dict)
    """What two releases differ in, for those that were compared already."""

    @cached_property
    def touched(self) -> Mapping[str, list[int]]:
        """The numbers of the releases that wrote or ended a row, by its identifier."""
        found: dict[str, list[int]] = defaultdict(list)
        for table in self.versions.values():
            for row, superseded in table:
                numbers = (row.get("released_in"), superseded)
                found[row["id"]] += [number for number in numbers if number is not None]
        return found

    @property
    def latest(self) -> int:
        """The number of the newest release, 0 before the first."""
        return max((row["number"] for row, _ in self.versions["releases"]), default=0)

    def rows(self, release: int | None = None, day: date | None = None) -> Rows:
        """Return the rows as a release left them, and of the lists' rows those in force on a day."""
        number = self.latest if release is None else release
        if (number, day) not in self._rows:
            known = {table: _known(versions, number) for table, versions in self.versions.items()}
            seen = {table: [row for row in rows if in_force(row, day)] for table, rows in known.items()}
            named = {row["id"]: row for rows in known.values() for row in rows}
            self._rows[number, day] = Rows(seen, named, number, day, self)
        return self._rows[number, day]


def computed(type_: str, identifier: str, **values: Any) -> Row:
    """Return a row that no table holds."""
    return {**values, "id": identifier, "@type": type_}


def is_of_type(row: Row, name: str) -> bool:
    return row["@type"] in (("Ministry", "Institution") if name == "Organization" else (name,))


def in_force(row: Row, day: date | None) -> bool:
    """Return whether a row holds on a day; one without a term always does, and an absent end is open."""
    if day is None or "valid_from" not in row:
        return True
    starts, ends = row["valid_from"], row["valid_to"]
    return (starts is None or starts <= day) and (ends is None or day <= ends)


def _known(versions: Iterable[tuple[Row, int | None]], number: int) -> list[Row]:
    return [
        row
        for row, superseded in versions
        if row["number" if row["@type"] == "Release" else "released_in"] <= number
        and (superseded is None or number < superseded)
    ]


async def load(pool: asyncpg.Pool) -> History:
    """Read every version of every row; ``@table`` and ``@type`` say what it is."""
    versions: dict[str, list[tuple[Row, int | None]]] = {}
    for name, table in TABLES.items():
        current = [(_row(name, record), None) for record in await pool.fetch(f"SELECT * FROM {name}")]
        former: list[tuple[Row, int | None]] = []
        if name != "releases":
            for record in await pool.fetch(f"SELECT * FROM {history_of(table).name}"):
                values = dict(record)
                superseded = values.pop("superseded_in")
                former.append((_row(name, values), superseded))
        versions[name] = [*current, *former]
    return History(versions)


def _row(table: str, record: Mapping[str, Any]) -> Row:
    model = model_of(record["id"])
    return {**record, "@table": table, "@type": model.__name__ if model else "Release"}
