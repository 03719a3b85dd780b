"""The inputs of aggregates: conditions on them, orderings by them, and what groups are made by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import GraphQLArgument, GraphQLBoolean, GraphQLInputObjectType, GraphQLList, GraphQLNonNull

from schema.sql.comparable import groupable, numbers, ordered
from schema.sql.enums import enum_type
from schema.sql.group_keys import DateKey, Key
from schema.sql.linking import Embedded, Leaf, LinkedType

if TYPE_CHECKING:
    from schema.sql.inputs import Inputs, Members

DATED = frozenset({"DateFilter", "DateTimeFilter"})
MIXED = "종류 혼합 | Add numbers up although they differ in kind, such as amounts of several years or stages"
_KINDS = {
    "sum": "합계 | Sum of the present values",
    "avg": "평균 | Mean of the present values, to six decimals",
    "min": "최솟값 | Least present value",
    "max": "최댓값 | Greatest present value",
}


class AggregateInputs:
    """Makes the inputs of aggregates with the help of those of lists."""

    def __init__(self, inputs: Inputs, types: Mapping[str, LinkedType]) -> None:
        self._inputs, self._types = inputs, types
        self._key, self._date_key = enum_type(Key), enum_type(DateKey)

    def kinds(self, target: str) -> dict[str, str]:
        """Return which of ``sum``, ``avg``, ``min`` and ``max`` a type has, with their descriptions."""
        has_numbers = any(True for _ in numbers(self._types[target]))
        has_order = any(True for _ in ordered(self._types[target]))
        return {kind: text for kind, text in _KINDS.items() if (has_numbers if kind in ("sum", "avg") else has_order)}

    def where(self, target: str) -> GraphQLInputObjectType:
        """Return ``XAggregateWhere``, which ``having`` takes."""
        text = f"{target} 집계 조건 | Conditions on aggregates; all given ones hold together"
        return self._inputs.input(f"{target}AggregateWhere", text, lambda: self.where_members(target))

    def where_members(self, target: str) -> Members:
        """Return the conditions on aggregates of a list or group."""
        members: Members = {
            "count": (self._inputs.filter("IntFilter"), "건수 | Number of rows"),
        }
        for kind, text in self.kinds(target).items():
            members[kind] = self._number_where(target) if kind in ("sum", "avg") else self._value_where(target), text
        return members | {"mixed": (GraphQLBoolean, MIXED)}

    def list_order(self, target: str) -> GraphQLInputObjectType:
        """Return ``XListOrder``: one aggregate of a list to sort by."""

        def members() -> Members:
            where = (self._inputs.where(target), "집계 대상 | Which rows the aggregate takes; all, if left out")
            return {"where": where} | self._order_members(target)

        text = f"{target} 목록 정렬 | What of a list to sort by: one aggregate"
        return self._inputs.input(f"{target}ListOrder", text, members)

    def group_order(self, target: str) -> GraphQLInputObjectType:
        """Return ``XGroupOrder``: a key or an aggregate to sort groups by."""

        def members() -> Members:
            key = (self._inputs.order(target), "묶음 기준 | A key of the groups")
            return {"key": key} | self._order_members(target)

        text = f"{target} 묶음 정렬 | What to sort groups by: one key or aggregate an entry"
        return self._inputs.input(f"{target}GroupOrder", text, members)

    def group_by(self, target: str) -> GraphQLInputObjectType:
        """Return ``XGroupBy``: one key to group by."""

        def members() -> Members:
            found: dict[str, tuple[Any, str]] = {}
            for key, field, text in groupable(self._types[target]):
                if isinstance(field, Leaf):
                    found[key] = self._date_key if field.scalar.filter in DATED else self._key, text
                else:
                    found[key] = self.group_by(field.target), text
            return found

        text = f"{target} 묶음 기준 | What to group by; one field an entry"
        return self._inputs.input(f"{target}GroupBy", text, members, one_of=True)

    def keys_argument(self, target: str) -> GraphQLArgument:
        """Return an argument that takes keys to group by."""
        keys = GraphQLNonNull(GraphQLList(GraphQLNonNull(self.group_by(target))))
        return GraphQLArgument(keys, description="기준 | Which fields, through relations to one as well")

    def _order_members(self, target: str) -> Members:
        members: Members = {"count": (self._inputs.direction, "건수 | Number of rows")}
        for kind, text in self.kinds(target).items():
            members[kind] = self._number_order(target) if kind in ("sum", "avg") else self._value_order(target), text
        return members | {"mixed": (GraphQLBoolean, MIXED)}

    def _number_where(self, target: str) -> GraphQLInputObjectType:
        def members() -> Members:
            condition = self._inputs.filter("DecimalFilter")
            return {key: (condition, text) for key, _, text in numbers(self._types[target])}

        return self._inputs.input(f"{target}NumbersWhere", f"{target} 수치 조건 | Conditions on numbers", members)

    def _number_order(self, target: str) -> GraphQLInputObjectType:
        def members() -> Members:
            return {key: (self._inputs.direction, text) for key, _, text in numbers(self._types[target])}

        text = f"{target} 수치 정렬 | Which number to sort by"
        return self._inputs.input(f"{target}NumbersOrder", text, members, one_of=True)

    def _value_where(self, target: str) -> GraphQLInputObjectType:
        def condition(field: Leaf | Embedded) -> GraphQLInputObjectType:
            if isinstance(field, Leaf):
                return self._inputs.filter(field.scalar.filter)
            return self._value_where(field.target)

        def members() -> Members:
            return {key: (condition(field), text) for key, field, text in ordered(self._types[target])}

        return self._inputs.input(f"{target}ValuesWhere", f"{target} 값 조건 | Conditions on values", members)

    def _value_order(self, target: str) -> GraphQLInputObjectType:
        def ordering(field: Leaf | Embedded) -> Any:
            return self._inputs.direction if isinstance(field, Leaf) else self._value_order(field.target)

        def members() -> Members:
            return {key: (ordering(field), text) for key, field, text in ordered(self._types[target])}

        text = f"{target} 값 정렬 | Which value to sort by"
        return self._inputs.input(f"{target}ValuesOrder", text, members, one_of=True)
