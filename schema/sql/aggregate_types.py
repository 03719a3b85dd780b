"""The types of aggregates and groups, made from the linked types: ``XAggregate``, ``XGroup`` and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_nullable_type,
)

from schema.sql.aggregate_inputs import MIXED
from schema.sql.comparable import groupable, numbers, ordered
from schema.sql.declare import method_arguments
from schema.sql.inputs import Inputs, page_arguments
from schema.sql.linking import Leaf, LinkedType

Fields = dict[str, GraphQLField]


class AggregateTypes:
    """Makes each type once; ``named`` gives it the types of the schema, whose fields it follows."""

    def __init__(self, types: Mapping[str, LinkedType], named: Callable[[str], Any], inputs: Inputs) -> None:
        self._types, self._named, self._inputs = types, named, inputs.aggregates
        self._made: dict[str, GraphQLObjectType] = {}

    def members(self, target: str) -> Fields:
        """Return what the connection of a type has to say of all its rows together."""
        by = {"by": self._inputs.keys_argument(target)}
        by["having"] = GraphQLArgument(self._inputs.where(target), description="묶음 조건 | Which groups")
        order = GraphQLList(GraphQLNonNull(self._inputs.group_order(target)))
        by["orderBy"] = GraphQLArgument(
            order, description="정렬 | In which order; absent values last, then by the keys, ascending"
        )
        return {
            "aggregate": _field(self._aggregate(target), "집계 | Aggregates of all rows that the filter leaves"),
            "groups": _field(
                self._groups(target), "묶음 | The same rows in groups, with aggregates of each", by | page_arguments()
            ),
        }

    def _type(self, name: str, description: str, fields: Callable[[], Fields]) -> GraphQLObjectType:
        if name not in self._made:
            self._made[name] = GraphQLObjectType(name, fields, description=description)
        return self._made[name]

    def _aggregate(self, target: str) -> GraphQLObjectType:
        text = f"{target} 집계 | Aggregates of rows"
        return self._type(f"{target}Aggregate", text, lambda: self._measures(target))

    def _measures(self, target: str) -> Fields:
        of = {"of": self._inputs.keys_argument(target)}
        fields = {
            "count": _field(GraphQLInt, "건수 | Number of rows"),
            "countDistinct": _field(GraphQLInt, "서로 다른 값의 수 | Number of different present values", of),
        }
        for kind, text in self._inputs.kinds(target).items():
            adds = kind in ("sum", "avg")
            type_ = self._numbers(target) if adds else self._values(target)
            fields[kind] = _field(type_, text, _mixed() if adds else {})
        return fields | self._summaries(target)

    def _summaries(self, target: str) -> Fields:
        found: Fields = {}
        for name, summary in self._types[target].summaries.items():
            arguments = {
                argument.python_name: self._argument(target, name, argument)
                for argument in method_arguments(summary.method)
            }
            text = (summary.method.__doc__ or "").partition("\n")[0]
            mixed = _mixed() if self._types[target].kinds_apart(name) else {}
            found[name] = GraphQLField(self._named("Decimal"), arguments | mixed, description=text)
        return found

    def _argument(self, target: str, name: str, argument: Any) -> GraphQLArgument:
        """Return the argument of a leaf of the same type that bears the same name."""
        for field in self._named(target).fields.values():
            if argument.python_name in field.args:
                same: GraphQLArgument = field.args[argument.python_name]
                return same
        raise TypeError(f"{target}.{name}: no field has an argument {argument.python_name} to follow.")

    def _numbers(self, target: str) -> GraphQLObjectType:
        def fields() -> Fields:
            declared = self._named(target).fields
            return {
                key: GraphQLField(self._named("Decimal"), declared[key].args, description=text)
                for key, _, text in numbers(self._types[target])
            }

        return self._type(f"{target}Numbers", f"{target} 수치 | Numbers of rows, added up", fields)

    def _values(self, target: str) -> GraphQLObjectType:
        def fields() -> Fields:
            found: Fields = {}
            for key, field, text in ordered(self._types[target]):
                declared = self._named(target).fields[key]
                if isinstance(field, Leaf):
                    type_ = get_nullable_type(declared.type)
                    found[key] = GraphQLField(type_, declared.args, description=text)
                else:
                    found[key] = _field(self._values(field.target), text)
            return found

        return self._type(f"{target}Values", f"{target} 값 | Values of rows, compared", fields)

    def _groups(self, target: str) -> GraphQLObjectType:
        def fields() -> Fields:
            rows = GraphQLNonNull(GraphQLList(GraphQLNonNull(self._group(target))))
            return {
                "nodes": GraphQLField(rows, description="묶음 | Groups of the page"),
                "pageInfo": _field(self._named("PageInfo"), "쪽 정보 | Where the page lies within the groups"),
                "totalCount": _field(GraphQLInt, "전체 묶음 수 | Number of groups, over all pages"),
            }

        return self._type(f"{target}Groups", f"{target} 묶음 목록 | A page of groups", fields)

    def _group(self, target: str) -> GraphQLObjectType:
        def fields() -> Fields:
            key = _field(self._key(target), "기준 값 | What the rows of the group share")
            return {"key": key} | self._measures(target)

        return self._type(f"{target}Group", f"{target} 묶음 | Rows that share their keys, with aggregates", fields)

    def _key(self, target: str) -> GraphQLObjectType:
        def fields() -> Fields:
            found: Fields = {}
            for key, field, text in groupable(self._types[target]):
                if isinstance(field, Leaf):
                    type_ = get_nullable_type(self._named(target).fields[key].type)
                    found[key] = GraphQLField(type_, description=text)
                else:
                    found[key] = _field(self._key(field.target), text)
            return found

        return self._type(
            f"{target}Key", f"{target} 기준 값 | Keys of a group; only those in by can be asked for", fields
        )


def _field(type_: Any, description: str, arguments: Mapping[str, GraphQLArgument] | None = None) -> GraphQLField:
    return GraphQLField(GraphQLNonNull(type_), dict(arguments or {}), description=description)


def _mixed() -> dict[str, GraphQLArgument]:
    switch = GraphQLArgument(GraphQLNonNull(GraphQLBoolean), default_value=False, description=MIXED)
    return {"mixed": switch}
