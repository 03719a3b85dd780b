"""GraphQL over HTTP: well-formed requests, what they are answered with, and in which form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from api.errors import JSON
from api.landing import LINKED_QUERY, LINKED_VARIABLES
from api.request import GRAPHQL

if TYPE_CHECKING:
    import httpx

TOTAL = "{ releases { totalCount } }"
ONE_RELEASE: dict[str, Any] = {"data": {"releases": {"totalCount": 1}}, "extensions": {"release": 1}}


def post(client: httpx.Client, body: Any, accept: str = "*/*") -> httpx.Response:
    return client.post("/graphql", json=body, headers={"Accept": accept})


def test_the_linked_query_is_answered_alike_by_post_and_get(client: httpx.Client) -> None:
    posted = post(client, {"query": LINKED_QUERY, "variables": json.loads(LINKED_VARIABLES)})
    got = client.get("/graphql", params={"query": LINKED_QUERY, "variables": LINKED_VARIABLES})
    assert posted.status_code == got.status_code == 200
    assert posted.content == got.content
    assert list(posted.json()) == ["data", "extensions"]
    assert posted.json()["data"]["technologyFields"]["nodes"][0]["technologies"]["totalCount"] == 10


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"variables": None, "operationName": None, "extensions": None},
        {"variables": {}, "operationName": "", "extensions": {"some": "value"}},
        {"variables": {"not": "declared"}, "unknown": 1},
    ],
)
def test_what_may_be_left_out_may_be_empty(client: httpx.Client, extra: dict[str, Any]) -> None:
    assert post(client, {"query": TOTAL, **extra}).json() == ONE_RELEASE


def test_an_empty_parameter_of_a_get_is_none(client: httpx.Client) -> None:
    """An empty field of a form arrives as an empty parameter."""
    empty = {"variables": "", "operationName": "", "extensions": ""}
    assert client.get("/graphql", params={"query": TOTAL, **empty}).json() == ONE_RELEASE


def test_the_operation_is_chosen_by_name(client: httpx.Client) -> None:
    document = "query A { releases { totalCount } } query B { __typename }"
    assert post(client, {"query": document, "operationName": "A"}).json() == ONE_RELEASE
    assert client.get("/graphql", params={"query": document, "operationName": "B"}).json() == {
        "data": {"__typename": "Query"}
    }


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        (JSON, JSON),
        ("Application/JSON ; charset=utf-8", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
        (f"{GRAPHQL};q=0, */*", JSON),
    ],
)
def test_the_client_chooses_the_media_type(client: httpx.Client, accept: str, media: str) -> None:
    for response in (
        post(client, {"query": TOTAL}, accept),
        client.get("/graphql", params={"query": TOTAL}, headers={"Accept": accept}),
    ):
        assert response.headers["Content-Type"] == f"{media}; charset=utf-8"
        assert response.headers["Vary"] == "Accept, Authorization"
        assert response.json() == ONE_RELEASE


def test_no_accept_header_means_json(client: httpx.Client) -> None:
    request = client.build_request("POST", "/graphql", json={"query": TOTAL})
    del request.headers["Accept"]
    assert client.send(request).headers["Content-Type"] == f"{JSON}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "image/*, text/plain"])
def test_a_client_that_takes_no_json_is_told_so(client: httpx.Client, accept: str) -> None:
    response = post(client, {"query": TOTAL}, accept)
    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


BEFORE_EXECUTION = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{a" * 3000 + "}" * 3000}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "{ ministry(name: 3) { name } }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": '{ documents(where: {publishedOn: {eq: "x"}}) { totalCount } }'}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "mutation { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": TOTAL, "operationName": "Missing"}, "BAD_INPUT"),
    ({"query": "query A { __typename } query B { __typename }"}, "BAD_INPUT"),
    ({"query": "query ($n: String!) { ministry(name: $n) { name } }"}, "BAD_INPUT"),
    ({"query": "query ($n: String!) { ministry(name: $n) { name } }", "variables": {"n": [1]}}, "BAD_INPUT"),
]


@pytest.mark.parametrize(("body", "code"), BEFORE_EXECUTION)
def test_a_request_that_fails_before_execution(client: httpx.Client, body: Any, code: str) -> None:
    """It has no data; the newer media type says so in the status too."""
    for accept, status in ((JSON, 200), (GRAPHQL, 400)):
        response = post(client, body, accept)
        assert response.status_code == status
        assert list(response.json()) == ["errors"]
        assert {error["extensions"]["code"] for error in response.json()["errors"]} == {code}


def test_an_error_of_a_field_stands_beside_the_data(client: httpx.Client) -> None:
    query = '{ releases { totalCount } nodes(ids: ["ministry:nobody"]) { id } }'
    for accept in (JSON, GRAPHQL):
        response = post(client, {"query": query}, accept)
        assert response.status_code == 200
        assert response.json()["data"] == {**ONE_RELEASE["data"], "nodes": [None]}
        (error,) = response.json()["errors"]
        assert error["path"] == ["nodes", 0]
        assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
def test_a_get_never_changes_anything(client: httpx.Client, kind: str, accept: str) -> None:
    """The rule holds whether or not the schema has such operations, and for the operation that is named."""
    for parameters in (
        {"query": f"{kind} {{ __typename }}"},
        {"query": f"query A {{ __typename }} {kind} B {{ __typename }}", "operationName": "B"},
    ):
        response = client.get("/graphql", params=parameters, headers={"Accept": accept})
        assert response.status_code == 405
        assert response.headers["Allow"] == "POST"
        assert response.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
        assert "data" not in response.json()


def test_a_head_is_a_get_without_a_body(client: httpx.Client) -> None:
    assert client.head("/graphql", params={"query": TOTAL}).status_code == 200
    assert client.head("/graphql", params={"query": "mutation { __typename }"}).status_code == 405


def test_introspection_is_answered(client: httpx.Client) -> None:
    answer = post(client, {"query": '{ __type(name: "Ministry") { kind name } releases { totalCount } }'}).json()
    assert answer["data"] == {"__type": {"kind": "OBJECT", "name": "Ministry"}, **ONE_RELEASE["data"]}
