"""Running an operation: graphql-core executes, and a root field's bytes go into the answer unread.

The executor's ``complete_*`` methods are not public in graphql-core 3.3. They are overridden here, and only here, to
let JSON that PostgreSQL wrote pass; tests/schema/sql/test_execution.py fails if a new version changes them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.sql.arguments import Info, shape, variables_of
from schema.sql.errors import NotFound
from schema.sql.pages import size_variables
from schema.sql.planner import Plan, Planner
from schema.sql.scalars import NULL_MARK

DOCUMENTS_KEPT = 500
PLANS_KEPT = 100


class Reader(Protocol):
    """Runs a statement that returns one value of bytes."""

    async def fetch(self, sql: str, values: Sequence[Any]) -> bytes: ...


class Data(Protocol):
    """Gives an operation a reader; one that runs several statements sees one state of the data."""

    def reading(self, *, several: bool) -> AbstractAsyncContextManager[Reader]: ...


@dataclass
class Document:
    """A parsed and validated document with the plans made for it; ``sizes`` are variables that give page sizes."""

    ast: DocumentNode | None
    errors: Sequence[GraphQLError]
    sizes: tuple[str, ...] = ()
    plans: OrderedDict[Any, Plan] = field(default_factory=OrderedDict)


@dataclass
class Operation:
    """The context of one execution: what resolvers need and what they leave behind."""

    reader: Reader
    document: Document
    hydrate: bool = False
    errors: list[GraphQLError] = field(default_factory=list)
    shape: Any = None


class PassingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Completes values as graphql-core does, but leaves finished JSON as it is."""

    def complete_object_value(
        self, return_type: Any, nodes: Any, info: Any, path: Any, result: Any, context: Any
    ) -> Any:
        if type(result) is orjson.Fragment:
            return result
        return super().complete_object_value(return_type, nodes, info, path, result, context)

    def complete_list_value(self, return_type: Any, nodes: Any, info: Any, path: Any, result: Any, context: Any) -> Any:
        if type(result) is orjson.Fragment:
            return result
        return super().complete_list_value(return_type, nodes, info, path, result, context)

    def complete_abstract_value(
        self, return_type: Any, nodes: Any, info: Any, path: Any, result: Any, context: Any
    ) -> Any:
        if type(result) is orjson.Fragment:
            return result
        return super().complete_abstract_value(return_type, nodes, info, path, result, context)


class Executor:
    """Executes operations against a schema whose root fields the planner answers."""

    def __init__(self, schema: GraphQLSchema, planner: Planner) -> None:
        self.schema, self._planner = schema, planner
        self._documents: OrderedDict[str, Document] = OrderedDict()

    def document(self, text: str) -> Document:
        """Return the document of a text, parsed and validated once for as long as it is among the latest used."""
        known = self._documents.get(text)
        if known is not None:
            self._documents.move_to_end(text)
            return known
        document = _read(self.schema, text)
        self._documents[text] = document
        if len(self._documents) > DOCUMENTS_KEPT:
            self._documents.popitem(last=False)
        return document

    async def execute(
        self,
        document: Document,
        data: Data,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        hydrate: bool = False,
    ) -> ExecutionResult:
        """Execute one operation; ``hydrate`` has graphql-core complete the whole answer, which tests compare with."""
        if document.ast is None or document.errors:
            return ExecutionResult(data=None, errors=list(document.errors))
        async with data.reading(several=_has_several_roots(document.ast, operation_name)) as reader:
            operation = Operation(reader, document, hydrate)
            result = execute(
                self.schema,
                document.ast,
                context_value=operation,
                variable_values=dict(variables or {}),
                operation_name=operation_name,
                executor_class=PassingExecutor,
            )
            finished = await result if isinstance(result, Awaitable) else result
        errors = [*(finished.errors or ()), *operation.errors]
        return ExecutionResult(data=finished.data, errors=errors or None)

    async def resolve(self, _source: Any, info: Info, **_arguments: Any) -> Any:
        """Resolve a root field with one statement."""
        operation: Operation = info.context
        plan = self._plan(info, operation, hydrated=operation.hydrate)
        if plan.needs_python and not plan.hydrated:
            plan = self._plan(info, operation, hydrated=True)
        variables = variables_of(info)
        payload = await operation.reader.fetch(plan.sql, plan.values(variables))
        if plan.watched and not plan.hydrated and NULL_MARK.encode() in payload:
            # A promise of a value was broken: graphql-core says where, and how far the null reaches.
            plan = self._plan(info, operation, hydrated=True)
            payload = await operation.reader.fetch(plan.sql, plan.values(variables))
        if info.field_name == "nodes" and b"null" in payload:
            self._name_missing(info, operation, payload)
        if plan.hydrated:
            return orjson.loads(payload.replace(NULL_MARK.encode(), b"null"))
        return None if payload == b"null" else orjson.Fragment(payload)

    def _plan(self, info: Info, operation: Operation, *, hydrated: bool) -> Plan:
        if operation.shape is None:
            variables = variables_of(info)
            sizes = tuple(variables.get(name) for name in operation.document.sizes)
            operation.shape = (shape(variables), sizes)
        name = info.operation.name.value if info.operation.name else None
        key = (name, info.path.key, operation.shape, hydrated, self._planner.kinds(info))
        plans = operation.document.plans
        plan = plans.get(key)
        if plan is None:
            plan = plans[key] = self._planner.plan(info, hydrated=hydrated)
            if len(plans) > PLANS_KEPT:
                plans.popitem(last=False)
        return plan

    def _name_missing(self, info: Info, operation: Operation, payload: bytes) -> None:
        ids = self._planner.identifiers(info)
        found = orjson.loads(payload.replace(NULL_MARK.encode(), b"null"))
        for position, (identifier, row) in enumerate(zip(ids, found, strict=True)):
            if row is None:
                missing = NotFound(f"{identifier!r:.200} names nothing.")
                missing.path = [info.path.key, position]
                operation.errors.append(missing)


def _read(schema: GraphQLSchema, text: str) -> Document:
    try:
        ast = parse(text, no_location=False)
    except GraphQLError as error:
        return Document(None, [error])
    return Document(ast, validate(schema, ast), size_variables(ast))


def _has_several_roots(ast: DocumentNode, name: str | None) -> bool:
    operation = get_operation_ast(ast, name)
    if operation is None:
        return False
    selections = operation.selection_set.selections
    # A fragment may hold any number of fields, and a snapshot costs no more than its BEGIN and COMMIT.
    return len(selections) > 1 or not isinstance(selections[0], FieldNode)
