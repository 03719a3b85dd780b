"""GraphQL over HTTP, as its specification describes it.

A request that is not well-formed (the body is no JSON, ``query`` is missing) is answered with a 4xx status. One that is
well-formed but fails before execution (syntax, validation, operation, variables) gets 400 where the client accepts
``application/graphql-response+json``, and 200 in ``application/json``: clients of that older type may not read the body
of any other status. Once execution has begun the status is 200, errors of fields included. Two cases have statuses of
their own in both types: an operation other than a query by GET (405) and an unreachable database (503).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLSyntaxError, OperationType
from starlette.responses import Response

from api import introspection
from api.answers import Answers
from api.errors import JSON, Code, Refused, shown
from api.request import media_type
from api.watch import Watchman
from schema.sql.steady import is_of_the_contract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import GraphQLError
    from starlette.requests import Request

    from api.answers import Answered
    from api.rate import Spending
    from api.reception import Reception
    from api.request import Asked
    from api.settings import Settings
    from api.told import Told
    from schema.sql import Document, Executor


class GraphQLEndpoint:
    """Answers GraphQL requests with the executor of a schema and the data that the application has open."""

    def __init__(self, executor: Executor, settings: Settings, reception: Reception) -> None:
        self._executor, self._reception = executor, reception
        self._limits, self._introspection = executor.limits, settings.introspection
        self._watchman = Watchman(self._limits.seconds)
        self._answers = Answers(settings.answers_bytes)

    async def answer(self, request: Request) -> Response:
        """Answer one request; there is always an answer, and it always has GraphQL's shape."""

        def media() -> str:
            return media_type(request.headers.get("accept"))

        async def execute(request: Request, question: Asked, spending: Spending) -> Response:
            return await self.executed(request, question, media(), spending)

        return await self._reception.receive(request, media, self._reception.read, execute, self._watchman)

    async def executed(self, request: Request, question: Asked, media: str, spending: Spending) -> Response:
        """Answer one operation."""
        document = self._executor.document(question.query)
        keep_get_safe(request, document, question.operation_name)
        state = request.state
        told: Told = state.told
        operation = document.operation(question.operation_name)
        told.operation = operation.name.value if operation and operation.name else None
        if not self._introspection:
            introspection.check(document.root_fields(question.operation_name))
        place = self._place(request, question, media, document)
        if place and (known := await place.found(told)):
            return known
        result = await self._executor.execute(
            document,
            state.data,
            question.variables,
            question.operation_name,
            viewer=state.viewer,
            spending=spending,
        )
        errors = result.errors or []
        if document.form.first.errors:
            await spending.refused(min(len(question.query), self._limits.source))
        body: dict[str, Any] = {}
        began = result.data is not None or any(error.path for error in errors)
        if errors:
            found = shown(errors, state.request_id, code_of(document, errors), question)
            told.code = found[0]["extensions"]["code"]
            body["errors"] = found if self._introspection else list(map(introspection.without_suggestion, found))
        if began:
            body["data"] = result.data
        if result.extensions:
            body["extensions"] = result.extensions
            told.release = result.extensions["release"]
        text, status = orjson.dumps(body), 200 if began or media == JSON else 400
        told.objects = text.count(b"{")
        if place and not errors:
            return place.made(text, told.release)
        return Response(text, status, {"Cache-Control": "no-store"}, f"{media}; charset=utf-8")

    def _place(self, request: Request, question: Asked, media: str, document: Document) -> Answered | None:
        """Return where the answer belongs, if it is one that may be given again."""
        if not self._executor.is_steady(document, question.operation_name):
            return None
        always = is_of_the_contract(document.root_fields(question.operation_name))
        return self._answers.of(request, question, media, always=always)


def keep_get_safe(request: Request, document: Document, operation_name: str | None) -> None:
    """Refuse to do by GET anything that may have an effect, whether or not the schema knows such operations."""
    if request.method == "POST":
        return
    operation = document.operation(operation_name)
    if operation and operation.operation is not OperationType.QUERY:
        message = f"A {operation.operation.value} cannot be sent by {request.method}: use POST."
        raise Refused(405, Code.METHOD_NOT_ALLOWED, message, headers={"Allow": "POST"})


def code_of(document: Document, errors: Sequence[GraphQLError]) -> Code:
    """Return the code of the errors that graphql-core found by itself in this phase."""
    if not document.errors:
        return Code.BAD_INPUT
    return Code.GRAPHQL_PARSE_FAILED if isinstance(errors[0], GraphQLSyntaxError) else Code.GRAPHQL_VALIDATION_FAILED
