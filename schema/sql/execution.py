"""Running an operation: graphql-core executes, and a root field's bytes go into the answer unread.

Once an operation has been answered without an error and without Python, one statement for all of its root fields
answers it again for any values of the same shape. Whatever happens then is left to graphql-core, which runs the
operation as if for the first time.

The executor's ``complete_*`` methods are not public in graphql-core 3.3. They are overridden here, and only here, to
let JSON that PostgreSQL wrote pass; tests/schema/sql/test_execution.py fails if a new version changes them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode, execute
from graphql.execution import get_variable_values
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from db.reading import RefusedByStatement, Unanswered
from db.viewers import ANYONE, Viewer
from schema.limits import Limits
from schema.sql.arguments import Info, Variables, variables_of
from schema.sql.cost import cost
from schema.sql.documents import Document, Documents, has_several_roots
from schema.sql.errors import LimitExceeded, MixedKinds, NotFound
from schema.sql.introspecting import Introspection
from schema.sql.meter import Spending, check_inputs, weigh
from schema.sql.planner import Planner
from schema.sql.plans import Answered, Plan, plan
from schema.sql.redactions import Path, told
from schema.sql.scalars import NULL_MARK
from schema.sql.viewing import viewed_by

COERCION_ERRORS = 10
"""How many mistakes in variables are looked for."""


class Reader(Protocol):
    """Runs a statement that returns one row."""

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]: ...


class Data(Protocol):
    """Gives an operation of a viewer a reader; one that runs several statements sees one state of the data."""

    def reading(self, *, several: bool, viewer: Viewer) -> AbstractAsyncContextManager[Reader]: ...


@dataclass
class Operation:
    """The context of one execution: what resolvers need and what they leave behind."""

    reader: Reader
    document: Document
    viewer: Viewer
    executor: Executor
    hydrate: bool = False
    spending: Spending | None = None
    errors: list[GraphQLError] = field(default_factory=list)
    plans: dict[str, Plan] = field(default_factory=dict)
    shape: Any = None
    release: int | None = None
    length: int = 0
    redacted: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judged:
    """An operation that may run: its variables, what it costs, and the plan that answers it where one is known."""

    values: Variables
    points: int
    again: Plan | None = None


class PassingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Completes values as graphql-core does, but leaves finished JSON as it is; literals are among the variables."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        operation: Operation = self.context_value
        coerced = operation.document.variables(self.variable_values.coerced) | viewed_by(
            operation.viewer, operation.spending
        )
        self.variable_values = self.variable_values._replace(coerced=coerced)

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

    def __init__(
        self,
        schema: GraphQLSchema,
        planner: Planner,
        limits: Limits | None = None,
        unsteady: frozenset[str] = frozenset(),
    ) -> None:
        self.schema, self._planner, self.limits, self._unsteady = schema, planner, limits or Limits(), unsteady
        self._largest_answer = self.limits.answer_bytes
        self._documents = Documents(schema, self.limits)
        self._introspection = Introspection(schema)

    def within(self, limits: Limits) -> Executor:
        """Return an executor of the same schema that has other limits, and documents of its own."""
        return Executor(self.schema, self._planner, limits, self._unsteady)

    def document(self, text: str) -> Document:
        """Return the document of a text, with what is known of it and of texts that differ in literals alone."""
        return self._documents.read(text)

    def is_steady(self, document: Document, operation_name: str | None) -> bool:
        """Return whether an operation is answered by the state of the data alone, for who has the same rights."""
        fields = document.root_fields(operation_name)
        return bool(fields) and fields.isdisjoint(self._unsteady)

    def points(self, document: Document, variables: Mapping[str, Any]) -> int:
        """Return what the only operation of a valid document costs, whether or not it is allowed."""
        operation = document.operation(None)
        assert operation, "there is an operation"
        found = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables))
        assert not isinstance(found, list), "the variables fit"
        return cost(self.schema, operation, document.fragments, document.variables(found.coerced)).points

    async def execute(
        self,
        document: Document,
        data: Data,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        viewer: Viewer = ANYONE,
        spending: Spending | None = None,
        hydrate: bool = False,
    ) -> ExecutionResult:
        """Execute one operation for a viewer, who pays by ``spending``.

        ``hydrate`` has graphql-core complete the answer, which tests compare with.
        """
        if document.form.first.errors:
            return ExecutionResult(data=None, errors=list(document.errors))
        operation = document.operation(operation_name)
        given = dict(variables or {})
        points = 0
        if operation:
            judged = self._judge(document, operation, given, viewed_by(viewer, spending), hydrate=hydrate)
            if isinstance(judged, list):
                return ExecutionResult(data=None, errors=judged)
            points = judged.points
            if spending:
                await spending.take(points)
            answer = judged.again and await self._answer_again(judged.again, data, judged.values, viewer)
            if answer is None and not judged.again:
                answer = await self._introspection.answer(document, operation, given, judged.values, spending)
            if answer:
                return answer
        if document.ast is None or document.errors:
            return ExecutionResult(data=None, errors=list(document.errors))
        async with data.reading(several=has_several_roots(operation), viewer=viewer) as reader:
            context = Operation(reader, document, viewer, self, hydrate, spending)
            result = execute(
                self.schema,
                document.ast,
                context_value=context,
                variable_values=given,
                operation_name=operation_name,
                executor_class=PassingExecutor,
            )
            finished = await result if isinstance(result, Awaitable) else result
        errors = [*(finished.errors or ()), *context.errors]
        if finished.data and not errors and finished.data.keys() == context.plans.keys():
            together = self._together([context.plans[key] for key in finished.data])
            document.form.answered.keep((name_of(operation), context.shape), Answered(together, points))
        return ExecutionResult(
            data=finished.data, errors=errors or None, extensions=_extensions(context.release, context.redacted)
        )

    def _judge(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        given: dict[str, Any],
        viewed: dict[str, Any],
        *,
        hydrate: bool,
    ) -> Judged | list[GraphQLError]:
        """Say with what values, by which plan and for how many points an operation is run, or why it is not."""
        try:
            check_inputs(given, self.limits)
            found = get_variable_values(
                self.schema, operation.variable_definitions or (), given, max_errors=COERCION_ERRORS
            )
            if isinstance(found, list):
                return found
            values = document.variables(found.coerced) | viewed
            known = None
            if document.form.answered and not hydrate:
                known = document.form.answered.get((name_of(operation), document.shape(values)))
            if known:
                return Judged(values, known.points, known.plan)
            return Judged(values, weigh(self.schema, document, operation, values, self.limits))
        except LimitExceeded as error:
            return [error]

    async def _answer_again(
        self, again: Plan, data: Data, variables: Mapping[str, Any], viewer: Viewer
    ) -> ExecutionResult | None:
        """Answer an operation by one statement, as it was answered before; None leaves it to graphql-core."""
        try:
            async with data.reading(several=False, viewer=viewer) as reader:
                *bodies, release = await self._run(again, reader, variables)
        except Unanswered:
            raise
        except Exception:  # noqa: BLE001 (graphql-core meets it again, and says at which field)
            return None
        if again.watched and any(NULL_MARK.encode() in body for body in bodies):
            return None
        answer = {root.key: passed(body) for root, body in zip(again.roots, bodies, strict=True)}
        return ExecutionResult(data=answer, errors=None, extensions=_extensions(release, again.redacted))

    async def resolve(self, _source: Any, info: Info, **_arguments: Any) -> Any:
        """Resolve a root field with one statement, within the limits of the executor that was asked."""
        operation: Operation = info.context
        return await operation.executor.answer(info, operation)

    async def answer(self, info: Info, operation: Operation) -> Any:
        """Answer a root field of an operation."""
        planned = self._plan(info, operation, hydrated=operation.hydrate)
        (root,) = planned.roots
        if root.needs_python and not root.hydrated:
            planned = self._plan(info, operation, hydrated=True)
        payload, operation.release = await self._run(planned, operation.reader, variables_of(info))
        if root.watched and not planned.roots[0].hydrated and NULL_MARK.encode() in payload:
            # A promise of a value was broken: graphql-core says where, and how far the null reaches.
            planned = self._plan(info, operation, hydrated=True)
            payload, operation.release = await self._run(planned, operation.reader, variables_of(info))
        # Each statement sees to its own root field; all of them together must not exceed the limit either.
        operation.length += len(payload)
        self._check_length(operation.length)
        (root,) = planned.roots
        operation.redacted += root.redacted
        if info.field_name == "nodes" and b"null" in payload:
            self._name_missing(info, operation, payload)
        if root.hydrated:
            return orjson.loads(payload.replace(NULL_MARK.encode(), b"null"))
        if not self._planner.is_by_identifier(info):
            operation.plans[root.key] = planned
        return passed(payload)

    def prepare(self, info: Info, document: Document, asking: Operation) -> None:
        """Plan a root field and bind its values, without running it; raise what asking would raise of them."""
        self._plan(info, Operation(asking.reader, document, asking.viewer, self), hydrated=False).values(
            variables_of(info)
        )

    async def _run(self, planned: Plan, reader: Reader, variables: Mapping[str, Any]) -> list[Any]:
        """Run a plan; return the bytes of each root field, then the newest release."""
        try:
            *bodies, length, release = await reader.fetch(planned.sql, planned.values(variables))
        except RefusedByStatement as refused:
            raise MixedKinds(str(refused)) from None
        planned.check(variables, release)
        self._check_length(length)
        return [*bodies, release]

    def _check_length(self, length: int) -> None:
        if length > self._largest_answer:
            raise LimitExceeded.of(
                "answer_bytes", self._largest_answer, length, "ask for smaller pages (first) or fewer fields at a time"
            )

    def _together(self, plans: Sequence[Plan]) -> Plan:
        """Return one plan for all the root fields of an operation."""
        (first, *others) = plans
        return plan([root for each in plans for root in each.roots], self._largest_answer) if others else first

    def _plan(self, info: Info, operation: Operation, *, hydrated: bool) -> Plan:
        if operation.shape is None:
            operation.shape = operation.document.shape(variables_of(info))
        key = (name_of(info.operation), info.path.key, operation.shape, hydrated, self._planner.kinds(info))
        plans = operation.document.form.plans
        return plans.get(key) or plans.keep(
            key, plan([self._planner.root(info, hydrated=hydrated)], self._largest_answer)
        )

    def _name_missing(self, info: Info, operation: Operation, payload: bytes) -> None:
        ids = self._planner.identifiers(info)
        found = orjson.loads(payload.replace(NULL_MARK.encode(), b"null"))
        for position, (identifier, row) in enumerate(zip(ids, found, strict=True)):
            if row is None:
                missing = NotFound(f"{identifier!r:.200} names nothing.")
                missing.path = [info.path.key, position]
                operation.errors.append(missing)


def passed(payload: bytes) -> orjson.Fragment | None:
    """Return JSON that goes into the answer unread."""
    return None if payload == b"null" else orjson.Fragment(payload)


def name_of(operation: OperationDefinitionNode | None) -> str | None:
    """Return the name of an operation, if it has one."""
    return operation.name.value if operation and operation.name else None


def _extensions(release: int | None, redacted: list[Path]) -> dict[str, Any] | None:
    if release is None:
        return None
    return {"release": release, "redactions": told(redacted)} if redacted else {"release": release}
