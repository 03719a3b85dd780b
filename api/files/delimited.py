"""CSV: one table. A text that a spreadsheet would take for a formula has an apostrophe before it."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING, Any, ClassVar

from api.files.writing import Info, Question, as_json, heads, rows_of
from schema.sql.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from api.files.tables import Column, Row

GUARD = "'"
# As well what begins with the guard itself, or is empty: taking off one apostrophe gives every text back.
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", GUARD)
PLAIN = ("Int", "Float", "Decimal", "Boolean", "Date", "DateTime")
"""Types whose values no spreadsheet takes for a formula, though a number may begin with a minus."""


class CsvWriter:
    """Writes CSV as RFC 4180 has it, in UTF-8 with a byte order mark, or in the encoding that was asked for."""

    streams: ClassVar[bool] = True
    tells_sources: ClassVar[bool] = False
    most_rows: ClassVar[int | None] = None

    def __init__(self, question: Question, folder: Path) -> None:
        self._question, self._columns = question, question.table.columns
        self._text = io.StringIO()
        self._rows = csv.writer(self._text, lineterminator="\r\n")

    def begin(self) -> bytes:
        mark = codecs.BOM_UTF8 if self._question.encoding == "utf-8" else b""
        self._rows.writerow(map(guarded, heads(self._columns, korean=self._question.korean_heads)))
        return mark + self._taken()

    def add(self, key: str, value: Any) -> bytes:
        self._write(rows_of(self._question, key, value))
        return self._taken()

    def end(self, info: Info) -> bytes:
        if self._question.table is self._question.tables.answer:
            self._write([info.beside])
        return self._taken()

    def abandon(self) -> None:
        self._text.close()

    def _write(self, rows: Any) -> None:
        columns = self._columns
        self._rows.writerows(
            [[cell(value, column) for value, column in zip(row, columns, strict=True)] for row in rows]
        )

    def _taken(self) -> bytes:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        try:
            return text.encode(self._question.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            raise BadInput(
                f"{character!r} (U+{ord(character):04X}) has no place in {self._question.encoding.upper()}: leave "
                "encoding out, which gives UTF-8."
            ) from None


def cell(value: Any, column: Column) -> Any:
    """Return a value as a cell of CSV."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return as_json(value)
    if column.type == "JSON":
        return as_json(value)
    return value if column.type in PLAIN or not isinstance(value, str) else guarded(value)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"{GUARD}{text}" if not text or text.startswith(GUARDED) else text


def unguarded(text: str) -> str | None:
    """Return the text that a cell stands for; None where it stands for nothing."""
    return text.removeprefix(GUARD) if text else None


def rows_read(rows: list[Row]) -> list[Row]:
    """Return rows of texts as they were before they were guarded."""
    return [[unguarded(text) for text in row] for row in rows]
