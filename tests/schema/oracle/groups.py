"""What ``groups`` means: rows with equal keys together, filtered by what they come to, in order, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.schema.oracle import filters
from tests.schema.oracle.aggregates import Aggregate
from tests.schema.oracle.keys import KeyPart, key_parts, named
from tests.schema.oracle.made import Cursor, Made, Plain, Refused
from tests.schema.oracle.ordering import of_group
from tests.schema.oracle.sorting import Comparable, Cut, SortKey, cut, place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.schema.oracle.fields import Fields

DEFAULT_PAGE = 25


@dataclass(frozen=True)
class Group(Made):
    """The rows that share their keys."""

    parts: tuple[KeyPart, ...]
    values: tuple[Any, ...]
    aggregate: Aggregate

    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        if name != "key":
            return self.aggregate.member(name, arguments)
        return Key({part.path: value for part, value in zip(self.parts, self.values, strict=True)}, "")


@dataclass(frozen=True)
class Key(Made):
    """The keys of a group, or those that stand below a relation or a value type."""

    values: Mapping[str, Any]
    above: str

    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        path = f"{self.above}{name}"
        return self.values[path] if path in self.values else Key(self.values, f"{path}.")


@dataclass(frozen=True)
class Groups(Made):
    """A page of groups; ``unordered`` holds those of which it is unknown where they come.

    The list is open if of some groups it is unknown whether they are there, and the page is doubtful if one of these
    would stand on it.
    """

    fields: Fields
    name: str
    order: tuple[tuple[str, bool], ...]
    keys: Sequence[SortKey]
    total: int
    is_open: bool
    is_doubtful: bool
    cut: Cut
    unordered: set[tuple[Any, ...]] = field(default_factory=set)

    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        if name == "totalCount":
            self._need(self.is_open)
            return self.total
        shown: Sequence[Group] = self.cut.entries
        self._need(self.is_doubtful or any(group.values in self.unordered for group in shown))
        if name == "nodes":
            return shown
        return Plain(
            {
                "hasNextPage": self.cut.has_next,
                "hasPreviousPage": self.cut.has_previous,
                "startCursor": self._cursor(shown[0]) if shown else None,
                "endCursor": self._cursor(shown[-1]) if shown else None,
            }
        )

    def _cursor(self, group: Group) -> Cursor:
        keys = _comparable(self.keys, group, self.unordered)
        return Cursor(self.name, self.order, group.values, self.fields.rows.release, keys)

    def _need(self, doubtful: bool) -> None:
        self.fields.doubts.must |= doubtful


def groups(aggregate: Aggregate, arguments: Mapping[str, Any]) -> Groups:
    """Group rows by the given keys; the cursors among the arguments come as what they compare as."""
    fields, type_ = aggregate.fields, aggregate.type
    parts = tuple(key_parts(fields, type_, arguments["by"]))
    members: dict[tuple[Any, ...], list[Any]] = {}
    for row in aggregate.rows:
        members.setdefault(tuple(part.read(row) for part in parts), []).append(row)
    found = [Group(parts, values, Aggregate(fields, type_, rows)) for values, rows in members.items()]
    verdicts = [filters.fits(group.aggregate, arguments.get("having") or {}) for group in found]
    kept = [group for group, verdict in zip(found, verdicts, strict=True) if verdict]
    keys = _order(fields, type_, parts, arguments.get("orderBy") or ())
    unordered: set[tuple[Any, ...]] = set()

    def key(group: Group) -> Comparable:
        return _comparable(keys, group, unordered)

    page = cut(kept, key, arguments, DEFAULT_PAGE)
    undecided = [group for group, verdict in zip(found, verdicts, strict=True) if verdict is None]
    at_most = cut([*kept, *undecided], key, arguments, DEFAULT_PAGE)
    doubtful = {group.values for group in undecided} - unordered
    fields.doubts.may |= bool(unordered) or bool(aggregate.undecided)
    order = (*((f"{part.path}:{part.period}", False) for part in parts), *((key.name, key.descending) for key in keys))
    is_doubtful = any(group.values in doubtful for group in at_most.entries)
    if aggregate.undecided and not page.is_full and not {"after", "before"} & arguments.keys():
        # A row of which it is unknown whether it is there can stand in any group.
        is_doubtful = True
    is_open = bool(aggregate.undecided or undecided)
    return Groups(fields, f"{type_.name}Group", order, keys, len(kept), is_open, is_doubtful, page, unordered)


def _order(fields: Fields, type_: Any, parts: Sequence[KeyPart], given: Sequence[Mapping[str, Any]]) -> list[SortKey]:
    keys: list[SortKey] = []
    left = dict.fromkeys(part.path for part in parts)
    for entry in given:
        if entry.get("key") is None:
            keys.append(of_group(fields, type_, entry))
        else:
            path, direction = named(type_, entry["key"])
            left.pop(path, None)
            keys.append(_key(fields, parts, path, descending=direction == "DESC"))
    return [*keys, *(_key(fields, parts, path, descending=False) for path in left)]


def _key(fields: Fields, parts: Sequence[KeyPart], path: str, *, descending: bool) -> SortKey:
    ((position, part),) = ((position, part) for position, part in enumerate(parts) if part.path == path)
    return SortKey(f"key.{path}", descending, lambda group: place(part.type, group.values[position]))


def _comparable(keys: Sequence[SortKey], group: Group, unordered: set[tuple[Any, ...]]) -> Comparable:
    found = []
    for key in keys:
        try:
            found.append(key.of(group))
        except Refused:
            unordered.add(group.values)
            found.append((1,))
    return tuple(found)
