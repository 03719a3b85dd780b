"""From what TOML holds to what a model's attribute takes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models.base import Fact, FuzzyDate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from db.dataset.place import Place


@cache
def stored_columns(model: type[Fact]) -> dict[str, sa.Column[Any]]:
    """Return the columns that an entry may fill, by attribute name; a fuzzy date is filled as a whole instead."""
    mapper = sa.inspect(model)
    parts = {column.key for composite in mapper.composites for column in composite.columns}
    unset = parts | {"released_in"} | ({mapper.polymorphic_on.key} if mapper.polymorphic_on is not None else set())
    return {key: column for key, column in mapper.columns.items() if key not in unset}


def attributes(model: type[Fact], raw: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Return the attributes of a model from the keys of its entry, absent arrays empty and absent values null."""
    columns, fuzzy_dates = stored_columns(model), sa.inspect(model).composites.keys()
    for key in raw:
        if key not in columns and key not in fuzzy_dates:
            known = ", ".join(sorted([*columns, *fuzzy_dates]))
            raise place.error(key, f"unknown key; a {model.__name__} has {known}")
    filled: dict[str, Any] = {key: fuzzy_date(raw[key], key, place) for key in fuzzy_dates if key in raw}
    for key, column in columns.items():
        if key in raw:
            filled[key] = value(column.type, raw[key], key, place)
        elif isinstance(column.type, sa.ARRAY):
            filled[key] = []
        elif column.nullable:
            filled[key] = None
        else:
            raise place.error(key, f"a {model.__name__} must have it")
    return filled


def fuzzy_date(raw: Any, key: str, place: Place) -> FuzzyDate:
    """Return the fuzzy date that an inline table describes."""
    if not isinstance(raw, dict):
        raise place.error(key, 'must be an inline table such as {as_printed = "\'26. 下", bound = "IN"}')
    for part in raw:
        if part not in FuzzyDate.PARTS:
            raise place.error(f"{key}.{part}", f"unknown key; a fuzzy date has {', '.join(FuzzyDate.PARTS)}")
    parts = {
        part: value(sa.types.to_instance(FuzzyDate.PARTS[part][0]), given, f"{key}.{part}", place)
        for part, given in raw.items()
    }
    return FuzzyDate(**parts)


def value(column_type: sa.types.TypeEngine[Any], raw: Any, key: str, place: Place) -> Any:
    """Return what a column of that type stores for a TOML value."""
    if isinstance(column_type, sa.Enum):
        return member(column_type.enum_class, raw, key, place)
    expected = column_type.python_type
    if expected is Decimal and type(raw) in (int, str):
        return decimal(raw, key, place)
    if type(raw) is not expected:
        raise place.error(key, f"must be a {expected.__name__}, not {raw!r}")
    if isinstance(raw, datetime) and raw.tzinfo is None:
        raise place.error(key, "must say its offset, such as +09:00")
    if isinstance(raw, list) and not all(isinstance(item, str) for item in raw):
        raise place.error(key, "must hold strings only")
    return raw


def member(labels: type[Enum] | None, raw: Any, key: str, place: Place) -> Enum:
    """Return the member of a closed list that a name stands for."""
    assert labels is not None
    if raw not in labels.__members__:
        raise place.error(key, f"{raw!r} is none of {', '.join(labels.__members__)}")
    return labels[raw]


def decimal(raw: int | str, key: str, place: Place) -> Decimal:
    """Return an exact number from digits."""
    try:
        return Decimal(raw)
    except InvalidOperation:
        raise place.error(key, f"{raw!r} is not a number") from None
