"""What the rows of a list come to: counts, sums, averages, smallest and largest values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_leaf_type

from tests.schema.oracle.keys import key_parts
from tests.schema.oracle.made import Made, Refused
from tests.schema.oracle.meanings import TOTALS
from tests.schema.oracle.scalars import average, total
from tests.schema.oracle.sorting import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.schema.oracle.fields import Fields
    from tests.schema.oracle.rows import Row

NUMBERS = ("sum", "avg")
VALUES = ("min", "max")


@dataclass(frozen=True)
class Aggregate(Made):
    """Rows of one type, to be counted and added up; of the ``undecided`` it is unknown whether they are among them."""

    fields: Fields
    type: Any
    rows: Sequence[Row]
    undecided: Sequence[Row] = ()

    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        if name in (*NUMBERS, *VALUES):
            return Values(self, name, "", mixed=arguments.get("mixed") is True)
        self.need()
        if name == "count":
            return len(self.rows)
        if name == "countDistinct":
            parts = key_parts(self.fields, self.type, arguments["of"])
            combinations = {tuple(part.read(row) for part in parts) for row in self.rows}
            return sum(any(value is not None for value in each) for each in combinations)
        leaf, reckon = TOTALS[f"{self.type.name}.{name}"]
        self._refuse_mixed(leaf, mixed=arguments.get("mixed") is True)
        return reckon(self.fields.rows, self.rows, arguments) if self.rows else None

    def value(self, function: str, path: str, arguments: Mapping[str, Any], *, mixed: bool) -> Any:
        """Return the sum, average, smallest or largest of a leaf's present values, None where there are none."""
        self.need()
        type_, read = self.fields.leaf(self.type, path)
        if function in NUMBERS:
            self._refuse_mixed(path, mixed=mixed)
        present = [value for row in self.rows if (value := read(row, arguments)) is not None]
        if not present:
            return None
        if function in NUMBERS:
            return total(present) if function == "sum" else average(present)
        return (min if function == "min" else max)(present, key=lambda value: place(type_, value))

    def comparable(self, function: str, path: str, *, mixed: bool) -> Any:
        """Return what stands for such a value, or for the number of rows, where it is sorted by."""
        if function == "count":
            self.need()
            return len(self.rows)
        value = self.value(function, path, {}, mixed=mixed)
        return value if function in NUMBERS else place(self.fields.leaf(self.type, path)[0], value)

    def need(self) -> None:
        """Note that an answer depends on which rows these are."""
        self.fields.doubts.must |= bool(self.undecided)

    def _refuse_mixed(self, leaf: str, *, mixed: bool) -> None:
        readers = [self.fields.leaf(self.type, path)[1] for path in self.fields.apart(self.type, leaf)]
        if not mixed and len({tuple(read(row) for read in readers) for row in self.rows}) > 1:
            raise Refused("MIXED_KINDS")


@dataclass(frozen=True)
class Values(Made):
    """One function of every leaf, or of every part of a value type at ``path``."""

    aggregate: Aggregate
    function: str
    path: str
    mixed: bool

    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        fields, path = self.aggregate.fields, f"{self.path}{name}"
        if not self.path and fields.is_embedded(get_named_type(self.aggregate.type.fields[name].type)):
            return Values(self.aggregate, self.function, f"{path}.", self.mixed)
        return self.aggregate.value(self.function, path, arguments, mixed=self.mixed)


def leaves(fields: Fields, type_: Any, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return the path of each leaf that an input names with what is said of it."""
    for name, value in given.items():
        target: Any = get_named_type(type_.fields[name].type)
        if is_leaf_type(target):
            yield name, value
        elif value is not None:
            yield from ((f"{name}.{path}", inner) for path, inner in leaves(fields, target, value))
