"""What every format of a file does: it takes rows table by table, and gives bytes as they come or a file in the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import orjson

from api.files.sources import Sources

if TYPE_CHECKING:
    from pathlib import Path

    from api.files.tables import Column, Row, Table, Tables
    from schema.selected import Selected


@dataclass(frozen=True)
class Question:
    """What a file answers."""

    query: str
    variables: Mapping[str, Any]
    roots: Mapping[str, Selected]
    tables: Tables
    table: Table
    """The one table of formats that hold one."""
    korean_heads: bool
    encoding: str = "utf-8"


@dataclass
class Info:
    """What is known of a file when all of its rows are there."""

    release: int | None = None
    redactions: Sequence[Mapping[str, Any]] = ()
    sources: Sources = field(default_factory=Sources)
    beside: Row = field(default_factory=list)


class Writer(Protocol):
    """Writes one file; ``folder`` is a place for what cannot be given at once."""

    streams: ClassVar[bool]
    """Whether bytes come with the rows; else there is a file in the end."""
    tells_sources: ClassVar[bool]
    """Whether the file says on which documents its rows rest."""
    most_rows: ClassVar[int | None]
    """How many rows a table has room for; None where there is no end."""

    def __init__(self, question: Question, folder: Path) -> None: ...

    def begin(self) -> bytes:
        """Return what stands before all rows."""

    def add(self, key: str, value: Any) -> bytes:
        """Take a piece of a root field's value."""

    def end(self, info: Info) -> bytes:
        """Return what stands after all rows."""

    def abandon(self) -> None:
        """Let go of what is open, for a file that will not be."""


def rows_of(question: Question, key: str, value: Any) -> Iterable[Row]:
    """Return the rows of the one table in a piece of an answer."""
    return [row for table, row in question.tables.rows(key, value) if table is question.table]


def name_of(column: Column, *, korean: bool) -> str:
    """Return the head of a column."""
    return column.head if korean else column.name


def heads(columns: Sequence[Column], *, korean: bool) -> list[str]:
    """Return the heads of columns, of which no two are the same."""
    found = [name_of(column, korean=korean) for column in columns]
    return [
        head if found.count(head) == 1 else f"{head} [{column.name}]"
        for head, column in zip(found, columns, strict=True)
    ]


def as_json(value: Any) -> str:
    """Return a list, or a value of any structure, as the text of a cell."""
    return orjson.dumps(value).decode()
