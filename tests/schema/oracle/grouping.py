"""Generated groups and aggregates: keys, conditions and orderings, as far as the schema has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_enum_type, is_leaf_type
from hypothesis import strategies as st

from tests.schema.oracle.keys import named

if TYPE_CHECKING:
    from tests.schema.oracle.arguments import Arguments
    from tests.schema.oracle.documents import Author

FUNCTIONS = ("count", "sum", "avg", "min", "max")


class Grouping:
    """Draws the inputs of groups and aggregates for one document."""

    def __init__(self, author: Author, arguments: Arguments) -> None:
        self._author, self._arguments = author, arguments

    def by(self, type_: Any, row_type: Any) -> list[dict[str, Any]]:
        """Draw the keys of groups, each once; now and then none, or one of them twice."""
        drawn = [self._key(type_, 2) for _ in range(self._author.draw(st.integers(1, 3)))]
        found = list({named(row_type, each)[0]: each for each in drawn}.values())
        if self._author.chance(25):
            return self._author.one_of([[], [*found, found[0]]])  # type: ignore[no-any-return]
        return found

    def of(self, type_: Any) -> list[dict[str, Any]]:
        """Draw the keys whose combinations are counted."""
        return [self._key(type_, 2)]

    def _key(self, type_: Any, depth: int) -> dict[str, Any]:
        leaves = [name for name, field in type_.fields.items() if is_enum_type(get_named_type(field.type))]
        name = self._author.one_of(list(type_.fields) if depth and self._author.chance(3) else leaves)
        inner: Any = get_named_type(type_.fields[name].type)
        return {name: self._author.one_of(list(inner.values)) if is_enum_type(inner) else self._key(inner, depth - 1)}

    def aggregated(self, type_: Any, row_type: Any) -> dict[str, Any]:
        """Draw conditions on what rows come to."""
        functions = [name for name in FUNCTIONS if name in type_.fields]
        chosen = [self._author.one_of(functions) for _ in range(2 if self._author.chance(5) else 1)]
        found: dict[str, Any] = {}
        for function in chosen:
            inner: Any = get_named_type(type_.fields[function].type)
            if function == "count":
                found[function] = {self._author.one_of(["eq", "ne", "gt", "lte"]): self._author.draw(st.integers(0, 3))}
            else:
                found[function] = self._on_leaf(inner, row_type)
        return {**found, **self._mixed()}

    def _on_leaf(self, type_: Any, row_type: Any) -> dict[str, Any]:
        name = self._author.one_of(list(type_.fields))
        inner: Any = get_named_type(type_.fields[name].type)
        target: Any = get_named_type(row_type.fields[name].type)
        if not is_leaf_type(target):
            return {name: self._on_leaf(inner, target)}
        operator = self._author.one_of(list(inner.fields))
        return {name: {operator: self._arguments.operand(inner, operator, row_type.name, name)}}

    def ordering(self, type_: Any, row_type: Any) -> dict[str, Any]:
        """Draw what a list, or a group, is sorted by: exactly one aggregate."""
        function = self._author.one_of([name for name in FUNCTIONS if name in type_.fields])
        inner: Any = get_named_type(type_.fields[function].type)
        direction = {function: self._arguments.direction(inner)}
        if "where" in type_.fields and self._author.chance(3):
            where: Any = get_named_type(type_.fields["where"].type)
            direction["where"] = self._arguments.where(where, row_type, 1)
        return {**direction, **self._mixed()}

    def group_order(self, type_: Any, row_type: Any, by: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Draw what groups are sorted by: their keys, now and then one that they lack, and what their rows come to."""
        found = []
        for _ in range(self._author.draw(st.integers(0, 3))):
            if by and self._author.chance(2):
                found.append({"key": self._sorted(self._author.one_of(by))})
            elif self._author.chance(25):
                keys: Any = get_named_type(type_.fields["key"].type)
                found.append({"key": self._arguments.order(keys, row_type, 1)})
            else:
                found.append(self.ordering(type_, row_type))
        return found

    def _sorted(self, entry: dict[str, Any]) -> dict[str, Any]:
        ((name, value),) = entry.items()
        if isinstance(value, dict):
            return {name: self._sorted(value)}
        return {name: self._author.one_of(["ASC", "DESC"])}

    def _mixed(self) -> dict[str, Any]:
        # Amounts of several kinds are refused, and a refusal tells little.
        return {} if self._author.chance(4) else {"mixed": not self._author.chance(5)}


def key_tree(by: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the keys of groups as a tree of names."""
    tree: dict[str, Any] = {}
    for entry in by:
        _grow(tree, entry)
    return tree


def _grow(tree: dict[str, Any], entry: dict[str, Any]) -> None:
    ((name, value),) = entry.items()
    if isinstance(value, dict):
        _grow(tree.setdefault(name, {}), value)
    else:
        tree[name] = None
