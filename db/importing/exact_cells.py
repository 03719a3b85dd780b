"""The values of facts as cells of any format, and cells as those values: what is written comes back as it was."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.importing import cells
from db.importing.cells import Unusable
from db.importing.tables import UNSTORABLE, CellError

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.importing.cells import Cell

QUOTE = '"'
# What some format cannot hold or changes: controls, line ends of other systems, marks of byte order, and what workbooks
# take for an escaped character.
_UNSAFE = re.compile("[\0-\t\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def written(value: Any) -> str | int | bool | list[Any] | None:
    """Return the cell of a value as the database gives it; numbers with a fraction, days and times are texts."""
    if value is None or isinstance(value, int | list):
        return value
    if isinstance(value, str):
        return value if _is_plain(value) else as_json(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    assert isinstance(value, date), type(value)
    return value.isoformat()


def as_text(cell: str | int | bool | list[Any] | None) -> str | None:
    """Return a cell for a format that has texts only."""
    if cell is None or isinstance(cell, str):
        return cell
    return as_json(cell) if isinstance(cell, list | bool) else str(cell)


def as_json(value: Any) -> str:
    """Return a value as JSON of which every format keeps every character."""
    escaped = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: "".join(f"\\u{ord(character):04x}" for character in found[0]), escaped)


def _is_plain(text: str) -> bool:
    """Return whether a text can stand in a cell as it is, and is then taken for nothing else."""
    return text != "" and text[0] != QUOTE and text == text.strip() and not _UNSAFE.search(text)


def exact_reader(column: sa.Column[Any]) -> Callable[[Cell], Any]:
    """Return what turns a cell into a value of a column, as the database takes it, without changing a character."""
    kind = column.type
    if isinstance(kind, sa.ARRAY):
        return _list if column.nullable else lambda cell: _list(cell) or []
    if isinstance(kind, sa.Numeric):
        return _number
    if isinstance(kind, sa.DateTime):
        return _moment
    if isinstance(kind, sa.Text):
        return exact_text
    return cells.reader(column, None, None, 0)


def exact_text(cell: Cell) -> str | None:
    """Return the text that a cell stands for."""
    if isinstance(cell, CellError):
        raise Unusable(f"the cell holds the error {cell.text}")
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    if cell is not None and not isinstance(cell, str):
        raise Unusable("this is no text: have the cell hold a text")
    if cell is None or not cell.startswith(QUOTE):
        return cell
    found = _from_json(cell)
    if not isinstance(found, str):
        raise Unusable("what begins with a quotation mark must be one text in JSON")
    return found


def _list(cell: Cell) -> list[str | None] | None:
    found = _from_json(cell) if isinstance(cell, str) else cell
    if found is None or (isinstance(found, list) and all(each is None or isinstance(each, str) for each in found)):
        return found
    raise Unusable('this is no list of texts in JSON, such as ["가", "나"]')


def _number(cell: Cell) -> Decimal | None:
    if not isinstance(cell, str):
        return cells.number(cell)
    try:
        return Decimal(cell)
    except InvalidOperation:
        raise Unusable("this is no number such as -1200.5") from None


def _moment(cell: Cell) -> datetime | None:
    if cell is None:
        return None
    try:
        found = datetime.fromisoformat(cell)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise Unusable("this is no time with its zone, such as 2026-06-18T05:00:00+00:00")
    return found


def _from_json(text: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unusable(
            f"this is no sound JSON: write a quotation mark at the start of a text as {as_json(QUOTE)}"
        ) from None
    if any(
        isinstance(each, str) and UNSTORABLE.search(each) for each in (found if isinstance(found, list) else [found])
    ):
        raise Unusable("the text has a NUL or half a character: remove it")
    return found
