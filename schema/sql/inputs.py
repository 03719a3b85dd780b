"""The inputs of lists, made from the linked types: ``XWhere``, ``XOrder``, and a filter for each kind of leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
)

from schema.limits import LARGEST_PAGE
from schema.sql.aggregate_inputs import AggregateInputs
from schema.sql.comparable import comparable
from schema.sql.enums import enum_type
from schema.sql.linking import Embedded, Leaf, LinkedType, Span, ToMany, ToOne
from schema.sql.ordering import Direction
from schema.sql.pages import DEFAULT_PAGE
from schema.sql.scalars import Scalar

Members = dict[str, tuple[Any, str]]
"""The fields of an input by name, each with its type and its description."""

EQUALITY = ("eq", "ne", "in", "isNull")
COMPARISON = ("eq", "ne", "in", "lt", "lte", "gt", "gte", "isNull")
TEXT = (
    *COMPARISON[:-1],
    *("contains", "startsWith", "containsExactly", "startsWithExactly", "eqInsensitive", "isNull"),
)
TEXT_LIST = ("has", "hasAny", "hasAll", "isEmpty")

_OPERATORS: Mapping[str, str] = {
    "eq": "같음 | Equal",
    "ne": "다름 | Not equal; rows without the value count as different",
    "in": "목록 중 하나 | One of these",
    "lt": "미만 | Less than",
    "lte": "이하 | At most",
    "gt": "초과 | More than",
    "gte": "이상 | At least",
    "contains": "포함(검색과 같은 방식) | Contains this as search matches texts: half typed, by initials",
    "startsWith": "시작(검색과 같은 방식) | Begins with this as search matches texts",
    "containsExactly": "포함(표기 그대로) | Contains this text, exactly as written",
    "startsWithExactly": "시작(표기 그대로) | Begins with this text, exactly as written",
    "eqInsensitive": "같음(대소문자·전각 무시) | Equal but for case and width",
    "isNull": "값 없음 | Whether the value is absent",
    "has": "항목 포함 | Holds this text as an item",
    "hasAny": "항목 하나 이상 포함 | Holds at least one of these as an item",
    "hasAll": "항목 모두 포함 | Holds each of these as an item",
    "isEmpty": "빈 목록 | Whether there is no item",
}
_LISTS = frozenset({"in", "hasAny", "hasAll"})
_SWITCHES = frozenset({"isNull", "isEmpty"})
_FILTERED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "TextFilter": ("String", TEXT),
    "TextListFilter": ("String", TEXT_LIST),
    "IDFilter": ("ID", EQUALITY),
    "IntFilter": ("Int", COMPARISON),
    "DecimalFilter": ("Decimal", COMPARISON),
    "DateFilter": ("Date", COMPARISON),
    "DateTimeFilter": ("DateTime", COMPARISON),
    "BooleanFilter": ("Boolean", ("eq", "ne", "isNull")),
}


class Inputs:
    """Makes each input type once; ``named`` gives it the scalars and enums of the schema."""

    def __init__(self, types: Mapping[str, LinkedType], named: Callable[[str], Any]) -> None:
        self._types, self._named = types, named
        self._made: dict[str, GraphQLInputObjectType] = {}
        self.direction = enum_type(Direction)
        self.aggregates = AggregateInputs(self, types)

    def list_arguments(self, target: str) -> dict[str, GraphQLArgument]:
        """Return the arguments of a connection of ``target``."""
        return {"where": self._where_argument(target), "orderBy": self._order_argument(target)} | page_arguments()

    def _where_argument(self, target: str) -> GraphQLArgument:
        return GraphQLArgument(self.where(target), description="조건 | Which rows")

    def _order_argument(self, target: str) -> GraphQLArgument:
        order = GraphQLList(GraphQLNonNull(self.order(target)))
        return GraphQLArgument(order, description="정렬 | In which order; absent values last, ties by id")

    def where(self, target: str) -> GraphQLInputObjectType:
        """Return ``XWhere``: boolean operators, and a condition for each field that can be compared."""
        name = f"{target}Where"

        def members() -> Members:
            own, several = self.where(target), GraphQLList(GraphQLNonNull(self.where(target)))
            return {
                "and": (several, "모두 성립 | All of these hold"),
                "or": (several, "하나 이상 성립 | At least one of these holds"),
                "not": (own, "불성립 | This does not hold"),
            } | {key: (self._condition(field), text) for key, field, text in filterable(self._types[target])}

        return self.input(name, f"{target} 조건 | Which rows; all given conditions hold together", members)

    def order(self, target: str) -> GraphQLInputObjectType:
        """Return ``XOrder``: one key to sort by."""

        def members() -> Members:
            return {
                key: (self._ordering(field), text)
                for key, field, text in comparable(self._types[target])
                if not (isinstance(field, Leaf) and field.scalar.is_list)
            }

        text = f"{target} 정렬 | What to sort by; one key an entry"
        return self.input(f"{target}Order", text, members, one_of=True)

    def filter(self, name: str) -> GraphQLInputObjectType:
        """Return the filter of one kind of leaf."""
        scalar, operators = _FILTERED.get(name, (name.removesuffix("Filter"), EQUALITY))

        def members() -> Members:
            type_ = self._named(scalar)
            several = GraphQLList(GraphQLNonNull(type_))
            return {
                key: (several if key in _LISTS else GraphQLBoolean if key in _SWITCHES else type_, _OPERATORS[key])
                for key in operators
            }

        subject = "목록 조건 | Conditions on a list" if name.endswith("ListFilter") else "조건 | Conditions on a value"
        return self.input(name, f"{scalar} {subject}; all given ones hold together", members)

    def range_filter(self, scalar: Scalar) -> GraphQLInputObjectType:
        """Return the filter of the ranges of one kind of leaf."""
        name = scalar.filter.removesuffix("Filter")

        def span() -> Members:
            value = self._named(name)
            return {
                "from": (value, "처음 (없으면 무한) | First value, open if left out"),
                "to": (value, "끝 (없으면 무한) | Last value, open if left out"),
            }

        def members() -> Members:
            given = self.input(f"{name}Span", f"{name} 구간 | First and last value, both included", span)
            return {
                "contains": (self._named(name), "이 값 포함 | The range contains this value"),
                "overlaps": (given, "겹침 | The range and this one share a value"),
                "within": (given, "안에 있음 | The range lies within this one"),
            }

        text = f"{name} 범위 조건 | Conditions on a range; all given ones hold together"
        return self.input(f"{name}RangeFilter", text, members)

    def input(
        self, name: str, description: str, members: Callable[[], Members], *, one_of: bool = False
    ) -> GraphQLInputObjectType:
        """Return the input type of that name, made on first use; its fields are optional."""
        if name not in self._made:

            def fields() -> dict[str, GraphQLInputField]:
                return {key: GraphQLInputField(type_, description=text) for key, (type_, text) in members().items()}

            self._made[name] = GraphQLInputObjectType(name, fields, description=description, is_one_of=one_of)
        return self._made[name]

    def _condition(self, field: Leaf | Embedded | ToOne | ToMany | Span) -> GraphQLInputType:
        if isinstance(field, Span):
            return self.range_filter(field.first.scalar)
        if isinstance(field, Leaf):
            return self.filter(field.scalar.filter)
        return self.list_where(field.target) if isinstance(field, ToMany) else self.where(field.target)

    def _ordering(self, field: Leaf | Embedded | ToOne | ToMany) -> GraphQLInputType:
        if isinstance(field, Leaf):
            return self.direction
        return self.aggregates.list_order(field.target) if isinstance(field, ToMany) else self.order(field.target)

    def list_where(self, target: str) -> GraphQLInputObjectType:
        """Return ``XListWhere``: conditions on the rows of a list, each by itself or all together."""

        def members() -> Members:
            where = self.where(target)
            return {
                "some": (where, "하나 이상 | At least one row of the list fits"),
                "every": (where, "모두 | Every row of the list fits, also where there is none"),
                "none": (where, "없음 | No row of the list fits"),
                "where": (where, "집계 대상 | Which rows the aggregates take; all, if left out"),
            } | self.aggregates.where_members(target)

        return self.input(f"{target}ListWhere", f"{target} 목록 조건 | Conditions on a list", members)


def page_arguments() -> dict[str, GraphQLArgument]:
    """Return the arguments that cut a page from a list."""
    page = f"{DEFAULT_PAGE}, 최대 {LARGEST_PAGE}"
    texts = {
        "first": (GraphQLInt, f"앞에서 몇 건 (기본 {page}) | Rows from the start"),
        "after": (GraphQLString, "이 커서 다음부터 | Only rows after this cursor"),
        "last": (GraphQLInt, f"뒤에서 몇 건 (최대 {LARGEST_PAGE}) | Rows from the end"),
        "before": (GraphQLString, "이 커서 앞까지 | Only rows before this cursor"),
    }
    return {name: GraphQLArgument(type_, description=text) for name, (type_, text) in texts.items()}


def filterable(type_: LinkedType) -> Iterator[tuple[str, Leaf | Embedded | ToOne | ToMany | Span, str]]:
    """Return what clients may filter by, each with its description: what they may compare, and ranges."""
    yield from comparable(type_)
    for key, span in type_.spans.items():
        yield key, span, span.declared.description
