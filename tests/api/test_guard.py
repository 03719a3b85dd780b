"""What every request passes and every answer says: origins, headers of security, and pages of other sites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.guard import SECURITY
from api.settings import Settings
from tests.api.holding import made_key
from tests.api.running import running
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

OWN, PAGE, EVIL = "http://own", "https://page.go.kr", "https://evil.example"
ASK = {"query": "{ __typename }"}


@pytest.fixture(scope="module")
def client(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    """A server that one page of another site may ask."""
    with running(create_app(dataset_url, Settings(allowed_origins=f"{PAGE} https://other.go.kr"))) as connected:
        yield connected


def post(client: httpx.Client, **headers: str) -> httpx.Response:
    return client.post("/graphql", json=ASK, headers={name.replace("_", "-"): text for name, text in headers.items()})


def preflight(client: httpx.Client, origin: str, path: str = "/graphql") -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x"}
    return client.options(path, headers=headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/about"),
        ("GET", "/nothing"),
        ("GET", "/health/live"),
        ("GET", "/graphql/schema.graphql"),
        ("GET", "/graphql?query={__typename}"),
        ("GET", "/graphql"),
        ("POST", "/graphql"),
        ("POST", "/import/nothing"),
        ("PUT", "/graphql"),
    ],
)
def test_every_answer_says_how_it_may_be_used(client: httpx.Client, method: str, path: str) -> None:
    response = client.request(method, path)
    for name, value in SECURITY.items():
        (said,) = response.headers.get_list(name.decode())
        if name == b"content-security-policy" and path in ("/", "/about"):
            assert re.search("script-src '(self|sha256-[^']+)';", said)
        else:
            assert said == value.decode()
    assert "Server" not in response.headers or response.headers["Server"] == "uvicorn"
    assert "Origin" in ", ".join(response.headers.get_list("Vary"))
    assert len(response.headers.get_list("X-Request-Id")) == 1


def test_an_allowed_page_may_ask_and_read_the_answer(client: httpx.Client) -> None:
    asked = preflight(client, PAGE)
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["Access-Control-Allow-Origin"] == PAGE
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, POST"
    for name in ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"):
        assert name in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    answer = post(client, Origin=PAGE, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors")
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    refused = client.post("/import/nothing", headers={"Origin": PAGE, "Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE, "a page may read why"


@pytest.mark.parametrize(
    "origin", [EVIL, "null", f"{PAGE}.evil.example", "https://page.go.kr:8443", "http://page.go.kr"]
)
def test_another_page_may_not(client: httpx.Client, origin: str) -> None:
    for path in ("/graphql", "/import/nothing"):
        response = preflight(client, origin, path)
        assert response.status_code == 403
        assert "Access-Control-Allow-Origin" not in response.headers
    response = post(client, Origin=origin)
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "FOREIGN_ORIGIN"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_server_that_allows_none_says_nothing_of_origins(dataset_url: sa.URL) -> None:
    with running(create_app(dataset_url, Settings())) as client:
        assert preflight(client, PAGE).status_code == 403
        assert post(client, Origin=PAGE).status_code == 403
        assert post(client).headers["Vary"] == "Accept, Authorization"


def test_all_origins(dataset_url: sa.URL) -> None:
    with running(create_app(dataset_url, Settings(allowed_origins="*"))) as client:
        assert preflight(client, EVIL).headers["Access-Control-Allow-Origin"] == "*"
        assert post(client, Origin=EVIL, Sec_Fetch_Site="cross-site").headers["Access-Control-Allow-Origin"] == "*"


def test_problems_stand_in_their_own_media_type(server_url: sa.URL, dataset_template: sa.URL) -> None:
    """At every address but that of GraphQL, by whatever part of the program the request is refused."""
    with (
        new_database(server_url, str(dataset_template.database)) as url,
        running(create_app(url, Settings())) as client,
    ):
        key = {"Authorization": f"Bearer {made_key(url)}"}
        cases: list[tuple[str, str, dict[str, str], int, str]] = [
            ("GET", "/nothing", {}, 404, "NOT_FOUND"),
            ("PUT", "/health/live", {}, 405, "METHOD_NOT_ALLOWED"),
            ("POST", "/import/x", {}, 401, "UNAUTHENTICATED"),
            ("POST", "/import/x", {"Authorization": "Bearer x"}, 401, "CREDENTIALS_REFUSED"),
            ("POST", "/import/x", key, 404, "NOT_FOUND"),
            ("POST", "/import/x", {"Origin": EVIL}, 403, "FOREIGN_ORIGIN"),
        ]
        for method, path, headers, status, code in cases:
            response = client.request(method, path, headers=headers)
            problem: dict[str, Any] = response.json()
            assert response.status_code == problem["status"] == status
            assert (problem["code"], problem["requestId"]) == (code, response.headers["X-Request-Id"])
            assert set(problem) == {"type", "title", "status", "detail", "code", "requestId"}
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.headers["Cache-Control"] == "no-store"
