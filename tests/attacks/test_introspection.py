"""A11: what a server tells of its contract is the operator's choice, and suggestions go the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

ASKING = [
    "{ __schema { types { name } } }",
    '{ __type(name: "Query") { name } }',
    "{ a: __schema { types { name } } }",
    "{ releases { totalCount } ... { __schema { types { name } } } }",
    "{ ...a } fragment a on Query { ...b } fragment b on Query { __schema { types { name } } }",
    "query A { __typename } query B { __schema { types { name } } }",
    "{ __schema @skip(if: true) { types { name } } __typename }",
]
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("{ ministri { totalCount } }", {}),
    ("{ ministries { totalCont } }", {}),
    ("{ ministries(wher: {}) { totalCount } }", {}),
    ("{ ministries(where: {nam: {eq: 1}}) { totalCount } }", {}),
    ("{ ministries(orderBy: [{name: ASK}]) { totalCount } }", {}),
    ("query A($a: MinistryFilte) { __typename }", {}),
    ("{ node(id: 1) { ... on Ministri { name } } }", {}),
    ("query A($o: [MinistryOrder!]) { ministries(orderBy: $o) { totalCount } }", {"o": [{"name": "ASK"}]}),
    ("query A($o: [MinistryOrder!]) { ministries(orderBy: $o) { totalCount } }", {"o": [{"nam": "ASC"}]}),
]


@pytest.fixture(scope="module")
def closed(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with running(create_app(dataset_url, Settings(introspection=False))) as connected:
        yield connected


@pytest.fixture(scope="module")
def client(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with running(create_app(dataset_url, Settings())) as connected:
        yield connected


def ask(client: httpx.Client, query: str, variables: dict[str, Any] | None = None) -> httpx.Response:
    name = "B" if "query B" in query else None
    return client.post("/graphql", json={"query": query, "variables": variables, "operationName": name})


@pytest.mark.parametrize("query", ASKING)
def test_the_contract_is_not_told(closed: httpx.Client, client: httpx.Client, query: str) -> None:
    response = ask(closed, query)
    assert response.status_code == 403
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTROSPECTION_OFF"
    assert (
        closed.get("/graphql", params={"query": query, "operationName": "B" if "query B" in query else ""}).status_code
        == 403
    )
    assert "errors" not in ask(client, query).json(), "unless it is"


def test_its_file_is_not_shown_either(closed: httpx.Client, client: httpx.Client) -> None:
    response = closed.get("/graphql/schema.graphql")
    assert (response.status_code, response.json()["code"]) == (403, "INTROSPECTION_OFF")
    assert "type Query" in client.get("/graphql/schema.graphql").text


def test_what_is_no_introspection_is_answered(closed: httpx.Client) -> None:
    named = "{ __typename ministries(first: 1) { nodes { __typename } } }"
    assert ask(closed, named).json()["data"]["ministries"]["nodes"] == [{"__typename": "Ministry"}]


@pytest.mark.parametrize(("query", "variables"), WRONG)
def test_errors_suggest_no_names(
    closed: httpx.Client, client: httpx.Client, query: str, variables: dict[str, Any]
) -> None:
    told = ask(closed, query, variables).json()["errors"]
    assert told
    assert "Did you mean" not in str(told)
    open_ = ask(client, query, variables).json()["errors"]
    assert "Did you mean" in str(open_), "so that there is something to leave out"
    assert [error["extensions"]["code"] for error in told] == [error["extensions"]["code"] for error in open_]
