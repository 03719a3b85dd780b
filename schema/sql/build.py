"""Building the schema: declarations are linked, Strawberry makes the types, and root fields get the planner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    specified_scalar_types,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.utils.str_converters import to_camel_case

from schema.sql import limits_type
from schema.sql.aggregate_types import AggregateTypes
from schema.sql.aggregates import REFUSED
from schema.sql.arguments import Info
from schema.sql.declare import DECLARATIONS, ROOTS, PythonField, SqlField
from schema.sql.enums import declare_enums
from schema.sql.errors import MixedKinds
from schema.sql.estimate import ANSWERED_BY_PYTHON
from schema.sql.estimator import Estimator
from schema.sql.execution import Executor
from schema.sql.inputs import Inputs
from schema.sql.linking import LinkedType, ToMany, describe, link_root, link_types
from schema.sql.moments import moment_arguments
from schema.sql.planner import NodeRoot, Planner, PythonRoot, RootField
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
    (query,) = ROOTS
    roots, unsteady = _roots(query), _unsteady(query)
    for name, declaration in DECLARATIONS.items():
        make = strawberry.interface if declaration.is_interface else strawberry.type
        make(declaration.cls, name=name, description=describe(declaration))
    strawberry.type(query, name="Query", description="조회 | Everything that can be asked")
    schema = _completed(
        strawberry.Schema(
            query=query,
            types=[declaration.cls for declaration in DECLARATIONS.values() if declaration.model],
            config=StrawberryConfig(scalar_map=dict(SCALARS)),
        ),
        types,
        roots,
    )
    executor = Executor(
        schema,
        Planner(types, roots),
        unsteady=unsteady | {name for name, root in roots.items() if isinstance(root, PythonRoot)},
    )
    _attach(schema, executor, {"estimate": Estimator(executor, types, roots).resolve, "limits": limits_type.resolve})
    return Built(types, executor)


def _completed(
    declared: strawberry.Schema, types: Mapping[str, LinkedType], roots: Mapping[str, RootField]
) -> GraphQLSchema:
    """Return the schema with what follows from the linked types: arguments, aggregates and groups."""
    core = declared._schema
    kept: dict[str, Any] = {**specified_scalar_types, **core.type_map}
    scalars: dict[str, Any] = {definition.name: kind for kind, definition in SCALARS.items()}

    def named(name: str) -> Any:
        return kept.get(name) or declared.schema_converter.from_scalar(scalars[name])

    inputs = Inputs(types, named)
    aggregates = AggregateTypes(types, named, inputs)
    fields: dict[str, Mapping[str, Any]] = {"Query": roots} | {name: linked.fields for name, linked in types.items()}
    for name, linked in fields.items():
        for key, field in linked.items():
            if isinstance(field, ToMany):
                kept[name].fields[key].args |= inputs.list_arguments(field.target)
                kept[f"{field.target}Connection"].fields.update(aggregates.members(field.target))
    for key, field in kept["Query"].fields.items():
        if not isinstance(roots[key], PythonRoot):
            field.args |= moment_arguments(named("Date"))
    return GraphQLSchema(core.query_type, types=tuple(core.type_map.values()), directives=core.directives)


def _roots(query: type[Any]) -> dict[str, RootField]:
    roots: dict[str, RootField] = {
        "node": NodeRoot(many=False),
        "nodes": NodeRoot(many=True),
        "estimate": PythonRoot(),
        "limits": PythonRoot(),
    }
    for name, annotation in query.__annotations__.items():
        graphql_name = to_camel_case(name)
        if graphql_name not in roots:
            member = vars(query)[name]
            roots[graphql_name] = root = link_root(name, annotation, member)
            member.description = member.description or describe(DECLARATIONS[root.target])
    return roots


def _unsteady(query: type[Any]) -> frozenset[str]:
    members = ((name, vars(query)[name]) for name in query.__annotations__)
    return frozenset(to_camel_case(name) for name, found in members if not found.steady)


def _attach(schema: GraphQLSchema, executor: Executor, of_python: Mapping[str, Callable[..., Any]]) -> None:
    """Give every field its resolver: the planner at the root, the response key of a hydrated answer below.

    Root fields ``of_python`` have their own, and so have the types that they answer with.
    """
    answered_by_python = {type_.__name__ for type_ in (*ANSWERED_BY_PYTHON, limits_type.LimitsType)}
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
            elif type_.name not in answered_by_python:
                for field in type_.fields.values():
                    field.resolve = _resolver(field)


def _resolve_type(value: Any, _info: Info, _type: Any) -> str:
    name: str = value["@typename"]
    return name


def _resolver(field: GraphQLField) -> Callable[..., Any]:
    declared = field.extensions.get(_BACKREFERENCE)
    if isinstance(declared, PythonField):
        method: Callable[[Any], Any] = declared.method or repr
        return lambda source, _info, **_: method(Row(source))
    if isinstance(declared, SqlField) and declared.extensions and field.resolve:
        return field.resolve
    named = get_named_type(field.type)
    if isinstance(named, GraphQLEnumType):
        values = named.values
        return lambda source, info, **_: _enum_value(source[info.path.key], values)
    return _member


def _member(source: Any, info: Info, **_: Any) -> Any:
    value = source[info.path.key]
    if isinstance(value, dict) and REFUSED in value:
        raise MixedKinds(value[REFUSED])
    return value


def _enum_value(name: Any, values: Any) -> Any:
    if isinstance(name, list):
        return [values[each].value for each in name]
    return None if name is None else values[name].value


class Row:
    """A row of a hydrated answer as a Python resolver sees it: the columns that it declared, as attributes."""

    def __init__(self, source: dict[str, Any]) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return self._source[f"@{name}"]
