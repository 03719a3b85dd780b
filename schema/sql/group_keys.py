"""What groups are made by: paths to leaves, and for dates the day, month or year in which they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa

from schema.sql.errors import BadInput
from schema.sql.linking import Leaf
from schema.sql.measures import Basis


class Key(Enum):
    """묶음 기준 | How a value makes groups."""

    VALUE = "값 | Each value is a group"


class DateKey(Enum):
    """시간 묶음 기준 | How a date or an instant makes groups, in Korean time."""

    VALUE = "값 | Each value is a group"
    DAY = "일 | Each day"
    MONTH = "월 | Each month, named by its first day"
    QUARTER = "분기 | Each quarter, named by its first day"
    HALF_YEAR = "반기 | Each half-year, named by its first day"
    YEAR = "연 | Each year, named by its first day"


Path = tuple[str, ...]
_HALF: Any = sa.literal_column("INTERVAL '6 months'")


@dataclass(frozen=True)
class GroupKey:
    """One key: the path to its leaf, and how the leaf's value makes groups."""

    path: Path
    bucket: Key | DateKey

    def taken(self, basis: Basis) -> tuple[Leaf, sa.ColumnElement[Any]]:
        """Return the leaf and what of it makes the groups, as a column of the basis."""
        leaf, value = basis.at(self.path)
        if self.bucket in (Key.VALUE, DateKey.VALUE):
            return leaf, value
        return leaf, _first_of(self.bucket.name, value)


def group_keys(entries: Sequence[Mapping[str, Any]], argument: str) -> list[GroupKey]:
    """Return the keys of ``by``; raise BadInput where there is none, or one twice."""
    keys = [GroupKey(*_path(entry, argument)) for entry in entries]
    if not keys:
        raise BadInput(f"{argument} is empty: name at least one field.")
    paths = [key.path for key in keys]
    for path in paths:
        if paths.count(path) > 1:
            raise BadInput(f"{argument} names {'.'.join(path)} twice.")
    return keys


def _path(entry: Mapping[str, Any], argument: str) -> tuple[Path, Any]:
    if len(entry) != 1 or None in entry.values():
        raise BadInput(f"An entry of {argument} names one field; for more fields, give more entries.")
    ((name, value),) = entry.items()
    if isinstance(value, Enum):
        return (name,), value
    rest, bucket = _path(value, argument)
    return (name, *rest), bucket


def _first_of(bucket: str, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the first day or instant of the time in which a value lies."""
    is_day = isinstance(value.type, sa.Date)
    moment: Any = sa.cast(value, sa.TIMESTAMP) if is_day else value
    if bucket == "HALF_YEAR":
        second = sa.extract("month", moment) > sa.literal_column("6")
        year = sa.func.date_trunc(sa.literal_column("'year'"), moment)
        first: Any = sa.case((second, year + _HALF), else_=year)
    else:
        first = sa.func.date_trunc(sa.literal_column(f"'{bucket.lower()}'"), moment)
    return sa.cast(first, sa.Date) if is_day else sa.type_coerce(first, value.type)
