"""What comes first: text in its natural order, a closed list as it is declared, absent values last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLString, is_enum_type

from tests.schema.oracle.ranks import natural

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Comparable = tuple[Any, ...]


def place(type_: Any, value: Any) -> Any:
    """Return what stands for a value of a leaf type where values are compared."""
    if value is None:
        return None
    if is_enum_type(type_):
        return list(type_.values).index(value)
    return natural(value) if type_ is GraphQLString else value


@dataclass(frozen=True)
class SortKey:
    """What a list is sorted by; ``name`` tells it from others, ``read`` gives what stands for an entry's value."""

    name: str
    descending: bool
    read: Callable[[Any], Any]

    def of(self, entry: Any) -> Comparable:
        value = self.read(entry)
        if value is None:
            return (1,)
        return (0, Descending(value) if self.descending else value)


@dataclass(frozen=True)
class Descending:
    """A value that comes before the smaller ones."""

    value: Any

    def __lt__(self, other: Descending) -> bool:
        return bool(other.value < self.value)


@dataclass(frozen=True)
class Cut:
    """A page cut out of ordered entries."""

    entries: Sequence[Any]
    has_next: bool
    has_previous: bool
    is_full: bool


def cut(entries: Sequence[Any], key: Callable[[Any], Comparable], arguments: Mapping[str, Any], default: int) -> Cut:
    """Order entries and cut a page: by both cursors first, then by size; the cursors come as what they compare as."""
    after, before = arguments.get("after"), arguments.get("before")
    window = sorted(entries, key=key)
    precedes = after is not None and any(not after < key(entry) for entry in entries)
    follows = before is not None and any(not key(entry) < before for entry in entries)
    if after is not None:
        window = [entry for entry in window if after < key(entry)]
    if before is not None:
        window = [entry for entry in window if key(entry) < before]
    last, first = arguments.get("last"), arguments.get("first")
    if last is not None:
        kept = window[max(0, len(window) - last) :]
        return Cut(kept, follows, precedes or len(window) > last, len(window) >= last)
    size = default if first is None else first
    return Cut(window[:size], follows or len(window) > size, precedes, len(window) >= size)
