"""What releases did to rows, found by comparing what each release left."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.models.identity import model_of
from tests.schema.oracle.rows import computed
from tests.schema.oracle.scalars import plain, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.schema.oracle.rows import History, Row, Rows

VERSION = ("id", "released_in")
"""Columns that say which version of a row it is, and nothing of what it says."""


def changes(rows: Rows, _row: Row, arguments: Mapping[str, Any]) -> list[Row]:
    """Return a row for each change that a release made."""
    since, until = arguments.get("since"), arguments.get("until")
    last = rows.release if until is None else min(until, rows.release)
    numbers = range(1 if since is None else since + 1, last + 1)
    ids = arguments.get("ids")
    found = (change for number in numbers for change in _between(rows, number - 1, number, arguments))
    return [change for change in found if ids is None or change["node_id"] in ids]


def of_release(rows: Rows, row: Row, arguments: Mapping[str, Any]) -> list[Row]:
    """Return what one release changed."""
    return _between(rows, row["number"] - 1, row["number"], arguments)


def diff(rows: Rows, _row: Row, arguments: Mapping[str, Any]) -> list[Row]:
    """Return a row for each row that two releases do not agree on."""
    start, end = (min(arguments[name], rows.release) for name in ("from", "to"))
    return _between(rows, start, end, arguments)


def type_of(_rows: Rows, row: Row, _arguments: Mapping[str, Any]) -> str:
    """Return the type that a change's identifier names."""
    model = model_of(row["node_id"])
    assert model
    return model.__name__


def fields(rows: Rows, row: Row, _arguments: Mapping[str, Any]) -> list[Row]:
    """Return a row for each field that a change changed."""
    before, after = (rows.at(row[number]).by_id.get(row["node_id"], {}) for number in ("since", "released_in"))
    texts = {name: (_text(before.get(name)), _text(after.get(name))) for name in before | after if _is_said(name)}
    return [
        computed("FieldChange", _camel(name), name=_camel(name), before=was, after=is_)
        for name, (was, is_) in texts.items()
        if was != is_
    ]


def _between(rows: Rows, since: int, until: int, arguments: Mapping[str, Any]) -> list[Row]:
    assert rows.history
    known = rows.history.differences
    if (since, until) not in known:
        known[since, until] = [*_differences(rows, rows.history, since, until)]
    types = arguments.get("types")
    return [change for change in known[since, until] if types is None or type_of(rows, change, {}) in plain(types)]


def _differences(rows: Rows, history: History, since: int, until: int) -> Iterator[Row]:
    before, after = rows.at(since).by_id, rows.at(until).by_id
    for identifier in before.keys() | after.keys():
        was, is_ = before.get(identifier), after.get(identifier)
        if (was or is_ or {})["@type"] == "Release" or _said(was) == _said(is_):
            continue
        kind = "ADDED" if was is None else "REMOVED" if is_ is None else "CHANGED"
        number = max(number for number in history.touched[identifier] if number <= until)
        yield computed(
            "Change", f"change:{number}/{identifier}", node_id=identifier, kind=kind, since=since, released_in=number
        )


def _said(row: Row | None) -> Row | None:
    return row and {name: value for name, value in row.items() if name != "released_in"}


def _is_said(name: str) -> bool:
    return name not in VERSION and not name.startswith("@")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | list):
        return json.dumps(value, ensure_ascii=False)
    kinds = {datetime: "DateTime", date: "Date", Decimal: "Decimal", int: "Int"}
    return str(written(kinds[type(value)], value))
