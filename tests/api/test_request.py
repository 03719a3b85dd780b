"""Whatever bytes come as a request, the answer is a refusal that says why, in GraphQL's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.errors import JSON
from api.request import GRAPHQL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

DEEP = 100_000

BODIES = {
    "nothing": b"",
    "a number": b"5",
    "a text": b'"x"',
    "null": b"null",
    "true": b"true",
    "a list": b"[]",
    "a list of requests": b'[{"query": "{ __typename }"}]',
    "half of an object": b'{"query": "{ __typename',
    "not JSON": b"query { __typename }",
    "not a number": b'{"query": "{ __typename }", "variables": {"n": NaN}}',
    "not UTF-8": b'{"query": "\xff\xfe"}',
    "CP949": '{"query": "{ 기술 }"}'.encode("cp949"),
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "a byte order mark": '\ufeff{"query": "{ __typename }"}'.encode(),
    "half of a surrogate pair": b'{"query": "{ __typename }", "variables": {"n": "\\ud800"}}',
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"q":' * DEEP + b"1" + b"}" * DEEP,
    "deep variables": b'{"query": "{ __typename }", "variables": {"n": ' + b"[" * DEEP + b"]" * DEEP + b"}}",
    "no query": b'{"qeury": "{ __typename }"}',
    "null query": b'{"query": null}',
    "number query": b'{"query": 5}',
    "list query": b'{"query": ["{ __typename }"]}',
    "object query": b'{"query": {"text": "{ __typename }"}}',
    "list variables": b'{"query": "{ __typename }", "variables": []}',
    "text variables": b'{"query": "{ __typename }", "variables": "{}"}',
    "zero variables": b'{"query": "{ __typename }", "variables": 0}',
    "false variables": b'{"query": "{ __typename }", "variables": false}',
    "number operationName": b'{"query": "{ __typename }", "operationName": 0}',
    "list operationName": b'{"query": "{ __typename }", "operationName": ["A"]}',
    "text extensions": b'{"query": "{ __typename }", "extensions": "x"}',
    "list extensions": b'{"query": "{ __typename }", "extensions": [1]}',
}


def refused(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status
    assert len(response.content) <= 2000
    assert list(response.json()) == ["errors"]
    (error,) = response.json()["errors"]
    assert set(error) == {"message", "extensions"}
    assert error["message"].endswith(".")
    extensions = {name: value for name, value in error["extensions"].items() if name in ("code", "requestId")}
    assert extensions == {"code": code, "requestId": response.headers["X-Request-Id"]}
    assert error["extensions"].keys() - extensions.keys() == ({"limit", "maximum", "found"} if status == 413 else set())


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_bad_body(client: httpx.Client, body: bytes, accept: str) -> None:
    response = client.post("/graphql", content=body, headers={"Content-Type": JSON, "Accept": accept})
    refused(response, 400, "BAD_REQUEST")
    assert response.headers["Content-Type"] == f"{accept}; charset=utf-8"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "application/graphql",
        "application/jsonp",
        "application/json; charset=euc-kr",
        'application/json; charset="utf-16"',
        ";",
        "",
        None,
    ],
)
def test_a_body_that_is_not_declared_as_json(client: httpx.Client, content_type: str | None) -> None:
    """A form on a page of another site can send the first three, and nothing that is accepted."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    refused(response, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type", ["Application/JSON", "application/json;charset=UTF-8", JSON + ' ; charset="utf-8"']
)
def test_json_in_utf_8_in_any_spelling(client: httpx.Client, content_type: str) -> None:
    body = b'{"query": "{ __typename }"}'
    assert client.post("/graphql", content=body, headers={"Content-Type": content_type}).status_code == 200


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_body_that_is_too_large(client: httpx.Client, declared: bool) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"query": "'
        for _ in range(20):
            yield b" " * 100_000
        yield b'{ __typename }"}'

    content = b"".join(chunks()) if declared else chunks()
    response = client.post("/graphql", content=content, headers={"Content-Type": JSON})
    refused(response, 413, "LIMIT_EXCEEDED")


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": ""},
        {"query": "{ __typename }", "variables": "{"},
        {"query": "{ __typename }", "variables": "[]"},
        {"query": "{ __typename }", "variables": "0"},
        {"query": "{ __typename }", "variables": '"x"'},
        {"query": "{ __typename }", "variables": "[" * 20_000},
        {"query": "{ __typename }", "extensions": "7"},
    ],
)
def test_bad_parameters(client: httpx.Client, parameters: dict[str, str]) -> None:
    refused(client.get("/graphql", params=parameters), 400, "BAD_REQUEST")


def test_percent_encoding_that_is_not_utf_8(client: httpx.Client) -> None:
    assert client.get("/graphql?query=%ff%fe").json()["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


ATTACKS: dict[str, Any] = {
    "NUL in a variable": {"query": "query ($n: String!) { ministry(name: $n) { name } }", "variables": {"n": "a\0"}},
    "NUL in a document": {"query": '{ ministry(name: "a\\u0000") { name } }'},
    "a number of another range": {
        "query": "query ($n: Int) { releases(first: $n) { totalCount } }",
        "variables": {"n": 1e300},
    },
    "deep filters": {
        "query": "query ($w: MinistryFilter) { ministries(where: $w) { totalCount } }",
        "variables": {"w": {"not": None}},
    },
    "a long chain of fragments": {
        "query": "{ ...f0 } "
        + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(3000))
        + " fragment f3000 on Query { __typename }"
    },
}
for _ in range(900):
    ATTACKS["deep filters"]["variables"]["w"] = {"not": ATTACKS["deep filters"]["variables"]["w"]}


@pytest.mark.parametrize("body", ATTACKS.values(), ids=ATTACKS)
def test_a_hostile_request_is_the_client_s_error(client: httpx.Client, body: Any) -> None:
    response = client.post("/graphql", json=body)
    assert response.status_code < 500
    codes = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert codes <= {"BAD_INPUT", "GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED"}
