"""The law that no row is more open than a row that it names, by plain Python over rows as dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from db.models import fact_tables
from db.models.base import Grade
from db.models.identity import model_of

Row = dict[str, Any]
RANKS = ("OPEN", "SENSITIVE", "CONFIDENTIAL")


def name_of(grade: Any) -> str:
    """Return the name of a grade, which may be given as that already."""
    return grade.name if isinstance(grade, Grade) else str(grade)


def exposures(rows: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Yield each row that is more open than one that it names, with that one; ``rows`` go by their identifiers."""
    for identifier, row in rows.items():
        for other_id in named(identifier, row):
            other = rows.get(other_id)
            if other is None or name_of(other["grade"]) == "OPEN":
                continue
            lower = RANKS.index(name_of(row["grade"])) < RANKS.index(name_of(other["grade"]))
            if lower or row["owner_id"] != other["owner_id"]:
                yield identifier, other_id


def obey(rows: Mapping[str, Row], may_close: Callable[[str], bool]) -> None:
    """Change grades and owners until no row is exposed.

    A row that ``may_close`` takes over what it names; what is still exposed then is opened to all.
    """
    for identifier, other_id in list(exposures(rows)):
        if may_close(identifier):
            rows[identifier].update({name: rows[other_id][name] for name in ("grade", "owner_id")})
    while exposed := {other_id for _, other_id in exposures(rows)}:
        for identifier in exposed:
            rows[identifier]["grade"] = Grade.OPEN


def named(identifier: str, row: Row) -> Iterator[str]:
    """Yield the identifiers of facts that a row names."""
    model = model_of(identifier)
    assert model is not None
    table = fact_tables()[str(model.__tablename__)]
    for column in table.columns:
        names_a_fact = any(key.column.table.name in fact_tables() for key in column.foreign_keys)
        if (names_a_fact or column.name == "subject_id") and row.get(column.name):
            yield row[column.name]
