"""What GraphQL over HTTP asks of a server, case by case: the audits of graphql-http 1.23.1, by their identifiers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
TYPENAME = "{ __typename }"
TYPE = "query Type($name: String!) { __type(name: $name) { name } }"
SOME_TYPE = {"name": "sometype"}
NO_SUCH_FIELD = "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
FAILING_VARIABLE = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}

Check = Callable[[httpx.Response], bool]


@dataclass(frozen=True)
class Audit:
    """One request, and what has to be so of its answer."""

    name: str
    sends: Any
    checks: tuple[Check, ...]
    accept: str | None = None
    method: str = "POST"
    content_type: str | None = JSON
    raw: str | None = field(default=None)

    def run(self, client: httpx.Client) -> httpx.Response:
        """Send it as the audit does, without the headers that a client would add of its own."""
        headers = {"Content-Type": self.content_type} if self.content_type and self.method == "POST" else {}
        request = client.build_request(
            self.method,
            "/graphql",
            params=self.sends if self.method == "GET" else None,
            content=None if self.method == "GET" else self._body(),
            headers=headers,
        )
        request.headers.pop("Accept", None)
        if self.accept is not None:
            request.headers["Accept"] = self.accept
        return client.send(request)

    def _body(self) -> str:
        return self.raw if self.raw is not None else json.dumps(self.sends)


def status(first: int, last: int | None = None) -> Check:
    return lambda response: first <= response.status_code <= (last or first)


def media(name: str) -> Check:
    return lambda response: name in response.headers["Content-Type"]


def is_utf8(response: httpx.Response) -> bool:
    return bool(response.content.decode("utf-8"))


def without_errors(response: httpx.Response) -> bool:
    return "errors" not in response.json()


def without_data(response: httpx.Response) -> bool:
    return "data" not in response.json()


OK, BAD = status(200), status(400)
QUERY: dict[str, Any] = {"query": TYPENAME}
NAMED: dict[str, Any] = {"operationName": "Query", "query": "query Query { __typename }"}
TYPED: dict[str, Any] = {"query": TYPE, "variables": SOME_TYPE}
TYPED_GET = {"query": TYPE, "variables": json.dumps(SOME_TYPE)}
MUTATION = {"query": "mutation { __typename }"}
EXTENDED: dict[str, Any] = {**QUERY, "extensions": {"some": "value"}}
SYNTAX, INVALID = {"query": "{"}, {"query": NO_SUCH_FIELD}
NOT_TEXT: tuple[Any, ...] = ({"obj": "ect"}, 0, False, ["array"])
NOT_MAP: tuple[Any, ...] = ("string", 0, False, ["array"])

AUDITS = [
    Audit("22EB", QUERY, (OK, media(GRAPHQL)), GRAPHQL),
    Audit("4655", QUERY, (OK, media(JSON)), JSON),
    Audit("47DE", QUERY, (OK, media(JSON)), "*/*"),
    Audit("80D8", QUERY, (OK, media(JSON))),
    Audit("82A3", QUERY, (OK, is_utf8)),
    Audit("BF61", {"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}, (OK,), content_type=f"{JSON}; charset=utf-8"),
    Audit("78D5", QUERY, (OK,)),
    Audit("2C94", QUERY, (OK,)),
    Audit("5A70", QUERY, (OK,), method="GET"),
    Audit("9C48", MUTATION, (status(400, 499),), GRAPHQL, "GET"),
    Audit("9ABE", QUERY, (status(400, 499),), content_type=None),
    Audit("03D4", QUERY, (OK,)),
    Audit("A5BF", None, (BAD,), raw=""),
    Audit("423L", {"notquery": TYPENAME}, (BAD,), GRAPHQL),
    *(Audit(f"LKJ{number}", {"query": wrong}, (BAD,)) for number, wrong in enumerate(NOT_TEXT)),
    Audit("34A2", QUERY, (OK,), GRAPHQL),
    Audit("13EE", QUERY, (OK, without_errors), JSON),
    *(Audit(f"6C0{number}", {**QUERY, "operationName": wrong}, (BAD,)) for number, wrong in enumerate(NOT_TEXT)),
    Audit("8161", NAMED, (OK,), GRAPHQL),
    Audit("B8B3", NAMED, (OK, without_errors), JSON),
    *(
        Audit(f"{name}{number}", {**QUERY, parameter: None}, (OK, without_errors), accept)
        for number, parameter in enumerate(("variables", "operationName", "extensions"))
        for name, accept in (("94B", GRAPHQL), ("022", JSON))
    ),
    *(Audit(f"476{number}", {**QUERY, "variables": wrong}, (BAD,)) for number, wrong in enumerate(NOT_MAP)),
    Audit("2EA1", TYPED, (OK,), GRAPHQL),
    Audit("28B9", TYPED, (OK, without_errors), JSON),
    Audit("D6D5", TYPED_GET, (OK, without_errors), GRAPHQL, "GET"),
    Audit("6A70", TYPED_GET, (OK, without_errors), JSON, "GET"),
    *(Audit(f"58B{number}", {**QUERY, "extensions": wrong}, (BAD,)) for number, wrong in enumerate(NOT_MAP)),
    Audit("428F", EXTENDED, (OK,), GRAPHQL),
    Audit("1B7A", EXTENDED, (OK, without_errors), JSON),
    Audit("B6DC", None, (status(200, 599),), JSON, raw='{ "not a JSON'),
    Audit("BCF8", None, (BAD,), JSON, raw='{ "not a JSON'),
    Audit("B7N8", None, (BAD,), GRAPHQL, raw='{ "not a JSON'),
    Audit("8764", {"qeury": TYPENAME}, (status(400, 599),)),
    Audit("3E3A", {"qeury": TYPENAME}, (BAD,)),
    Audit("572B", SYNTAX, (OK,), JSON),
    Audit("FDE2", INVALID, (OK,), JSON),
    Audit("7B9B", FAILING_VARIABLE, (OK,), JSON),
    Audit("865D", SYNTAX, (status(400, 599),), GRAPHQL),
    Audit("556A", SYNTAX, (BAD,), GRAPHQL),
    Audit("D586", SYNTAX, (without_data,), GRAPHQL),
    Audit("51FE", INVALID, (status(400, 599),), GRAPHQL),
    Audit("74FF", INVALID, (BAD,), GRAPHQL),
    Audit("5E5B", INVALID, (without_data,), GRAPHQL),
    Audit("86EE", FAILING_VARIABLE, (BAD,), GRAPHQL),
]
