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

from schema.sql.declare import method_arguments
from schema.sql.enums import enum_type
from schema.sql.linking import Embedded, Leaf, LinkedType, ToMany, ToOne
from schema.sql.ordering import Direction
from schema.sql.pages import DEFAULT_PAGE, LARGEST_PAGE

Members = Mapping[str, tuple[Any, str]]
"""The fields of an input by name, each with its type and its description."""

EQUALITY = ("eq", "ne", "in", "isNull")
COMPARISON = ("eq", "ne", "in", "lt", "lte", "gt", "gte", "isNull")
TEXT = (*COMPARISON[:-1], "contains", "startsWith", "isNull")

_OPERATORS: Mapping[str, str] = {
    "eq": "같음 | Equal",
    "ne": "다름 | Not equal; rows without the value count as different",
    "in": "목록 중 하나 | One of these",
    "lt": "미만 | Less than",
    "lte": "이하 | At most",
    "gt": "초과 | More than",
    "gte": "이상 | At least",
    "contains": "포함 | Contains this text, exactly as written",
    "startsWith": "시작 | Begins with this text, exactly as written",
    "isNull": "값 없음 | Whether the value is absent",
}
_FILTERED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "TextFilter": ("String", TEXT),
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
            } | {key: (self._condition(field), text) for key, field, text in comparable(self._types[target])}

        return self.input(name, f"{target} 조건 | Which rows; all given conditions hold together", members)

    def order(self, target: str) -> GraphQLInputObjectType:
        """Return ``XOrder``: one key to sort by."""

        def members() -> Members:
            return {
                key: (self.direction if isinstance(field, Leaf) else self.order(field.target), text)
                for key, field, text in comparable(self._types[target])
                if not isinstance(field, ToMany)
            }

        text = f"{target} 정렬 | What to sort by; one key an entry"
        return self.input(f"{target}Order", text, members, one_of=True)

    def filter(self, name: str) -> GraphQLInputObjectType:
        """Return the filter of one kind of leaf."""
        scalar, operators = _FILTERED.get(name, (name.removesuffix("Filter"), EQUALITY))

        def members() -> Members:
            type_ = self._named(scalar)
            types = {"in": GraphQLList(GraphQLNonNull(type_)), "isNull": GraphQLBoolean}
            return {key: (types.get(key, type_), _OPERATORS[key]) for key in operators}

        return self.input(name, f"{scalar} 조건 | Conditions on a value; all given ones hold together", members)

    def input(
        self, name: str, description: str, members: Callable[[], Members], *, one_of: bool = False
    ) -> GraphQLInputObjectType:
        """Return the input type of that name, made on first use; its fields are optional."""
        if name not in self._made:

            def fields() -> dict[str, GraphQLInputField]:
                return {key: GraphQLInputField(type_, description=text) for key, (type_, text) in members().items()}

            self._made[name] = GraphQLInputObjectType(name, fields, description=description, is_one_of=one_of)
        return self._made[name]

    def _condition(self, field: Leaf | Embedded | ToOne | ToMany) -> GraphQLInputType:
        if isinstance(field, Leaf):
            assert field.scalar.filter
            return self.filter(field.scalar.filter)
        return self._some_every_none(field.target) if isinstance(field, ToMany) else self.where(field.target)

    def _some_every_none(self, target: str) -> GraphQLInputObjectType:
        def members() -> Members:
            where = self.where(target)
            return {
                "some": (where, "하나 이상 | At least one row of the list fits"),
                "every": (where, "모두 | Every row of the list fits, also where there is none"),
                "none": (where, "없음 | No row of the list fits"),
            }

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


def comparable(type_: LinkedType) -> Iterator[tuple[str, Leaf | Embedded | ToOne | ToMany, str]]:
    """Return what clients may filter and sort by, each with its description.

    A field with permissions or extensions is none of it: comparing would give its value away without asking them.
    """
    for key, field in type_.fields.items():
        if type_.is_extended(key):
            continue
        text = type_.members[key].description or key
        if isinstance(field, Leaf):
            if field.scalar.filter and field.sortable:
                yield key, field, text
        elif isinstance(field, Embedded | ToOne | ToMany) and not _has_arguments(type_, key):
            yield key, field, text


def _has_arguments(type_: LinkedType, key: str) -> bool:
    """Return whether a relation takes arguments of its own; such a one is asked for, not filtered by."""
    method = type_.members[key].method
    return method is not None and bool(method_arguments(method))
