"""How a value stands in an answer, and exact numbers."""

from __future__ import annotations

from decimal import Context, Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

SEOUL = ZoneInfo("Asia/Seoul")
PLACES = 6
"""How many decimals an average has."""
_EXACT = Context(prec=3000)


def written(type_: str, value: Any) -> Any:
    """Return a scalar as JSON holds it."""
    if type_ == "Decimal":
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if type_ == "DateTime":
        return value.astimezone(SEOUL).isoformat()
    if type_ == "Date":
        return value.isoformat()
    return value


def plain(value: Any) -> Any:
    """Return a client's value as rows hold it: enums by name."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.name if isinstance(value, Enum) else value


def total(values: Sequence[Any]) -> Decimal:
    """Return the exact sum of numbers."""
    found = Decimal(0)
    for value in values:
        found = _EXACT.add(found, Decimal(value))
    return found


def average(values: Sequence[Any]) -> Decimal:
    """Return the mean of numbers, rounded to :data:`PLACES` decimals, halves away from zero."""
    scaled = Fraction(total(values)) / len(values) * 10**PLACES
    whole = int(abs(scaled) + Fraction(1, 2))
    return _EXACT.scaleb(Decimal(whole if scaled > 0 else -whole), -PLACES)
