"""How the rows of a file become rows of tables: a plan for each fact that a mapping makes of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

EACH, EACH_VALUE, ROW_NUMBER = "each", "each.value", "row.number"
"""Columns that a mapping may name, and no file has."""
OWN = "values."
"""What stands before the name of a value of the fact itself, in its key."""


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
    columns: Sequence[tuple[str, Callable[[Sequence[Any]], Any], bool]]
