"""The value of one field of one row: its meaning where it has one, else its column, foreign key or referring rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from db.models import Base, DesignationState, FuzzyDate
from tests.schema.oracle.meanings import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.schema.oracle.pages import Entry
    from tests.schema.oracle.rows import Row, Rows


@dataclass(frozen=True)
class Part:
    """The columns of a row that make up one value, such as a fuzzy date."""

    row: Row
    prefix: str
    parts: tuple[str, ...]

    @property
    def is_absent(self) -> bool:
        return all(self.row[f"{self.prefix}_{part}"] is None for part in self.parts)


Value: TypeAlias = "Row | Part"
PARTS = {kind.__name__: tuple(kind.PARTS) for kind in (FuzzyDate, DesignationState)}
TABLE_BY_TYPE = {mapper.class_.__name__: str(mapper.local_table) for mapper in Base.registry.mappers}


@dataclass
class Fields:
    """Reads fields of rows; ``orders`` are the declared default orders, ``cursors`` the rows that cursors stand for."""

    rows: Rows
    orders: Mapping[str, tuple[str, ...]]
    cursors: dict[str, str] = field(default_factory=dict)

    def value(self, type_: GraphQLObjectType | Any, row: Value, name: str, arguments: Mapping[str, Any]) -> Any:
        """Return a scalar, a row, a list of rows, or a part of the row."""
        if isinstance(row, Part):
            return row.row[f"{row.prefix}_{snake(name)}"]
        if row["@type"] == "Query":
            kinds = ["Query"]
        else:
            kinds = [row["@type"], *(interface.name for interface in type_.interfaces), type_.name, "Fact"]
        for kind in kinds:
            if meaning := MEANINGS.get(f"{kind}.{name}"):
                return meaning(self.rows, row, arguments)
        target = get_named_type(type_.fields[name].type)
        if is_leaf_type(target):
            return row[snake(name)]
        if self.is_embedded(target):
            return Part(row, snake(name), PARTS[target.name])
        if self.is_list(target):
            return self._list(type_, row, self.row_type(target).name)
        return self.rows.by_id.get(row[f"{snake(name)}_id"])

    def marked(self, cursor: str) -> Row:
        """Return the row for which the planner gave out a cursor."""
        identifier = self.cursors[cursor]
        return self.rows.by_id.get(identifier) or self.rows.computed[identifier]

    def default_order(self, type_: GraphQLObjectType) -> tuple[Entry, ...]:
        return tuple((camel(path), False) for path in self.orders[type_.name])

    def is_embedded(self, type_: Any) -> bool:
        return type_.name in PARTS

    def is_list(self, type_: Any) -> bool:
        return bool(type_.name.endswith("Connection"))

    def row_type(self, connection: Any) -> Any:
        """Return the type of a list's rows."""
        return get_named_type(connection.fields["nodes"].type)

    def _list(self, type_: Any, row: Row, target: str) -> list[Row]:
        if type_.name == "Query":
            return self.rows.of_type(target)
        return self.rows.referring(TABLE_BY_TYPE[target], row)


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def camel(name: str) -> str:
    return re.sub("_([a-z])", lambda letter: letter[1].upper(), name)
