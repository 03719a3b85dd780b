"""The root field ``estimate``: what a document would cost and bring, said without running it.

The document is parsed, validated and planned as if it were asked, so an estimate finds every mistake that asking would;
then its cost is reckoned and the statistics of the database are read. Nothing else is. Only what fragments blow up
beyond measure is not planned: of that, the points say enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution import get_variable_values
from graphql.pyutils import Path

from db.rights import Level, level_of
from schema.sql.arguments import Info
from schema.sql.cost import cost
from schema.sql.errors import BadInput, LimitExceeded, PublicError
from schema.sql.estimate import Costliest, Estimate
from schema.sql.expected import Expectation, Expected
from schema.sql.likelihood import Likelihood
from schema.sql.linking import LinkedType
from schema.sql.pages import DEFAULT_PAGE
from schema.sql.planner import PythonRoot
from schema.sql.selection import Selection
from schema.sql.shares import Cost
from schema.sql.statistics import STATEMENT, Statistics, tables
from schema.sql.viewing import viewed_by

if TYPE_CHECKING:
    from graphql import FieldNode

    from schema.sql.documents import Document
    from schema.sql.execution import Executor, Operation

SMALL_PAGE = 5
LARGEST_PLANNED = 5_000
MOST = 2**31 - 1


class Estimator:
    """Estimates documents for one schema."""

    def __init__(self, executor: Executor, types: Mapping[str, LinkedType], roots: Mapping[str, Any]) -> None:
        self._executor, self._types, self._roots = executor, types, roots

    async def resolve(
        self, _source: Any, info: Info, *, query: str, variables: Any = None, **arguments: Any
    ) -> Estimate:
        """Resolve the root field ``estimate``."""
        asking: Operation = info.context
        document = asking.executor.document(query)
        operation = self._operation(document, arguments.get("operationName"))
        coerced = document.variables(self._variables(operation, variables)) | viewed_by(asking.viewer, asking.spending)
        selection = Selection(self._executor.schema, document.fragments, coerced)
        infos = [self._info(operation, selection, nodes, info) for nodes in _roots(operation, selection)]
        reckoned = cost(selection.schema, operation, selection.fragments, coerced)
        planned = [one for one in infos if not isinstance(self._roots.get(one.field_name), PythonRoot | None)]
        if reckoned.fields <= LARGEST_PLANNED:
            for one in planned:
                self._plan(one, document, asking)
        (payload,) = await asking.reader.fetch(STATEMENT, [tables(self._types.values())])
        statistics = Statistics(payload, everything=level_of(asking.viewer) is Level.EVERYTHING)
        expected = self._expected(planned, selection, statistics)
        return Estimate(
            points=_shown(reckoned.points),
            nodes=_shown(reckoned.nodes),
            rows=_shown(expected.rows),
            bytes=_shown(expected.bytes),
            costliest=_costliest(reckoned),
            suggestion=_suggestion(reckoned, selection, operation),
        )

    def _operation(self, document: Document, name: str | None) -> OperationDefinitionNode:
        if document.errors:
            if isinstance(document.errors[0], LimitExceeded):
                # It says by itself which limit, of a document like any other, was passed.
                raise document.errors[0]
            raise BadInput(_placed(document.errors[0]))
        operation = document.operation(name)
        if operation is None:
            raise BadInput("query: there is no such operation in it, or several: name one in operationName.")
        if operation.operation is not OperationType.QUERY:
            raise BadInput(f"query: a {operation.operation.value} is not estimated.")
        return operation

    def _variables(self, operation: OperationDefinitionNode, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict | None):
            raise BadInput('variables: give an object such as {"first": 10}.')
        found = get_variable_values(
            self._executor.schema, operation.variable_definitions or (), given or {}, max_errors=1
        )
        if isinstance(found, list):
            raise BadInput(_placed(found[0]))
        return dict(found.coerced)

    def _info(
        self, operation: OperationDefinitionNode, selection: Selection, nodes: tuple[str, list[FieldNode]], info: Info
    ) -> Info:
        """Return what a resolver of a root field of the document would be given."""
        key, fields = nodes
        query: Any = selection.schema.query_type
        variables: Any = selection.variables
        definition = selection.schema.get_field(query, fields[0].name.value)
        assert definition is not None
        return info._replace(
            field_name=fields[0].name.value,
            field_nodes=fields,
            return_type=definition.type,
            parent_type=query,
            path=Path(None, key, query.name),
            fragments=dict(selection.fragments),
            operation=operation,
            variable_values=variables,
        )

    def _plan(self, info: Info, document: Document, asking: Operation) -> None:
        """Plan a root field as if it were asked, and keep the plan for when it is."""
        try:
            asking.executor.prepare(info, document, asking)
        except PublicError as error:
            kind = type(error)
            raise kind(f"query, at {info.path.key}: {error.message}") from None

    def _expected(self, infos: list[Info], selection: Selection, statistics: Statistics) -> Expected:
        expectation = Expectation(selection, Likelihood(self._types, statistics, selection.variables))
        whole = Expected(bytes=len('{"data":{}}'))
        for info in infos:
            definition = info.parent_type.fields[info.field_name]
            found = expectation.root(list(info.field_nodes), definition, self._roots[info.field_name])
            whole = whole.and_more(found).and_more(Expected(bytes=len(f'"{info.path.key}":,')))
        return whole


def _roots(operation: OperationDefinitionNode, selection: Selection) -> Iterator[tuple[str, list[FieldNode]]]:
    query: Any = selection.schema.query_type
    asked: Any = [operation]
    yield from selection.below(asked, query).items()


def _costliest(reckoned: Cost) -> Costliest | None:
    share = reckoned.costliest
    return None if share is None else Costliest(path=share.path, points=_shown(share.points), nodes=_shown(share.nodes))


def _suggestion(reckoned: Cost, selection: Selection, operation: OperationDefinitionNode) -> str | None:
    """Say which smaller page, on the way to the costliest field, makes the whole operation cheapest."""
    best: tuple[int, str, str] | None = None
    path: list[str] = []
    for step in reckoned.costliest.steps if reckoned.costliest else ():
        path.append(step.key)
        smaller = DEFAULT_PAGE if (step.size or 0) > DEFAULT_PAGE else SMALL_PAGE
        if step.size is None or step.size <= smaller:
            continue
        points = cost(
            selection.schema, operation, selection.fragments, selection.variables, {step.asked_by: smaller}
        ).points
        if points < reckoned.points and (best is None or points < best[0]):
            best = points, f"{step.side}: {smaller}", ".".join(path)
    if best is None:
        return None
    points, page, place = best
    return (
        f"{place}에서 {page}이면 {reckoned.points:,}점이 아니라 {points:,}점"
        f" | With {page} at {place} it costs {points:,} points instead of {reckoned.points:,}"
    )


def _placed(error: GraphQLError) -> str:
    """Return an error's message with its place in the document that is estimated."""
    place = error.locations[0] if error.locations else None
    return f"query, line {place.line}, column {place.column}: {error.message}" if place else f"query: {error.message}"


def _shown(number: float) -> int:
    """Return a number as GraphQL's Int can hold it."""
    return min(round(number), MOST)
