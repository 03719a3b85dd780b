"""Building the schema: declarations are linked, Strawberry makes the types, and root fields get the planner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_origin

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.utils.str_converters import to_camel_case

from schema.sql.arguments import Info
from schema.sql.connection import Connection
from schema.sql.declare import DECLARATIONS, ROOTS, PythonField, SqlField
from schema.sql.estimate import ANSWERED_BY_PYTHON
from schema.sql.estimator import Estimator
from schema.sql.execution import Executor
from schema.sql.inputs import declare_enums, declare_inputs, list_arguments
from schema.sql.linking import LinkedType, describe, link_root, link_types, python_type
from schema.sql.planner import NodeRoot, Planner, PythonRoot, Root
from schema.sql.scalars import SCALARS

_BACKREFERENCE = "strawberry-definition"


@dataclass(frozen=True)
class Built:
    """A schema and what answers it."""

    types: dict[str, LinkedType]
    executor: Executor

    @property
    def schema(self) -> GraphQLSchema:
        return self.executor.schema


def build_schema(enums: Iterable[type[Enum]]) -> Built:
    """Build the schema of everything declared; raise DeclarationError where a declaration does not fit its model."""
    declare_enums(enums)
    types = link_types()
    declare_inputs(types)
    (query,) = ROOTS
    roots = _roots(query)
    for name, declaration in DECLARATIONS.items():
        _give_list_arguments(declaration.cls)
        make = strawberry.interface if declaration.is_interface else strawberry.type
        make(declaration.cls, name=name, description=describe(declaration))
    _give_list_arguments(query)
    strawberry.type(query, name="Query", description="조회 | Everything that can be asked")
    schema = strawberry.Schema(
        query=query,
        types=[declaration.cls for declaration in DECLARATIONS.values() if declaration.model],
        config=StrawberryConfig(scalar_map=dict(SCALARS)),
    )
    executor = Executor(schema._schema, Planner(types, roots))
    _attach(schema._schema, executor, {"estimate": Estimator(executor, types, roots).resolve})
    return Built(types, executor)


def _give_list_arguments(cls: type[Any]) -> None:
    for name, annotation in cls.__annotations__.items():
        member = vars(cls)[name]
        kind, _ = python_type(annotation)
        if isinstance(member, SqlField) and get_origin(kind) is Connection:
            member.linked_arguments = list_arguments(get_args(kind)[0].__name__)


def _roots(query: type[Any]) -> dict[str, Root]:
    roots: dict[str, Root] = {
        "node": NodeRoot(many=False),
        "nodes": NodeRoot(many=True),
        "estimate": PythonRoot(),
    }
    for name, annotation in query.__annotations__.items():
        graphql_name = to_camel_case(name)
        if graphql_name not in roots:
            member = vars(query)[name]
            roots[graphql_name] = root = link_root(name, annotation, member)
            member.description = member.description or describe(DECLARATIONS[root.target])
    return roots


def _attach(schema: GraphQLSchema, executor: Executor, of_python: Mapping[str, Callable[..., Any]]) -> None:
    """Give every field its resolver: the planner at the root, the response key of a hydrated answer below.

    Root fields ``of_python`` have their own, and so have the types that they answer with.
    """
    _let_core_check_one_of(schema)
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLInterfaceType):
            type_.resolve_type = _resolve_type
        elif isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None
            if type_ is schema.query_type:
                for name, field in type_.fields.items():
                    field.resolve = of_python.get(name, executor.resolve)
            elif type_.extensions[_BACKREFERENCE].origin not in ANSWERED_BY_PYTHON:
                for field in type_.fields.values():
                    field.resolve = _resolver(field)


def _let_core_check_one_of(schema: GraphQLSchema) -> None:
    """Mark one-of inputs for graphql-core: Strawberry checks them only when it executes an operation itself."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            type_.is_one_of = type_.extensions[_BACKREFERENCE].is_one_of


def _resolve_type(value: Any, _info: Info, _type: Any) -> str:
    name: str = value["@typename"]
    return name


def _resolver(field: GraphQLField) -> Callable[..., Any]:
    declared = field.extensions[_BACKREFERENCE]
    if isinstance(declared, PythonField):
        method: Callable[[Any], Any] = declared.method or repr
        return lambda source, _info, **_: method(Row(source))
    if isinstance(declared, SqlField) and declared.extensions and field.resolve:
        return field.resolve
    named = get_named_type(field.type)
    if isinstance(named, GraphQLEnumType):
        values = named.values
        return lambda source, info, **_: _enum_value(source[info.path.key], values)
    return lambda source, info, **_: source[info.path.key]


def _enum_value(name: str | None, values: Any) -> Any:
    return None if name is None else values[name].value


class Row:
    """A row of a hydrated answer as a Python resolver sees it: the columns that it declared, as attributes."""

    def __init__(self, source: dict[str, Any]) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return self._source[f"@{name}"]
