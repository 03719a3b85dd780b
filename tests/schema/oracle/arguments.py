"""Arguments of generated documents: values from the data and near misses, written out or as variables."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_enum_type, is_leaf_type, is_list_type, is_required_argument
from hypothesis import strategies as st

from tests.schema.oracle.filters import RANGES
from tests.schema.oracle.grouping import Grouping
from tests.schema.oracle.pages import DEFAULT_PAGE
from tests.schema.oracle.searching import latin
from tests.schema.oracle.typed import initials, keys
from tests.schema.oracle.writing import Writing

if TYPE_CHECKING:
    from graphql import GraphQLField

    from tests.schema.oracle.documents import Author

PAGING = ("where", "orderBy", "first", "after", "last", "before", "by", "having")
SPANS = (("fromRelease", "toRelease"), ("from", "to"), ("since", "until"))
TIMES = ("asOf", "atRelease", *(end for span in SPANS for end in span))
MISSES = ("", "제10조", "ｓｍｒ", "%", "_", "\\", '"', "'", "없음", "\n", "🙂", "a", "가")
ANY: dict[str, Any] = {"Int": 0, "Decimal": "0", "Date": "2026-06-18", "DateTime": "2026-06-18T14:00:00+09:00"}
"""A value of each type for where the data has none."""
ROWS = 150
"""How many rows of the deepest list a document may ask for, about."""


class Arguments(Writing):
    """Draws the arguments of one document and writes them."""

    def __init__(self, author: Author) -> None:
        super().__init__(author)
        self._world = author.world
        self._grouping = Grouping(author, self)
        self._release: int | None = None
        if author.at is not None:
            self.declared.append("$at: Int")

    def begin(self) -> None:
        """Begin a root field: which release the cursors below it are of, None for the newest without saying so."""
        self._release = self._author.at
        if self._author.at is None and self._author.chance(3):
            self._release = self._author.draw(st.integers(1, max(1, self._world.history.latest)))

    def of(self, definition: GraphQLField, target: Any, rows: int) -> tuple[str, int]:
        """Write a field's arguments; return how many rows it then gives at most, too."""
        given = [
            f"{name}: {self.written(self._own(target, name, argument.type), argument.type)}"
            for name, argument in definition.args.items()
            if name not in (*PAGING, *TIMES) and (is_required_argument(argument) or self._author.chance(2))
        ]
        given += self._moment(definition)
        given += self._two_times(definition)
        size = 1
        if "orderBy" in definition.args:
            paging, size = self._paging(definition, self._world.fields.row_type(target), rows)
            given += paging
        return f"({', '.join(given)})" if given else "", size

    def groups(self, definition: GraphQLField, row_type: Any, rows: int) -> tuple[str, int, list[dict[str, Any]]]:
        """Write the arguments of groups; return how many there are at most, and their keys, too."""
        author, given = self._author, []
        by = self._grouping.by(get_named_type(definition.args["by"].type), row_type)

        def give(name: str, value: Any) -> None:
            given.append(f"{name}: {self.written(value, definition.args[name].type, sure=True)}")

        give("by", by)
        if author.chance(3):
            give("having", self._grouping.aggregated(get_named_type(definition.args["having"].type), row_type))
        order = None
        if author.chance(2):
            order = self._grouping.group_order(get_named_type(definition.args["orderBy"].type), row_type, by)
            give("orderBy", order)
        if author.chance(4) and (cursors := self._world.group_cursors(row_type.name, by, order, self._walk())):
            give(author.one_of(["after", "before"]), author.one_of(cursors))
        size = self._size(rows)
        if size is not None:
            give(author.one_of(["first", "first", "last"]), size)
        return f"({', '.join(given)})", DEFAULT_PAGE if size is None else size or 1, by

    def _own(self, target: Any, name: str, type_: Any) -> Any:
        if is_enum_type(get_named_type(type_)):
            names = list(get_named_type(type_).values)
            if is_list_type(type_):
                return [self._author.one_of(names) for _ in range(self._author.draw(st.integers(0, 3)))]
            return self._author.one_of(names)
        if name == "number":
            return self._number()
        if name in ("regime", "regimes"):
            few = [self._identifier("Regime") for _ in range(self._author.draw(st.integers(0, 3)))]
            return few if name == "regimes" else self._identifier("Regime")
        if name == "ids":
            return [self._identifier("Node") for _ in range(self._author.draw(st.integers(0, 4)))]
        if name == "id":
            return self._identifier(target.name)
        if name == "of":
            return self._grouping.of(get_named_type(type_))
        if name == "text":
            return self._searched()
        if name == "mixed":
            return self._author.chance(2)
        return self._near("String", self._author.one_of(self._world.values("OrganizationName", "name")))

    def _moment(self, definition: GraphQLField) -> list[str]:
        given = []
        if "asOf" in definition.args and self._author.chance(4):
            day = self._near("Date", self._author.one_of(self._world.days))
            given.append(f"asOf: {self.written(day, definition.args['asOf'].type)}")
        if "atRelease" in definition.args:
            if self._author.at is not None:
                given.append("atRelease: $at")
            elif self._author.chance(4):
                given.append(f"atRelease: {self.written(self._at_release(), definition.args['atRelease'].type)}")
        return given

    def _two_times(self, definition: GraphQLField) -> list[str]:
        """Draw two days or two releases, the earlier one first."""
        pairs = [
            pair
            for pair in (("fromRelease", "toRelease"), ("from", "to"), ("since", "until"))
            if pair[0] in definition.args
        ]
        if not pairs:
            return []
        names = list(self._author.one_of(pairs))
        if get_named_type(definition.args[names[0]].type).name == "Int":
            times = [self._number() for _ in range(2)]
        else:
            times = [self._near("Date", self._author.one_of(self._world.days)) for _ in range(2)]
        if names[0] == "since" and self._author.chance(2):
            names, times = names[:1], times[:1]
        return [
            f"{name}: {self.written(time, definition.args[name].type, sure=True)}"
            for name, time in zip(names, sorted(times), strict=True)
        ]

    def _number(self) -> int:
        """Draw the number of a release, now and then of one that is none."""
        return self._author.draw(st.integers(0, self._world.history.latest + 1))

    def _at_release(self) -> int:
        latest = self._world.history.latest
        if self._author.chance(15):
            return int(self._author.one_of([-1, latest + 1, 2**31 - 1]))
        return self._release or self._author.draw(st.integers(0, latest))

    def _walk(self) -> int | None:
        """Return at which release a cursor was given out; now and then it is not that of the others."""
        if self._author.at is None and self._author.chance(15):
            return self._author.draw(st.integers(1, max(1, self._world.history.latest)))
        return self._release

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
            order = [self.order(ordering, row_type, 2) for _ in range(author.draw(st.integers(0, 3)))]
        side = author.one_of(["after", "before"]) if author.chance(4) else None
        if order is not None:
            give("orderBy", order, sure=side is not None)
        if side and (cursors := self._world.cursors(row_type.name, order or None, self._walk())):
            give(side, author.one_of(cursors), sure=True)
        size = self._size(rows)
        if size is None:
            return given, DEFAULT_PAGE
        give(author.one_of(["first", "first", "last"]), size, sure=True)
        return given, size or 1

    def _size(self, rows: int) -> int | None:
        """Draw the size of a page, None for the size that it has unasked."""
        room = max(1, ROWS // rows)
        if room >= DEFAULT_PAGE and self._author.chance(2):
            return None
        return self._author.draw(st.integers(0, min(room, 5)))

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
            return {operator: self.operand(inner, operator, row_type.name, name) for operator in operators}
        if not self._world.fields.is_list(target):
            return self.where(inner, target, depth)
        return self._on_list(inner, self._world.fields.row_type(target), depth)

    def _on_list(self, type_: Any, row_type: Any, depth: int) -> dict[str, Any]:
        author, found = self._author, {}
        if "count" in type_.fields and author.chance(2):
            found = self._grouping.aggregated(type_, row_type)
            if author.chance(2):
                found["where"] = self.where(get_named_type(type_.fields["where"].type), row_type, depth)
            if author.chance(4):
                return found
        quantifiers = [author.one_of(["some", "every", "none"]) for _ in range(2 if author.chance(5) else 1)]
        inner = {each: get_named_type(type_.fields[each].type) for each in quantifiers}
        return {**found, **{each: self.where(inner[each], row_type, depth) for each in quantifiers}}

    def operand(self, filter_: Any, operator: str, type_: str, name: str) -> Any:
        """Draw what a field is compared with."""
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
        value = self._author.one_of(values)
        return self._near(named.name, str(value) if named.name == "Decimal" else value)

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
        if self._author.chance(2):
            return self.typed(value)
        return self._author.one_of([value[:1], value[1:2], value[:-1], value + "x", *spelled, *MISSES])

    def _searched(self) -> str:
        """Draw what to search for, now and then by the other layout, of which the oracle can say what is found."""
        for _ in range(3):
            text = str(self._near("String", self._author.one_of(self._world.names)))
            if self._author.chance(4):
                text = "".join(map(latin, keys(text)))
            if self._world.is_sure(text):
                return text
        return "기술없음"

    def typed(self, value: str) -> str:
        """Draw a part of a text as someone types it: half a syllable, initials, with spaces and dots in it."""
        start = self._author.draw(st.integers(0, max(0, len(value) - 1)))
        part = value[start : start + self._author.draw(st.integers(1, 8))]
        half = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", part)[:-1])
        return str(self._author.one_of([part, half, initials(part), " ".join(half), f"·{part}", part + half[:1]]))

    def order(self, type_: Any, row_type: Any, depth: int) -> dict[str, Any]:
        """Draw one key to sort by: of the row, of a row that it refers to, or of what its list comes to."""
        names = [name for name, field in type_.fields.items() if depth or is_enum_type(get_named_type(field.type))]
        name = self._author.one_of(names)
        inner: Any = get_named_type(type_.fields[name].type)
        if is_enum_type(inner):
            return {name: self._author.one_of(["ASC", "DESC"])}
        target: Any = get_named_type(row_type.fields[name].type)
        if self._world.fields.is_list(target):
            return {name: self._grouping.ordering(inner, self._world.fields.row_type(target))}
        return {name: self.order(inner, target, depth - 1)}

    def direction(self, type_: Any) -> Any:
        """Draw a direction, or one for some leaf of an input."""
        if is_enum_type(type_):
            return self._author.one_of(["ASC", "DESC"])
        name = self._author.one_of(list(type_.fields))
        return {name: self.direction(get_named_type(type_.fields[name].type))}


def _size(value: Any) -> Any:
    """Return what sorts numbers and days as they are written; days sort as texts."""
    return value if isinstance(value, str) and value.count("-") == 2 else Decimal(value)
