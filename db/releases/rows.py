"""What a release is given: facts as rows of their tables, and identifiers to remove."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models.identity import model_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from db.models import Fact

Values = tuple[Any, ...]


class ReleaseError(ValueError):
    """A release cannot be published as asked; nothing of it was written."""


def rows_by_table(facts: Iterable[Fact], dialect: sa.Dialect) -> dict[sa.Table, dict[str, Values]]:
    """Read the columns of facts, by table and identifier."""
    tables: dict[sa.Table, dict[str, Values]] = defaultdict(dict)
    readers: dict[type[Fact], Callable[[Fact], Values]] = {}
    for fact in facts:
        model = type(fact)
        rows = tables[_table(model)]
        if model not in readers:
            readers[model] = _reader(model, dialect)
        if not str(fact.id).startswith(f"{model.id_prefix}:"):
            raise ReleaseError(
                f"{fact.id} is not an identifier of a {model.__name__}: it begins with {model.id_prefix}:"
            )
        if fact.id in rows:
            raise ReleaseError(f"{fact.id} is put twice.")
        rows[fact.id] = readers[model](fact)
    return tables


def ids_by_table(identifiers: Iterable[str]) -> dict[sa.Table, set[str]]:
    """Group identifiers by the table that they belong to."""
    tables: dict[sa.Table, set[str]] = defaultdict(set)
    for identifier in identifiers:
        model = model_of(identifier)
        if model is None:
            raise ReleaseError(f"{identifier} is not an identifier of any fact.")
        if identifier in tables[_table(model)]:
            raise ReleaseError(f"{identifier} is removed twice.")
        tables[_table(model)].add(identifier)
    return tables


def _table(model: type[Fact]) -> sa.Table:
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    return table


def copied(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns that a fact brings; the release adds its number."""
    return [column for column in table.columns if column.name != "released_in"]


def _reader(model: type[Fact], dialect: sa.Dialect) -> Callable[[Fact], Values]:
    """Return what turns a fact into the values of its columns as the driver takes them."""
    mapper, columns = sa.inspect(model), copied(_table(model))
    values_of = attrgetter(*(mapper.get_property_by_column(column).key for column in columns))
    encoders = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    plan = [
        (column.name, column.nullable, column.type.python_type, _largest(column.type), encode)
        for column, encode in zip(columns, encoders, strict=True)
    ]

    def read(fact: Fact) -> Values:
        values = list(values_of(fact))
        for position, (name, nullable, kind, largest, encode) in enumerate(plan):
            value = values[position]
            if value is None:
                if not nullable:
                    raise ReleaseError(f"{fact.id} has no {name}.")
            elif not isinstance(value, kind):
                raise ReleaseError(f"{fact.id}: {name} is {value!r}, not a {kind.__name__}.")
            elif kind is int and not -largest <= value <= largest:
                raise ReleaseError(f"{fact.id}: {name} is {value}, more than the column holds.")
            elif isinstance(value, datetime) and value.tzinfo is None:
                raise ReleaseError(f"{fact.id}: {name} is {value}, which names no time zone.")
            elif encode is not None:
                values[position] = encode(value)
        return tuple(values)

    return read


def _largest(type_: sa.types.TypeEngine[Any]) -> int:
    """Return the largest whole number that a column holds."""
    return 2**63 - 1 if isinstance(type_, sa.BigInteger) else 2**31 - 1
