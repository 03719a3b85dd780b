"""Which fact has given values in some of its columns."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.importing.mapping import MappingError
from db.importing.names import Unnamed
from db.models.base import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.models import Fact

Values = tuple[Any, ...]


class Matches:
    """The facts of one type by the values of some of their columns."""

    def __init__(self, kind: str, columns: Mapping[str, sa.Column[Any]]) -> None:
        self.columns = columns
        self._kind = kind
        self._found: dict[Values, list[str]] = defaultdict(list)

    @classmethod
    async def load(
        cls, connection: AsyncConnection, model: type[Fact], names: Sequence[str], within: Mapping[str, str]
    ) -> Matches:
        """Read the values, as they are now, of the facts some columns of which have given values."""
        table: Any = sa.inspect(model).local_table
        if unknown := {*names, *within} - set(table.c.keys()):
            known = ", ".join(sorted(table.c.keys()))
            raise MappingError(f"match: a {model.__name__} has no {min(unknown)!r}. It has: {known}.")
        found_by = [table.c[name] for name in names]
        matches = cls(model.__name__, dict(zip(names, found_by, strict=True)))
        # Codes as they stand in the table, which is how a cell is read.
        columns = [sa.type_coerce(each, Text) if isinstance(each.type, sa.Enum) else each for each in found_by]
        rows = sa.select(model.id, *columns).where(*(table.c[name] == value for name, value in within.items()))
        async with connection.stream(rows) as found:
            async for identifier, *values in found:
                matches._found[tuple(values)].append(identifier)
        return matches

    def find(self, values: Values) -> str:
        """Return the identifier of the one fact that has the values."""
        found = self._found.get(values, [])
        if len(found) == 1:
            return found[0]
        said = ", ".join(f"{name} = {value}" for name, value in zip(self.columns, values, strict=True))
        if not found:
            raise Unnamed(f"no {self._kind} has {said}: correct the row, or bring the fact first")
        raise Unnamed(f"{len(found)} of the type {self._kind} have {said}: match more of its columns")
