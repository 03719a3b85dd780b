"""What ``orderBy`` means: values of the row, of rows it refers to, and aggregates of its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_leaf_type

from tests.schema.oracle import filters
from tests.schema.oracle.aggregates import Aggregate, leaves
from tests.schema.oracle.scalars import plain
from tests.schema.oracle.sorting import SortKey, place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.schema.oracle.fields import Fields

FUNCTIONS = ("count", "sum", "avg", "min", "max")


def sort_keys(fields: Fields, type_: Any, order: Sequence[Mapping[str, Any]] | None) -> list[SortKey]:
    """Return what a list is sorted by, its type's own order where none is given."""
    return [_key(fields, type_, entry) for entry in order or [_ascending(path) for path in fields.default_order(type_)]]


def _ascending(path: str) -> Any:
    name, _, rest = path.partition(".")
    return {name: _ascending(rest) if rest else "ASC"}


def _key(fields: Fields, type_: Any, entry: Mapping[str, Any]) -> SortKey:
    ((name, value),) = entry.items()
    if name == "releasedIn" and name not in type_.fields:
        return SortKey(name, False, lambda row: row["released_in"])
    target: Any = get_named_type(type_.fields[name].type)
    if is_leaf_type(target):
        descending = plain(value) == "DESC"
        return SortKey(name, descending, lambda row: place(target, fields.value(type_, row, name, {})))
    is_list = fields.is_list(target)
    inner = _of_list(fields, fields.row_type(target), value) if is_list else _key(fields, target, value)

    def read(row: Any) -> Any:
        found = fields.value(type_, row, name, {})
        return None if found is None else inner.read(found)

    return SortKey(f"{name}.{inner.name}", inner.descending, read)


def _of_list(fields: Fields, type_: Any, entry: Mapping[str, Any]) -> SortKey:
    function, path, direction = aggregated(fields, type_, entry)
    mixed = entry.get("mixed") is True

    def read(rows: Any) -> Any:
        return filters.chosen(fields, type_, rows, entry.get("where")).comparable(function, path, mixed=mixed)

    return SortKey(f"{function}.{path}", direction == "DESC", read)


def of_group(fields: Fields, type_: Any, entry: Mapping[str, Any]) -> SortKey:
    """Return the aggregate that groups are sorted by; a group has its rows as an :class:`Aggregate`."""
    function, path, direction = aggregated(fields, type_, entry)
    mixed = entry.get("mixed") is True

    def read(group: Any) -> Any:
        aggregate: Aggregate = group.aggregate
        return aggregate.comparable(function, path, mixed=mixed)

    return SortKey(f"{function}.{path}", direction == "DESC", read)


def aggregated(fields: Fields, type_: Any, entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the function, the path of its leaf and the direction of an entry."""
    ((function, value),) = ((name, entry[name]) for name in FUNCTIONS if entry.get(name) is not None)
    if function == "count":
        return function, "", plain(value)
    ((path, direction),) = leaves(fields, type_, value)
    return function, path, plain(direction)
