"""What a client hears when something fails: a code, a sentence and the request's id, and nothing from inside."""

from __future__ import annotations

import logging
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from api.told import KEY
from db.connection import DatabaseUnavailable
from db.reading import Unanswered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

logger = logging.getLogger("nextgraph")

JSON = "application/json"
PROBLEM = "application/problem+json"
GRAPHQL_PATH = "/graphql"
RETRY_SECONDS = "5"
ERROR_BYTES = 1_900
"""How many bytes the errors of a request have together that brings no data."""
MESSAGE_CHARACTERS = 400


class Code(Enum):
    """Every code that ``extensions.code`` may have, with what it means and what to do."""

    BAD_REQUEST = "The HTTP request is not a GraphQL request: correct what the message names."
    BAD_INPUT = "A variable or an argument has a value that cannot be used: correct the value."
    BAD_CURSOR = "A cursor was altered or belongs to another ordering: take cursors from the same list."
    UNAUTHENTICATED = "The request does not say who asks: send the key or token that you were given."
    CREDENTIALS_REFUSED = "The key or token is not valid, or not any more: correct what the message names."
    FORBIDDEN = "This is not allowed here: ask the operator of the server."
    FOREIGN_ORIGIN = "A page of another site asks: ask the operator of the server to allow its origin."
    INTROSPECTION_OFF = "The schema cannot be asked for on this server: ask its operator for it."
    DOCUMENT_REQUIRED = "Only kept documents run here: send the documentId of one, or ask the operator to keep yours."
    DOCUMENT_NOT_FOUND = "The server keeps no document of this identifier: check it, or send the document as query."
    PERSISTED_QUERY_NOT_FOUND = "The server does not know this hash yet: send it once more, together with the query."
    PERSISTED_QUERY_NOT_SUPPORTED = "The server keeps no documents: send the query, without a hash."
    NOT_FOUND = "What was asked for does not exist: check the identifier or the address."
    MIXED_KINDS = "Numbers of different kinds would be added up: group by the kinds, leave one, or say mixed: true."
    GRAPHQL_PARSE_FAILED = "The document is not GraphQL: correct the syntax at the location given."
    GRAPHQL_VALIDATION_FAILED = "The document does not fit the schema: compare it with /graphql/schema.graphql."
    LIMIT_EXCEEDED = "The request is larger or nests deeper than the server accepts: ask for less at a time."
    QUOTA_EXCEEDED = "The points of this minute are used up: ask again after the time in Retry-After."
    TIMEOUT = "The answer takes longer than it may: ask for less at a time."
    CANCELLED = "The client closed the connection before the answer was there: nothing is to be done."
    IMPORT_REFUSED = "The file cannot be imported as it is, and nothing is published: correct what the message names."
    CONFLICT = "What is named means two things, such as a key of two imports: do what the message says."
    BUSY = "The server is doing as much as it can: try again after the time in Retry-After."
    METHOD_NOT_ALLOWED = "The address does not take this HTTP method: use one that the Allow header names."
    NOT_ACCEPTABLE = "The Accept header excludes JSON: accept application/json or application/graphql-response+json."
    UNSUPPORTED_MEDIA_TYPE = "The body is not declared as JSON: send it as application/json in UTF-8."
    AUDIT_UNAVAILABLE = "The audit cannot be written, and without it nothing is answered: tell the server's operator."
    DISK_FULL = "The server's disk has no room for the file: choose one that is sent as it grows, or tell its operator."
    ISSUER_UNAVAILABLE = "The keys of the tokens' issuer cannot be had: try again after the time in Retry-After."
    DATABASE_UNAVAILABLE = "The database cannot be reached at the moment: try again after the time in Retry-After."
    INTERNAL = "Something went wrong inside the server: tell its operator the request id."


class Refused(Exception):
    """A request that gets no data, with the HTTP status that says so."""

    def __init__(
        self,
        status: int,
        code: Code,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message or code.value)
        self.status, self.code, self.headers, self.details = status, code, headers or {}, details or {}


def refusal(request: Request, refused: Refused, media_type: str = JSON) -> Response:
    """Answer a request with nothing but one error: in GraphQL's shape at its address, as problem details at others."""
    request_id: str = request.state.request_id
    if (told := getattr(request.state, KEY, None)) is not None:
        told.code = refused.code.name
    extensions = {"code": refused.code.name, "requestId": request_id, **refused.details}
    error = {"message": str(refused), "extensions": extensions}
    # What answers an exception that nobody foresaw stands outside the middleware that adds the id.
    headers = {"Cache-Control": "no-store", **refused.headers, "X-Request-Id": request_id}
    if request.url.path == GRAPHQL_PATH:
        return Response(orjson.dumps({"errors": [error]}), refused.status, headers, f"{media_type}; charset=utf-8")
    return Response(orjson.dumps(_problem(refused, extensions)), refused.status, headers, PROBLEM)


def _problem(refused: Refused, extensions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the problem details of RFC 9457; without a type of its own, a problem has its status for a title."""
    title = HTTPStatus(refused.status).phrase
    return {"type": "about:blank", "title": title, "status": refused.status, "detail": str(refused), **extensions}


def shown(errors: Sequence[GraphQLError], request_id: str, otherwise: Code, asked: object) -> list[Mapping[str, Any]]:
    """Return errors as clients may see them; ``otherwise`` is the code of those that the schema's machinery found.

    The first one that nobody foresaw is logged, with what was ``asked``. A database that is out of reach, or that
    was given no time, is raised instead: it fails the request as a whole. Of errors without data, as many are told as
    have room.
    """
    causes = [_cause(error) for error in errors]
    for cause in causes:
        if isinstance(cause, DatabaseUnavailable | Unanswered):
            raise cause
    unforeseen = [cause for cause in causes if cause and not isinstance(cause, RecursionError)]
    if unforeseen:
        log_unforeseen(unforeseen[0], request_id, asked)
    found = [_shown(error, cause, request_id, otherwise) for error, cause in zip(errors, causes, strict=True)]
    return found if errors[0].path else _fitting(found)


def _fitting(errors: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return as many errors as a small answer has room for, and one at least: a client may have made very many."""
    room = ERROR_BYTES
    for count, error in enumerate(errors):
        room -= len(orjson.dumps(error))
        if room < 0:
            return errors[: max(count, 1)]
    return errors


def log_unforeseen(error: Exception, request_id: str, asked: object) -> None:
    """Leave the operator what the client is not told."""
    logger.error("Request %s (%s) failed", request_id, asked, exc_info=error)


def _cause(error: GraphQLError) -> Exception | None:
    """Return the exception that graphql-core turned into an error, unless it was meant for the client."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _cut(message: str) -> str:
    """Return a message without the rest of what a client wrote there at length."""
    return message if len(message) <= MESSAGE_CHARACTERS else f"{message[:MESSAGE_CHARACTERS]}…"


def _shown(error: GraphQLError, cause: Exception | None, request_id: str, otherwise: Code) -> Mapping[str, Any]:
    extensions = dict(error.extensions or {})
    extensions.setdefault("code", otherwise.name)
    message = error.message
    if cause:
        code = Code.LIMIT_EXCEEDED if isinstance(cause, RecursionError) else Code.INTERNAL
        extensions, message = {"code": code.name}, code.value
    return {**error.formatted, "message": _cut(message), "extensions": {**extensions, "requestId": request_id}}
