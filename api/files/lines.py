"""NDJSON: one table, and an object for each row, with the names of its columns and the values of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from api.files.writing import Info, Question, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from api.files.tables import Row


class LinesWriter:
    """Writes a line of JSON for each row."""

    streams: ClassVar[bool] = True
    tells_sources: ClassVar[bool] = False
    most_rows: ClassVar[int | None] = None

    def __init__(self, question: Question, folder: Path) -> None:
        self._question, self._names = question, [column.name for column in question.table.columns]

    def begin(self) -> bytes:
        return b""

    def add(self, key: str, value: Any) -> bytes:
        return self._lines(rows_of(self._question, key, value))

    def end(self, info: Info) -> bytes:
        return self._lines([info.beside]) if self._question.table is self._question.tables.answer else b""

    def abandon(self) -> None:
        pass

    def _lines(self, rows: Iterable[Row]) -> bytes:
        names, option = self._names, orjson.OPT_APPEND_NEWLINE
        return b"".join(orjson.dumps(dict(zip(names, row, strict=True)), option=option) for row in rows)
