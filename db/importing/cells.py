"""What a cell means: the text, number, day or code that its column of a table takes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.importing.tables import CellError
from db.models.base import Label
from db.models.budgets import MoneyUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Cell = Any
WON = {
    MoneyUnit.WON: 1,
    MoneyUnit.THOUSAND: 10**3,
    MoneyUnit.MILLION: 10**6,
    MoneyUnit.EOK: 10**8,
    MoneyUnit.JO: 10**12,
}
MOST_DIGITS = 1_000
"""How long a number may be: far more than money is, and few enough digits to reckon with."""
_TOO_LONG = f"the number has more than {MOST_DIGITS:,} digits"
EXACT = Context(prec=4 * MOST_DIGITS)
"""Precise enough to add up, and to multiply, any numbers that cells hold."""
_NUMBER = re.compile(r"([-−+△▲]?)\s*(\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?)")
_PLAIN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){0,12}|[0-9]{1,40}")
# Without anything between them the digits must be eight: 2026118 may be a day of January or of November.
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})|(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?")
_DIGITS_ONLY = re.compile(r"(%[a-zA-Z])+")
_YES_OR_NO = {
    **dict.fromkeys(("true", "y", "예", "o", "○"), True),
    **dict.fromkeys(("false", "n", "아니오", "아니요", "x", "×"), False),
}
_NOTHING = frozenset({"", "-", "–", "—", "…"})


class Unusable(ValueError):
    """A cell that does not say what its column needs; the message is the reason."""


def says_nothing(cell: Cell) -> bool:
    """Return whether a cell of a table is empty, or holds what is printed instead of nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip() in _NOTHING)


def text(cell: Cell) -> str | None:
    """Return a cell as text, without the space around it and with its characters composed."""
    if not isinstance(cell, str):
        if cell is None:
            return None
        if isinstance(cell, CellError):
            raise Unusable(f"the cell holds the error {cell.text}")
        if isinstance(cell, list):
            raise Unusable("the cell holds a list, where one value is needed")
        cell = str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
    found = (cell if cell.isascii() else unicodedata.normalize("NFC", cell)).strip()
    if "\x00" in found:
        raise Unusable("the text holds a NUL character")
    if "\ufeff" in found:
        raise Unusable("the text holds a byte order mark, as where files were put together: remove it")
    return found or None


def number(cell: Cell) -> Decimal | None:
    """Return a cell as an exact number; △ stands for minus, and commas divide thousands."""
    if isinstance(cell, bool):
        raise Unusable("a yes or no is no number")
    if isinstance(cell, int | Decimal):
        exact = Decimal(cell)
        if not exact.is_finite():
            raise Unusable("this is no number")
        if abs(exact.adjusted()) > MOST_DIGITS or len(exact.as_tuple().digits) > MOST_DIGITS:
            raise Unusable(_TOO_LONG)
        return exact
    if isinstance(cell, float):
        # As people read it in the cell: the shortest text that is this number.
        return Decimal(repr(cell))
    found = text(cell)
    if found is None or found in _NOTHING:
        return None
    parts = _NUMBER.fullmatch(found)
    if not parts:
        raise Unusable("this is no number; thousands are divided by commas, and △ or - stands for minus")
    sign, size = parts.groups()
    if len(size) > MOST_DIGITS:
        raise Unusable(_TOO_LONG)
    plain = Decimal(size.replace(",", ""))
    return plain if sign in ("", "+") else plain.copy_negate()


def whole(cell: Cell, unit: MoneyUnit | None = None) -> int | None:
    """Return a cell as a whole number, an amount of money in won."""
    times = 1 if unit is None else WON[unit]
    # What most cells hold is read in a third of the time.
    if isinstance(cell, str) and _PLAIN.fullmatch(cell):
        return int(cell.replace(",", "")) * times
    found = number(cell)
    if found is None:
        return None
    scaled = EXACT.multiply(found, Decimal(times))
    if scaled != scaled.to_integral_value():
        raise Unusable("this is no whole number" if unit is None else "this is no whole number of won")
    return int(scaled)


def day(cell: Cell, written: str | None = None) -> date | None:
    """Return a cell as a day, written as ``written`` says or in a usual order of year, month and day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = text(cell)
    if found is None or found in _NOTHING:
        return None
    try:
        if written:
            read = datetime.strptime(found, written)  # noqa: DTZ007 (a day has no zone)
            # A lost zero would move the digits behind it: 50618 is no day of 2050.
            if not _DIGITS_ONLY.fullmatch(written) or read.strftime(written) == found:
                return read.date()
        elif parts := _DAY.fullmatch(found):
            return date(*(int(part) for part in parts.groups() if part))
    except ValueError:
        pass
    raise Unusable(f"this is no day{f' written as {written}' if written else ' such as 2026-06-18'}")


def yes_or_no(cell: Cell) -> bool | None:
    """Return a cell as yes or no."""
    if isinstance(cell, bool):
        return cell
    found = text(cell)
    if found is None:
        return None
    if found.casefold() not in _YES_OR_NO:
        raise Unusable("this is neither yes nor no")
    return _YES_OR_NO[found.casefold()]


def code(cell: Cell, codes: type[Label]) -> str | None:
    """Return a cell as a member of a closed list: its name, or its label in one of the two languages."""
    found = text(cell)
    if found is None:
        return None
    if found in codes.__members__:
        return found
    for member in codes:
        if found in str(member.value).split(" | "):
            return member.name
    raise Unusable(f"this is none of {', '.join(codes.__members__)}")


def reader(column: sa.Column[Any], unit: MoneyUnit | None, written: str | None, days: int) -> Callable[[Cell], Any]:
    """Return what turns a cell into a value of a column, as it is stored."""
    kind = column.type
    if isinstance(kind, sa.Enum) and isinstance(kind.enum_class, type) and issubclass(kind.enum_class, Enum):
        codes: Any = kind.enum_class
        return lambda cell: code(cell, codes)
    if isinstance(kind, sa.Integer):
        largest = 2**63 - 1 if isinstance(kind, sa.BigInteger) else 2**31 - 1
        return lambda cell: _limited(whole(cell, unit), largest)
    if isinstance(kind, sa.Numeric):
        return number
    if isinstance(kind, sa.Date):
        return lambda cell: _shifted(day(cell, written), days)
    if isinstance(kind, sa.Boolean):
        return yes_or_no
    if isinstance(kind, sa.ARRAY):
        return lambda cell: [found for found in map(text, cell if isinstance(cell, list) else [cell]) if found]
    return text


def _limited(found: int | None, largest: int) -> int | None:
    if found is not None and not -largest <= found <= largest:
        raise Unusable("the number is larger than can be stored")
    return found


def _shifted(found: date | None, days: int) -> date | None:
    try:
        return found + timedelta(days=days) if found and days else found
    except OverflowError:
        raise Unusable(f"the day that is {days:,} days from this one is beyond the calendar") from None


def translated(cell: Cell, codes: Mapping[str, str]) -> str | None:
    """Return what a text of the file stands for."""
    found = text(cell)
    if found is None:
        return None
    if found not in codes:
        raise Unusable(f"this is none of {', '.join(codes)}")
    return codes[found]
