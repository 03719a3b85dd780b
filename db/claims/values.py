"""A claim's value is text: how a value of a column is written as one, and read again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models.base import Text

if TYPE_CHECKING:
    from db.claims.competence import Rows

_WHOLE = "^-?[0-9]{1,18}$"
_NUMBER = "^-?[0-9]{1,255}([.][0-9]{1,255})?$"
# All days but those of 29 February, which not every year has.
_DAY = (
    "^(?!0000)[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$"
)
_LEAP = "^(?!0000)([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$"
_KEPT = frozenset({"id", "grade", "owner_id", "released_in"})


def is_claimable(column: sa.Column[Any]) -> bool:
    """Return whether a claim can speak of a column: it holds one value, of a kind that text can write."""
    kinds = (sa.Enum, sa.Text, sa.Integer, sa.Numeric, sa.Date, sa.Boolean)
    return column.name not in _KEPT and isinstance(column.type, kinds)


def canonical(value: Any) -> str | None:
    """Write a value as a claim does: numbers in full, days as ISO has them, ``true`` and ``false``."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    return value.isoformat() if isinstance(value, date) else str(value)


def written(column: Any) -> sa.ColumnElement[Any]:
    """Return the same in SQL, of a column's value."""
    if isinstance(column.type, sa.Enum | sa.Text):
        return sa.type_coerce(column, Text)
    if isinstance(column.type, sa.Date):
        return sa.func.to_char(column, "YYYY-MM-DD", type_=Text)
    if isinstance(column.type, sa.Numeric):
        return sa.cast(sa.func.trim_scale(column), Text)
    return sa.cast(column, Text)


def read(text: Any, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Return the value of a column that a text writes."""
    if isinstance(column.type, sa.Enum | sa.Text):
        return sa.type_coerce(text, column.type)
    return sa.cast(text, column.type)


def is_readable(text: Any, column: sa.Column[Any], rows: Rows) -> Any:
    """Return whether a text writes a value that a column can hold; an identifier must be that of a row."""
    kind = column.type
    if column.foreign_keys:
        (key,) = column.foreign_keys
        target = rows(key.column.table, "named")
        return sa.exists(sa.select(target.c.id).where(target.c.id == text))
    if isinstance(kind, sa.Enum):
        return text.in_(kind.enums)
    if isinstance(kind, sa.Integer):
        largest = 2**63 - 1 if isinstance(kind, sa.BigInteger) else 2**31 - 1
        fits = sa.func.abs(sa.cast(text, sa.BigInteger)) <= sa.literal(largest, sa.BigInteger)
        return sa.case((text.regexp_match(_WHOLE), fits), else_=sa.false())
    if isinstance(kind, sa.Numeric):
        return text.regexp_match(_NUMBER)
    if isinstance(kind, sa.Date):
        return sa.or_(text.regexp_match(_DAY), text.regexp_match(_LEAP))
    if isinstance(kind, sa.Boolean):
        return text.in_(["true", "false"])
    return text.is_not(None)
