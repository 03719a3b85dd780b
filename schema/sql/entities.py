"""A row source inside a statement: a model, and the alias under which its columns stand.

Columns are written as ``alias.column`` and belong to no FROM clause, so an expression may be used at any depth below
its source without SQLAlchemy adding the source again; the planner gives every alias a name of its own.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from schema.sql.moments import Dated

_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


@cache
def _columns(model: Any) -> dict[str, sa.Column[Any]]:
    return {column.name: column for column in sa.inspect(model).local_table.columns}


class RowColumn(sa.ColumnClause[Any]):
    """A column of a row; ``present`` says that it is never null where there is a row."""

    inherit_cache = True

    def __init__(self, alias: str, column: sa.Column[Any]) -> None:
        super().__init__(f"{alias}.{_quote(column.name)}", column.type, is_literal=True)
        self.column_name, self.present = column.name, not column.nullable


def is_present(expression: Any) -> bool:
    """Return whether an expression is known never to be null: a method may return just such a column."""
    if isinstance(expression, Dated):
        return is_present(expression.now)
    return isinstance(expression, RowColumn) and expression.present


class Entity:
    """The row that a method of a declared type is called with: its attributes are SQL columns."""

    def __init__(self, model: Any, alias: str) -> None:
        self._model = model
        self._alias = alias
        self.used: set[str] = set()

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Return the column of this row, as SQL, and note that it is used."""
        self.used.add(name)
        return RowColumn(self._alias, _columns(self._model)[name])

    def __getattr__(self, name: str) -> sa.ColumnElement[Any]:
        if name.startswith("_") or name not in _columns(self._model):
            raise AttributeError(f"{self._model.__name__} has no column {name!r}.")
        return self.column(name)

    def is_kind(self, identity: Enum) -> sa.ColumnElement[bool]:
        """Return whether this row's discriminator says that it is of one sub-model."""
        discriminator = self.column(sa.inspect(self._model).polymorphic_on.name)
        return sa.type_coerce(discriminator, sa.Text) == sa.literal_column(f"'{identity.name}'", sa.Text)

    @property
    def is_root(self) -> bool:
        """Return whether this stands above the rows of a root field, and is no row itself."""
        return self._model is None

    @property
    def alias(self) -> str:
        return self._alias

    @property
    def model(self) -> Any:
        return self._model

    @property
    def prefix(self) -> str:
        """What the names of its columns begin with, where it is a part of a row."""
        return ""

    def part(self, prefix: str) -> Part:
        """Return the value type whose parts stand in the columns ``<prefix>_<part>``."""
        return Part(self, prefix)


class Part(Entity):
    """A value type held in columns of its row."""

    def __init__(self, row: Entity, prefix: str) -> None:
        super().__init__(row.model, row.alias)
        self.used = row.used
        self._prefix = prefix

    @property
    def prefix(self) -> str:
        return self._prefix

    def column(self, name: str) -> sa.ColumnElement[Any]:
        return super().column(f"{self._prefix}_{name}")

    def is_absent(self) -> sa.ColumnElement[bool]:
        """Return whether every part is null."""
        return sa.and_(*(super(Part, self).column(name).is_(None) for name in self._names()))

    def _names(self) -> list[str]:
        composite = sa.inspect(self._model).composites[self._prefix]
        return [column.name for column in composite.columns]
