"""Arguments as the planner needs them: structure now, values later.

A statement is planned once for a document and the *shape* of its variables, then run with many values. So the parts of
an argument that decide the SQL (which keys are there, what is null, enums, booleans) are read at once, while every
string and number, written out or in a variable, stays a :class:`Bound`: a parameter that knows where its value is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputType,
    GraphQLResolveInfo,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_scalar_type,
)
from graphql.pyutils import Undefined
from graphql.utilities import value_from_ast

Variables = Mapping[str, Any]
Info = GraphQLResolveInfo[Any]


def variables_of(info: Info) -> Variables:
    """Return an operation's coerced variables; Strawberry hands resolvers the plain mapping."""
    return cast("Variables", info.variable_values)


@dataclass(frozen=True)
class Bound:
    """A scalar, or a list of scalars, whose value is read from the variables when the statement runs."""

    read: Callable[[Variables], Any]

    def then(self, convert: Callable[[Any], Any]) -> Bound:
        """Return the same value, converted."""
        return Bound(lambda variables: convert(self.read(variables)))


def shape(value: Any) -> Any:
    """Return what of a variable's value decides the SQL, as a hashable key."""
    if value is None or isinstance(value, bool | Enum):
        return value
    if isinstance(value, dict):
        return tuple((key, shape(item)) for key, item in sorted(value.items()))
    if isinstance(value, list):
        # A list of plain scalars is one bind parameter, whatever its length.
        shapes = tuple(shape(item) for item in value)
        return "[]" if all(item == "*" for item in shapes) else ("[]", *shapes)
    return "*"


def read_arguments(definition: GraphQLField, node: FieldNode, variables: Variables) -> dict[str, Any]:
    """Return a field's arguments by GraphQL name; absent ones are left out."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    found: dict[str, Any] = {}
    for name, argument in definition.args.items():
        value = _read(given[name], argument.type, variables) if name in given else Undefined
        if value is Undefined:
            value = _default(argument)
        if value is not Undefined:
            found[name] = value
    return found


def _default(argument: GraphQLArgument) -> Any:
    value = argument.default_value
    return value if value is Undefined or value is None or isinstance(value, bool | Enum) else Bound(lambda _: value)


def _read(node: ValueNode, type_: GraphQLInputType, variables: Variables) -> Any:
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return Undefined
        return _split(variables[name], type_, lambda values: values[name])
    if isinstance(node, NullValueNode):
        return None
    bare: Any = type_.of_type if is_non_null_type(type_) else type_
    if is_input_object_type(bare):
        assert isinstance(node, ObjectValueNode)
        fields = (
            (item.name.value, _read(item.value, bare.fields[item.name.value].type, variables)) for item in node.fields
        )
        return {name: value for name, value in fields if value is not Undefined}
    if is_list_type(bare):
        nodes = node.values if isinstance(node, ListValueNode) else (node,)
        return _join([_read(item, bare.of_type, variables) for item in nodes], bare)
    constant = value_from_ast(node, bare)
    return constant if isinstance(constant, bool | Enum) else Bound(lambda _: constant)


def _split(value: Any, type_: GraphQLInputType, read: Callable[[Variables], Any]) -> Any:
    """Split a variable's value into the structure that decides the SQL and the leaves that are bound."""
    bare: Any = type_.of_type if is_non_null_type(type_) else type_
    if value is None or isinstance(value, bool | Enum):
        return value
    if is_list_type(bare):
        items = value if isinstance(value, list) else [value]
        if is_scalar_type(get_named_type(bare)):
            return Bound(lambda values: _as_list(read(values)))
        return [_split(item, bare.of_type, _item(read, position)) for position, item in enumerate(items)]
    if is_input_object_type(bare):
        return {name: _split(item, bare.fields[name].type, _member(read, name)) for name, item in value.items()}
    return Bound(read)


def _item(read: Callable[[Variables], Any], position: int) -> Callable[[Variables], Any]:
    return lambda values: _as_list(read(values))[position]


def _member(read: Callable[[Variables], Any], name: str) -> Callable[[Variables], Any]:
    return lambda values: read(values)[name]


def _join(items: list[Any], type_: Any) -> Any:
    """Bind a list of scalars as one array; keep a list of structures as it is."""
    if items and all(isinstance(item, Bound) for item in items):
        return Bound(lambda values: [item.read(values) for item in items])
    if not items and is_scalar_type(get_named_type(type_)):
        return Bound(lambda _: [])
    return items


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
