"""Days and instants by the calendar: the beginning, in Korean time, of the period in which one lies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.schema.oracle.scalars import SEOUL

MONTHS = {"MONTH": 1, "QUARTER": 3, "HALF_YEAR": 6, "YEAR": 12}


def beginning(period: str, value: Any) -> Any:
    """Return the first day, or the first instant, of the period that holds a day or an instant."""
    if value is None or period == "VALUE":
        return value
    if isinstance(value, datetime):
        first = _first(period, value.astimezone(SEOUL).date())
        return datetime(first.year, first.month, first.day, tzinfo=SEOUL)
    return _first(period, value)


def _first(period: str, day: date) -> date:
    if period == "DAY":
        return day
    months = MONTHS[period]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)
