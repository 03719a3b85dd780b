"""Reading what a client asks, whatever bytes come: a GraphQL request, or a refusal that says what is wrong."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import ClientDisconnect

from api.errors import JSON, Code, Refused
from schema.sql.errors import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

GRAPHQL = "application/graphql-response+json"
LONGEST_IDENTIFIER = 500


@dataclass(frozen=True)
class Asked:
    """A well-formed GraphQL request."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None
    document_id: str | None = None
    is_automatic: bool = False
    """Whether the identifier is the hash of an automatically persisted query."""

    def __str__(self) -> str:
        """Name the request without repeating it, for a log: it may be large, and hold what is not for a log."""
        return f"operation {self.operation_name or 'without a name'} of document {self.digest[:16]}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the document."""
        return _digest(self.query) if len(self.query) <= LONGEST_KNOWN else _digest.__wrapped__(self.query)

    @property
    def kinds(self) -> dict[str, str]:
        """What kind of JSON each of the first variables is, for those who may not see the values."""
        return {name[:100]: KINDS[type(value)] for name, value in islice(self.variables.items(), MOST_KINDS)}


KINDS: Mapping[type, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "list",
    dict: "object",
    type(None): "null",
}
MOST_KINDS = 50
LONGEST_KNOWN = 20_000


@lru_cache(maxsize=500)
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


async def asked(request: Request, body_limit: int) -> Asked:
    """Read a request: the parameters of a GET, the JSON body of a POST."""
    if request.method == "POST":
        _require_json(request.headers.get("content-type", ""))
        return _checked(_decoded(await _body(request, body_limit), "The body"))
    # An empty value is how a form sends none.
    found: dict[str, Any] = {name: value for name, value in request.query_params.items() if value}
    for name in ("variables", "extensions"):
        if name in found:
            found[name] = _decoded(found[name], f"The parameter {name}")
    return _checked(found)


@lru_cache(maxsize=100)
def media_type(accept: str | None) -> str:
    """Choose the media type of the answer; a client that names none, or takes anything, gets plain JSON."""
    if not accept:
        return JSON
    weights: dict[str, float] = {}
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        weights[name] = min((_weight(parameter) for parameter in parameters), default=1)
    graphql = weights.get(GRAPHQL, 0)
    plain = weights.get(JSON, weights.get("application/*", weights.get("*/*", 0)))
    if not graphql and not plain:
        raise Refused(406, Code.NOT_ACCEPTABLE)
    return GRAPHQL if graphql >= plain else JSON


def _weight(parameter: str) -> float:
    weight = re.fullmatch(r"q\s*=\s*([01](?:\.\d{0,3})?)", parameter)
    return float(weight[1]) if weight else 1


@lru_cache(maxsize=100)
def _require_json(content_type: str) -> None:
    # This is also what keeps a page of another site from asking in its visitor's name: a form cannot send this type,
    # and a script that does is first asked for permission, which no answer of ours gives.
    name, _, parameters = content_type.partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters.lower())
    if name.strip().lower() != JSON or (charset and charset[1] not in ("utf-8", "utf8")):
        raise Refused(415, Code.UNSUPPORTED_MEDIA_TYPE)


async def _body(request: Request, limit: int) -> bytes:
    # Starlette's own limit answers in plain text, and on this address every error has GraphQL's shape.
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                passed = LimitExceeded.of("body", limit, len(body))
                raise Refused(413, Code.LIMIT_EXCEEDED, passed.message, details=passed.extensions)
    except ClientDisconnect:
        raise Refused(400, Code.BAD_REQUEST, "The connection was closed before the body was complete.") from None
    return bytes(body)


def _decoded(text: bytes | str, where: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # With the text itself left out, which the error would carry into every log.
        raise Refused(400, Code.BAD_REQUEST, f"{where} is not JSON in UTF-8: {error.msg}.") from None


def _checked(parameters: Any) -> Asked:
    if not isinstance(parameters, dict):
        wanted = "a JSON object with a query" if not isinstance(parameters, list) else "one request, not a list of them"
        raise Refused(400, Code.BAD_REQUEST, f"The body has to be {wanted}.")
    query, variables, name = (parameters.get(key) for key in ("query", "variables", "operationName"))
    if not isinstance(name, str | None):
        raise Refused(400, Code.BAD_REQUEST, "operationName has to be a text or null.")
    for key in ("variables", "extensions"):
        if not isinstance(parameters.get(key), dict | None):
            raise Refused(400, Code.BAD_REQUEST, f"{key} has to be a JSON object or null.")
    identifier, is_automatic = _identifier(parameters)
    if not isinstance(query, str) and (query is not None or identifier is None):
        raise Refused(400, Code.BAD_REQUEST, "The request has to have a query, which is a text, or a documentId.")
    return Asked(query or "", variables or {}, name or None, identifier, is_automatic)


def _identifier(parameters: dict[str, Any]) -> tuple[str | None, bool]:
    """Return by which identifier a document is asked for, and whether in the way of automatically persisted queries."""
    given, is_automatic = parameters.get("documentId"), False
    if given is None and (automatic := (parameters.get("extensions") or {}).get("persistedQuery")) is not None:
        if not isinstance(automatic, dict) or automatic.get("version") != 1:
            raise Refused(400, Code.BAD_REQUEST, "persistedQuery has to be an object with version 1 and sha256Hash.")
        found, is_automatic = automatic.get("sha256Hash"), True
        given = f"sha256:{found}" if isinstance(found, str) else 0
    if given is None or (isinstance(given, str) and 0 < len(given) <= LONGEST_IDENTIFIER):
        return given, is_automatic
    raise Refused(400, Code.BAD_REQUEST, f"documentId has to be a text of 1 to {LONGEST_IDENTIFIER} characters.")
