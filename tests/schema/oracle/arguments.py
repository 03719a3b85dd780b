"""Arguments of generated documents: values from the data and near misses, written out or as variables."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_enum_type, is_leaf_type, is_list_type, is_non_null_type
from hypothesis import strategies as st

from tests.schema.oracle.filters import RANGES
from tests.schema.oracle.pages import DEFAULT_PAGE

if TYPE_CHECKING:
    from graphql import GraphQLField

    from tests.schema.oracle.documents import Author

TIMES = ("from", "to", "fromRelease", "toRelease")
PAGING = ("where", "orderBy", "first", "after", "last", "before")
MISSES = ("", "제10조", "ｓｍｒ", "%", "_", "\\", '"', "'", "없음", "\n", "🙂", "a", "가")
ANY: dict[str, Any] = {"Int": 0, "Decimal": "0", "Date": "2026-06-18", "DateTime": "2026-06-18T14:00:00+09:00"}
"""A value of each type for where the data has none."""
ROWS = 150
"""How many rows of the deepest list a document may ask for, about."""


class Arguments:
    """Writes the arguments of one document and declares its variables."""

    def __init__(self, author: Author) -> None:
        self._author, self._world = author, author.world
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}

    def of(self, definition: GraphQLField, target: Any, rows: int) -> tuple[str, int]:
        """Write a field's arguments; return how many rows it then gives at most, too."""
        given = [
            f"{name}: {self.written(self._own(target, name, argument.type), argument.type)}"
            for name, argument in definition.args.items()
            if name not in (*PAGING, *TIMES, "asOf", "atRelease")
            and (is_non_null_type(argument.type) or self._author.chance(2))
        ]
        if "fromRelease" in definition.args:
            given += [
                f"{name}: {self.written(time, definition.args[name].type, sure=True)}" for name, time in self._times()
            ]
        size = 1
        if "orderBy" in definition.args:
            paging, size = self._paging(definition, self._world.fields.row_type(target), rows)
            given += paging
        return f"({', '.join(given)})" if given else "", size

    def _own(self, target: Any, name: str, type_: Any) -> Any:
        if is_enum_type(get_named_type(type_)):
            return self._author.one_of(list(get_named_type(type_).values))
        if name in ("regime", "regimes"):
            few = [self._identifier("Regime") for _ in range(self._author.draw(st.integers(0, 3)))]
            return few if name == "regimes" else self._identifier("Regime")
        if name == "ids":
            return [self._identifier("Node") for _ in range(self._author.draw(st.integers(0, 4)))]
        if name == "id":
            return self._identifier(target.name)
        return self._near("String", self._author.one_of(self._world.values("OrganizationName", "name")))

    def _times(self) -> list[tuple[str, Any]]:
        """Draw two days or two releases, the earlier one first."""
        if self._author.chance(2):
            releases = [self._author.draw(st.integers(0, 3)) for _ in range(2)]
            return list(zip(("fromRelease", "toRelease"), sorted(releases), strict=True))
        known = self._world.values("Designation", "validFrom") or [ANY["Date"]]
        days = [self._near("Date", self._author.one_of(known)) for _ in range(2)]
        return list(zip(("from", "to"), sorted(days), strict=True))

    def _identifier(self, type_: str) -> str:
        if self._author.chance(6):
            return str(self._author.one_of(["", "no:such", "ministry", "ministry:", "\\'", "release:0"]))
        known = self._world.identifiers if type_ == "Node" else self._world.values(type_, "id")
        return str(self._author.one_of(known or [""]))

    def _paging(self, definition: GraphQLField, row_type: Any, rows: int) -> tuple[list[str], int]:
        author, given = self._author, []

        def give(name: str, value: Any, *, sure: bool) -> None:
            given.append(f"{name}: {self.written(value, definition.args[name].type, sure=sure)}")

        if author.chance(2):
            give("where", self.where(get_named_type(definition.args["where"].type), row_type, 2), sure=False)
        order = None
        if author.chance(2):
            ordering: Any = get_named_type(definition.args["orderBy"].type)
            order = [self._order(ordering, 2) for _ in range(author.draw(st.integers(0, 3)))]
        side = author.one_of(["after", "before"]) if author.chance(4) else None
        if order is not None:
            give("orderBy", order, sure=side is not None)
        if side and (cursors := self._world.cursors(row_type.name, order or None)):
            give(side, author.one_of(cursors), sure=True)
        room = max(1, ROWS // rows)
        if room >= DEFAULT_PAGE and author.chance(2):
            return given, DEFAULT_PAGE
        size = author.draw(st.integers(0, min(room, 5)))
        give(author.one_of(["first", "first", "last"]), size, sure=True)
        return given, size or 1

    def where(self, type_: Any, row_type: Any, depth: int) -> dict[str, Any]:
        """Draw a filter on rows of a type."""
        names = list(type_.fields)
        if depth <= 0 or self._author.chance(2):
            names = [name for name in names if get_named_type(type_.fields[name].type).name.endswith("Filter")]
        chosen = [self._author.one_of(names) for _ in range(2 if self._author.chance(3) else 1)]
        return {name: self._condition(type_, row_type, name, depth - 1) for name in chosen}

    def _condition(self, type_: Any, row_type: Any, name: str, depth: int) -> Any:
        author = self._author
        if name in ("and", "or"):
            return [self.where(type_, row_type, depth) for _ in range(author.draw(st.integers(0, 2)))]
        if name == "not":
            return self.where(type_, row_type, depth)
        inner: Any = get_named_type(type_.fields[name].type)
        if name in RANGES:
            operator = author.one_of(list(inner.fields))
            return {operator: self._ranged(inner.fields[operator].type, row_type.name, RANGES[name])}
        target: Any = get_named_type(row_type.fields[name].type)
        if is_leaf_type(target):
            operators = [author.one_of(list(inner.fields)) for _ in range(2 if author.chance(5) else 1)]
            return {operator: self._operand(inner, operator, row_type.name, name) for operator in operators}
        if not self._world.fields.is_list(target):
            return self.where(inner, target, depth)
        below = self._world.fields.row_type(target)
        quantifiers = [author.one_of(["some", "every", "none"]) for _ in range(2 if author.chance(5) else 1)]
        return {each: self.where(get_named_type(inner.fields[each].type), below, depth) for each in quantifiers}

    def _operand(self, filter_: Any, operator: str, type_: str, name: str) -> Any:
        wanted = filter_.fields[operator].type
        if is_list_type(wanted):
            return [self._value(wanted, type_, name) for _ in range(self._author.draw(st.integers(0, 3)))]
        return self._value(wanted, type_, name)

    def _ranged(self, wanted: Any, type_: str, ends: tuple[str, str]) -> Any:
        """Draw a value, or the ends of a span of which either may be open."""
        if is_leaf_type(wanted):
            return self._value(wanted, type_, self._author.one_of(ends))
        given = sorted((self._value(wanted.fields["to"].type, type_, end) for end in ends), key=_size)
        return {name: value for name, value in zip(("from", "to"), given, strict=True) if not self._author.chance(4)}

    def _value(self, wanted: Any, type_: str, name: str) -> Any:
        named: Any = get_named_type(wanted)
        if is_enum_type(named):
            return self._author.one_of(list(named.values))
        if named.name == "Boolean":
            return self._author.one_of([True, False])
        values = self._world.values(type_, name) or [ANY.get(named.name, "")]
        return self._near(named.name, self._author.one_of(values))

    def _near(self, type_: str, value: Any) -> Any:
        """Return the value itself, or one that a mistake might take for it."""
        if not self._author.chance(2):
            return value
        step = self._author.one_of([-1, 1])
        if type_ == "Int":
            return min(max(value + step, -(2**31)), 2**31 - 1)
        if type_ == "Decimal":
            return self._author.one_of([str(Decimal(value) + step), f"{value}00" if "." in value else value, step])
        if type_ == "Date":
            day = date.fromisoformat(value).toordinal() + step
            return date.fromordinal(min(max(day, 1), date.max.toordinal())).isoformat()
        if type_ == "DateTime":
            return (datetime.fromisoformat(value) + timedelta(seconds=step)).isoformat()
        spelled = [value.upper(), value.lower(), *(unicodedata.normalize(form, value) for form in ("NFD", "NFKC"))]
        return self._author.one_of([value[:1], value[1:2], value[:-1], value + "x", *spelled, *MISSES])

    def _order(self, type_: Any, depth: int) -> dict[str, Any]:
        names = [name for name, field in type_.fields.items() if depth or is_enum_type(get_named_type(field.type))]
        name = self._author.one_of(names)
        inner: Any = get_named_type(type_.fields[name].type)
        if is_enum_type(inner):
            return {name: self._author.one_of(["ASC", "DESC"])}
        return {name: self._order(inner, depth - 1)}

    def written(self, value: Any, type_: Any, *, sure: bool = False, strict: bool = False) -> str:
        """Write a value out or as a variable.

        ``sure`` says that it may not be left out, ``strict`` that a variable in its place may not be null.
        """
        if self._author.chance(4):
            return self._variable(value, type_, sure=sure, strict=strict)
        bare = type_.of_type if is_non_null_type(type_) else type_
        if isinstance(value, dict):
            strict = bare.name.endswith("Order")
            members = (
                f"{name}: {self.written(item, bare.fields[name].type, sure=sure, strict=strict)}"
                for name, item in value.items()
            )
            return "{" + ", ".join(members) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.written(item, bare.of_type, sure=sure) for item in value) + "]"
        return literal(value, bare)

    def _variable(self, value: Any, type_: Any, *, sure: bool, strict: bool) -> str:
        name = self._author.name("v")
        optional = not strict and not is_non_null_type(type_)
        if optional and not sure and self._author.chance(6):
            self.declared.append(f"${name}: {type_}")
        elif optional and self._author.chance(4):
            self.declared.append(f"${name}: {type_} = {literal(value, type_)}")
        else:
            self.declared.append(f"${name}: {type_}{'!' if strict and not is_non_null_type(type_) else ''}")
            self.variables[name] = value
        return f"${name}"


def _size(value: Any) -> Any:
    """Return what sorts numbers and days as they are written; days sort as texts."""
    return value if isinstance(value, str) and value.count("-") == 2 else Decimal(value)


def literal(value: Any, type_: Any) -> str:
    """Write a value out, as it stands in a document."""
    bare = type_.of_type if is_non_null_type(type_) else type_
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(item, bare.fields[name].type)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item, bare.of_type) for item in value) + "]"
    return str(value) if is_enum_type(bare) else json.dumps(value, ensure_ascii=False)
