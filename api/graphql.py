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

from api.errors import JSON, RETRY_SECONDS, Code, Refused, log_unforeseen, refusal, shown
from api.request import Asked, asked, media_type
from api.told import Told
from api.watch import Watch
from db.connection import DatabaseUnavailable
from db.reading import NoConnectionFree, StatementTooLong
from db.viewers import ANYONE

if TYPE_CHECKING:
    from graphql import ExecutionResult
    from starlette.requests import Request

    from api.rate import Meter, Spending
    from schema.sql import Document, Executor


class GraphQLEndpoint:
    """Answers GraphQL requests with the executor of a schema and the data that the application has open."""

    def __init__(self, executor: Executor, meter: Meter) -> None:
        self._executor, self._limits, self._meter = executor, executor.limits, meter

    async def answer(self, request: Request) -> Response:
        """Answer one request; there is always an answer, and it always has GraphQL's shape."""
        media: str = JSON
        question: Asked | None = None
        spending: Spending | None = None
        try:
            media = media_type(request.headers.get("accept"))
            request.state.viewer = ANYONE
            request.state.told = told = Told("read", request.state.viewer)
            spending = self._meter.spending(request)
            await spending.begin()
            question = await asked(request, self._limits.body)
            told.document, told.variables = question.digest, question.kinds
            with Watch(request.receive, self._limits.seconds):
                response = await self._execute(request, question, media, spending)
        except Refused as refused:
            response = refusal(request, refused, media)
        except DatabaseUnavailable:
            unavailable = Refused(503, Code.DATABASE_UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS})
            response = refusal(request, unavailable, media)
        except StatementTooLong:
            response = refusal(request, Refused(504, Code.TIMEOUT), media)
        except NoConnectionFree:
            response = refusal(request, Refused(503, Code.BUSY, headers={"Retry-After": RETRY_SECONDS}), media)
        except RecursionError:
            response = refusal(request, Refused(400, Code.LIMIT_EXCEEDED), media)
        except Exception as error:  # noqa: BLE001 (whatever it is, the client is answered and the operator told)
            log_unforeseen(error, request.state.request_id, question)
            response = refusal(request, Refused(500, Code.INTERNAL), media)
        response.raw_headers.append((b"vary", b"Accept"))
        if spending:
            response.raw_headers += spending.headers()
        return response

    async def _execute(self, request: Request, question: Asked, media: str, spending: Spending) -> Response:
        document = self._executor.document(question.query)
        _keep_get_safe(request, document, question.operation_name)
        result = await self._executor.execute(
            document,
            request.state.data,
            question.variables,
            question.operation_name,
            viewer=request.state.viewer,
            spending=spending,
        )
        errors = result.errors or []
        if document.form.first.errors:
            await spending.refused(min(len(question.query), self._limits.source))
        told: Told = request.state.told
        operation = document.operation(question.operation_name)
        told.operation = operation.name.value if operation and operation.name else None
        body: dict[str, Any] = {}
        began = result.data is not None or any(error.path for error in errors)
        if errors:
            body["errors"] = found = shown(errors, request.state.request_id, _code(document, result), question)
            told.code = found[0]["extensions"]["code"]
        if began:
            body["data"] = result.data
        if result.extensions:
            body["extensions"] = result.extensions
            told.release = result.extensions["release"]
        status = 200 if began or media == JSON else 400
        text = orjson.dumps(body)
        told.objects = text.count(b"{")
        return Response(text, status, media_type=f"{media}; charset=utf-8")


def _keep_get_safe(request: Request, document: Document, operation_name: str | None) -> None:
    """Refuse to do by GET anything that may have an effect, whether or not the schema knows such operations."""
    if request.method == "POST":
        return
    operation = document.operation(operation_name)
    if operation and operation.operation is not OperationType.QUERY:
        message = f"A {operation.operation.value} cannot be sent by {request.method}: use POST."
        raise Refused(405, Code.METHOD_NOT_ALLOWED, message, headers={"Allow": "POST"})


def _code(document: Document, result: ExecutionResult) -> Code:
    """Return the code of the errors that graphql-core found by itself in this phase."""
    if not document.errors:
        return Code.BAD_INPUT
    syntax = result.errors and isinstance(result.errors[0], GraphQLSyntaxError)
    return Code.GRAPHQL_PARSE_FAILED if syntax else Code.GRAPHQL_VALIDATION_FAILED
