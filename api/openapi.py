"""The kept queries in OpenAPI 3.1: their parameters, and what they answer, read off the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
    parse,
    type_from_ast,
    value_from_ast_untyped,
)

from api.errors import JSON, PROBLEM, Code
from api.files.formats import FORMATS
from api.persisted import identifier_of
from schema.selected import Selecting
from schema.sql.documents import fragments_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schema.selected import Selected
    from schema.sql import Executor

SCALARS: Mapping[str, Mapping[str, Any]] = {
    "Int": {"type": "integer", "format": "int32"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "Date": {"type": "string", "format": "date"},
    "DateTime": {"type": "string", "format": "date-time"},
    "Decimal": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    "JSON": {},
}
TEXT: Mapping[str, Any] = {"type": "string"}
ERROR = {
    "description": "Refused: a problem of RFC 9457",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def described(executor: Executor, operations: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the description of operations, by their names; documents that do not fit the contract are left out."""
    paths = {}
    for name, texts in operations.items():
        each = [_operation(executor, name, text) for text in texts if not executor.document(text).errors]
        if each:
            paths[f"/rest/{name}"] = {"get": each[0] if len(texts) == 1 else _of_several(texts, each)}
    problem = {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "requestId"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "code": {"type": "string", "enum": [code.name for code in Code]},
            "requestId": TEXT,
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "NEXT Graph", "version": "1", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": {"Problem": problem},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"bearer": []}],
    }


def _operation(executor: Executor, name: str, text: str) -> dict[str, Any]:
    ast = parse(text)
    operation = get_operation_ast(ast, name)
    assert operation, "operations are found by their names"
    roots = Selecting(executor.schema, operation, fragments_of(ast), None).roots()
    extensions = {"type": "object", "properties": {"release": {"type": "integer"}}}
    answer = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": _object(roots), "extensions": extensions},
    }
    content: dict[str, Any] = {JSON: {"schema": answer}}
    content |= {each.media: {} for each in FORMATS.values()}
    return {
        "operationId": name,
        "summary": " · ".join(dict.fromkeys(root.label for root in roots.values())),
        "parameters": [_parameter(executor, each) for each in operation.variable_definitions or ()],
        "responses": {
            "200": {"description": "The answer, whole", "content": content},
            "304": {"description": "The client has it already"},
            "default": ERROR,
        },
    }


def _of_several(texts: Sequence[str], operations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the description of an address at which ``documentId`` says which of several operations is meant."""
    which = {
        "name": "documentId",
        "in": "query",
        "required": True,
        "description": "Several kept documents have a query of this name: this says which is meant.",
        "schema": {"type": "string", "enum": [identifier_of(text) for text in texts]},
    }
    parameters = {each["name"]: {**each, "required": False} for found in operations for each in found["parameters"]}
    for name in parameters:
        schemas = [each for found in operations for each in found["parameters"] if each["name"] == name]
        if any(each != schemas[0] for each in schemas):
            # What they do not agree on is said by the refusals of each.
            parameters[name] = {"name": name, "in": "query", "required": False, "schema": {}}
    answers = [found["responses"]["200"]["content"][JSON]["schema"] for found in operations]
    first = operations[0]
    whole = {**first["responses"]["200"], "content": {**first["responses"]["200"]["content"]}}
    whole["content"][JSON] = {"schema": {"anyOf": answers}}
    return {
        **first,
        "summary": " / ".join(dict.fromkeys(found["summary"] for found in operations)),
        "parameters": [which, *parameters.values()],
        "responses": {**first["responses"], "200": whole},
    }


def _parameter(executor: Executor, definition: Any) -> dict[str, Any]:
    type_: Any = type_from_ast(executor.schema, definition.type)
    schema = _input(type_)
    found = {
        "name": definition.variable.name.value,
        "in": "query",
        "required": is_non_null_type(type_) and definition.default_value is None,
    }
    if definition.default_value is not None:
        schema = {**schema, "default": value_from_ast_untyped(definition.default_value)}
    if isinstance(get_named_type(type_), GraphQLInputObjectType):
        return {**found, "content": {JSON: {"schema": schema}}}
    return {**found, "schema": schema}


def _input(type_: Any) -> dict[str, Any]:
    if is_non_null_type(type_):
        return _input(type_.of_type)
    if is_list_type(type_):
        return {"type": "array", "items": _input(type_.of_type)}
    return {"type": "object"} if isinstance(type_, GraphQLInputObjectType) else _leaf(type_)


def _object(selected: Mapping[str, Selected], *, is_abstract: bool = False) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [] if is_abstract else [key for key, each in selected.items() if each.is_certain],
        "properties": {key: _value(each.definition.type, each) for key, each in selected.items()},
    }


def _value(type_: Any, selected: Selected) -> dict[str, Any]:
    if is_non_null_type(type_):
        return _present(type_.of_type, selected)
    found = _present(type_, selected)
    return {"anyOf": [found, {"type": "null"}]} if found else found


def _present(type_: Any, selected: Selected) -> dict[str, Any]:
    found: dict[str, Any]
    if is_list_type(type_):
        found = {"type": "array", "items": _value(type_.of_type, selected)}
    elif selected.is_leaf:
        found = _leaf(type_)
    else:
        found = _object(selected.below, is_abstract=is_abstract_type(type_))
    described = selected.definition.description
    return {**found, "description": described} if described and found else found


def _leaf(type_: Any) -> dict[str, Any]:
    if isinstance(type_, GraphQLEnumType):
        return {"type": "string", "enum": list(type_.values)}
    return dict(SCALARS.get(type_.name, TEXT))
