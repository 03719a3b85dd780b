"""What ``orderBy`` and paging mean: absent values last, ties by id, a page cut by both cursors first, then by size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLString, get_named_type, is_enum_type, is_leaf_type

from tests.schema.oracle import filters
from tests.schema.oracle.ranks import natural

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import GraphQLObjectType

    from tests.schema.oracle.fields import Fields, Value
    from tests.schema.oracle.rows import Row

DEFAULT_PAGE = 25

Entry = tuple[str, bool]
"""A path to sort by, and whether it descends."""


@dataclass(frozen=True)
class Page:
    """A page of a list and what is known of the rest."""

    type: GraphQLObjectType
    order: tuple[Entry, ...]
    rows: Sequence[Row]
    total: int
    has_next: bool
    has_previous: bool


def page(fields: Fields, type_: GraphQLObjectType, rows: Sequence[Row], arguments: Mapping[str, Any]) -> Page:
    """Filter, order and cut a list."""
    order = tuple(_flat(entry) for entry in arguments.get("orderBy") or ()) or fields.default_order(type_)
    kept = [row for row in rows if filters.holds(fields, type_, row, arguments.get("where") or {})]
    marks = {name: fields.marked(arguments[name]) for name in ("after", "before") if arguments.get(name) is not None}
    present = {row["id"] for row in kept}
    ordered = sort(fields, type_, kept + [row for row in marks.values() if row["id"] not in present], order)
    place = {row["id"]: position for position, row in enumerate(ordered)}
    start = place[marks["after"]["id"]] + 1 if "after" in marks else 0
    end = place[marks["before"]["id"]] if "before" in marks else len(ordered)
    window = [row for row in ordered[start:end] if row["id"] in present]
    before, behind = (any(row["id"] in present for row in part) for part in (ordered[:start], ordered[end:]))
    last, first = arguments.get("last"), arguments.get("first")
    if last is not None:
        cut = window[max(0, len(window) - last) :]
        return Page(type_, order, cut, len(kept), behind, before or len(window) > last)
    size = DEFAULT_PAGE if first is None else first
    return Page(type_, order, window[:size], len(kept), behind or len(window) > size, before)


def sort(fields: Fields, type_: GraphQLObjectType, rows: Sequence[Row], order: Sequence[Entry]) -> list[Row]:
    """Return rows in order: sorted by the last key first, for sorting is stable."""
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    for path, descending in reversed(order):
        key = reader(fields, type_, path)
        present = sorted((row for row in ordered if key(row) is not None), key=key, reverse=descending)
        ordered = present + [row for row in ordered if key(row) is None]
    return ordered


def reader(fields: Fields, type_: GraphQLObjectType, path: str) -> Callable[[Value], Any]:
    """Return what reads a sort key; it is absent where a relation on its way is."""
    name, _, rest = path.partition(".")
    target: Any = get_named_type(type_.fields[name].type)
    if is_leaf_type(target):
        place = _place(target)
        return lambda row: place(fields.value(type_, row, name, {}))
    inner = reader(fields, target, rest)

    def read(row: Value) -> Any:
        found = fields.value(type_, row, name, {})
        return None if found is None else inner(found)

    return read


def _place(leaf: Any) -> Callable[[Any], Any]:
    """Return what a value of a leaf type sorts by: names of an enum by their place in the list, texts naturally."""
    if is_enum_type(leaf):
        places = {name: place for place, name in enumerate(leaf.values)}
        return lambda value: None if value is None else places[value]
    if leaf is GraphQLString:
        return lambda value: None if value is None else natural(value)
    return lambda value: value


def _flat(entry: Mapping[str, Any]) -> Entry:
    ((name, value),) = entry.items()
    if isinstance(value, dict):
        path, descending = _flat(value)
        return f"{name}.{path}", descending
    return name, value.name == "DESC"
