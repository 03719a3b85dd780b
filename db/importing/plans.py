"""How the rows of a file become rows of tables: a plan for each fact that a mapping makes of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

EACH, EACH_VALUE, ROW_NUMBER = "each", "each.value", "row.number"
"""Columns that a mapping may name, and no file has."""
OWN = "values."
"""What stands before the name of a value of the fact itself, in its key."""


Get = Callable[[Sequence[Any]], Any]
Column = tuple[str, Get, bool]
"""A column's name, what gives its value for a row, and whether there must be one."""


class Always:
    """Gives the same value for every row."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, _: Sequence[Any]) -> Any:
        """Give it."""
        return self.value


@dataclass(frozen=True)
class Plan:
    """How one fact is made of a row."""

    name: str
    type: str
    table: sa.Table
    holds: Callable[[Sequence[Any]], bool]
    spread: Callable[[Sequence[Any]], Iterator[Sequence[Any]]]
    key: Callable[[Sequence[Any]], str | None]
    template: str
    columns: Sequence[Column]

    @cached_property
    def constants(self) -> list[Any]:
        """The values of the columns as far as no row decides on them, and nothing in the places of the others."""
        return [get.value if isinstance(get, Always) else None for _, get, _ in self.columns]

    @cached_property
    def varying(self) -> Sequence[tuple[int, str, Get, bool]]:
        """The columns whose values rows decide on, or lack, with their places."""
        return [
            (place, name, get, needed)
            for place, (name, get, needed) in enumerate(self.columns)
            if not isinstance(get, Always) or (needed and get.value is None)
        ]
