"""The keys of groups: leaves at the end of a path, each as it is or by the period in which it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_leaf_type

from tests.schema.oracle.scalars import plain
from tests.schema.oracle.times import beginning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.schema.oracle.fields import Fields
    from tests.schema.oracle.rows import Row


@dataclass(frozen=True)
class KeyPart:
    """One key: where it is found, by which period, and of which type its values are."""

    path: str
    period: str
    type: Any
    find: Callable[[Row], Any]

    def read(self, row: Row) -> Any:
        return beginning(self.period, self.find(row))


def key_parts(fields: Fields, type_: Any, by: Sequence[Mapping[str, Any]]) -> list[KeyPart]:
    """Return the keys that an input names, in its order."""
    return [KeyPart(path, period, *fields.leaf(type_, path)) for path, period in (named(type_, each) for each in by)]


def named(type_: Any, entry: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the path to the one leaf that an entry names, and what it says of it."""
    ((name, value),) = ((name, value) for name, value in entry.items() if value is not None)
    target: Any = get_named_type(type_.fields[name].type)
    if is_leaf_type(target):
        return name, plain(value)
    path, inner = named(target, value)
    return f"{name}.{path}", inner
