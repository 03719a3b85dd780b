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
from api.errors import JSON, RETRY_SECONDS, Code, Refused, log_unforeseen, refusal, shown
from api.persisted import Persisted
from api.request import Asked, asked, media_type
from api.told import Told
from api.watch import Watchman
from db.connection import DatabaseUnavailable
from db.reading import NoConnectionFree, StatementTooLong
from schema.sql.steady import is_of_the_contract

if TYPE_CHECKING:
    from graphql import ExecutionResult
    from starlette.requests import Request

    from api.answers import Answered
    from api.credentials import Credentials
    from api.rate import Meter, Spending
    from api.settings import Settings
    from schema.sql import Document, Executor


class GraphQLEndpoint:
    """Answers GraphQL requests with the executor of a schema and the data that the application has open."""

    def __init__(self, executor: Executor, settings: Settings, credentials: Credentials, meter: Meter) -> None:
        self._executor, self._credentials = executor, credentials
        self._limits, self._meter, self._introspection = executor.limits, meter, settings.introspection
        self._watchman = Watchman(self._limits.seconds)
        self._persisted = Persisted(settings.persisted_dir, settings.persisted)
        self._answers = Answers(settings.answers_bytes)

    async def answer(self, request: Request) -> Response:
        """Answer one request; there is always an answer, and it always has GraphQL's shape."""
        media: str = JSON
        question: Asked | None = None
        spending: Spending | None = None
        try:
            media = media_type(request.headers.get("accept"))
            request.state.told = told = Told("read")
            request.state.viewer = told.viewer = await self._credentials.viewer(request)
            spending = self._meter.spending(request)
            spending.begin()
            question = self._persisted.resolved(await asked(request, self._limits.body), request.state.viewer)
            told.document, told.variables = question.digest, question.kinds
            with self._watchman.over(request.receive):
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
        response.raw_headers.append((b"vary", b"Accept, Authorization"))
        if spending:
            await spending.settle()
            response.raw_headers += spending.headers()
        return response

    async def _execute(self, request: Request, question: Asked, media: str, spending: Spending) -> Response:
        document = self._executor.document(question.query)
        _keep_get_safe(request, document, question.operation_name)
        told: Told = request.state.told
        operation = document.operation(question.operation_name)
        told.operation = operation.name.value if operation and operation.name else None
        if not self._introspection:
            introspection.check(document.root_fields(question.operation_name))
        place = self._place(request, question, media, document)
        if place and (known := await place.found(told)):
            return known
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
        body: dict[str, Any] = {}
        began = result.data is not None or any(error.path for error in errors)
        if errors:
            found = shown(errors, request.state.request_id, _code(document, result), question)
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
