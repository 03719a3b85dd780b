"""What a client hears, and what only the operator hears, when something fails inside."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.errors import JSON, Code
from api.request import GRAPHQL
from api.settings import Settings
from db.connection import DatabaseUnavailable
from schema.sql.errors import PublicError
from tests.api.running import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import httpx
    import sqlalchemy as sa
    from starlette.requests import Request
    from starlette.responses import Response

    from db.viewers import Viewer

SECRET = "postgres://user:secret@host/facts"
ONE_ROOT = "query Mine { releases { totalCount } }"
TWO_ROOTS = "query Mine { a: releases { totalCount } b: releases { totalCount } __typename }"


class Failing:
    """Data that cannot be read."""

    def __init__(self, error: Exception, *, opens: bool) -> None:
        self.error, self.opens = error, opens

    @asynccontextmanager
    async def reading(self, *, several: bool, viewer: Viewer) -> AsyncIterator[Failing]:
        if not self.opens:
            raise self.error
        yield self

    async def fetch(self, sql: str, values: Sequence[Any]) -> bytes:
        raise self.error

    @asynccontextmanager
    async def __call__(self, url: sa.URL, **_: object) -> AsyncIterator[Failing]:
        yield self


def ask(url: sa.URL, data: Failing, query: str, accept: str = JSON) -> httpx.Response:
    with running(create_app(url, Settings(), data)) as client:
        return client.post("/graphql", json={"query": query}, headers={"Accept": accept, "X-Request-Id": "mine-1"})


def test_every_code_has_a_sentence() -> None:
    for code in Code:
        assert code.value.endswith(".")
        assert ": " in code.value


def test_every_error_of_the_contract_has_a_known_code() -> None:
    kinds = [PublicError]
    for kind in kinds:
        assert kind.code in Code.__members__
        kinds += kind.__subclasses__()


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("query", [ONE_ROOT, TWO_ROOTS])
@pytest.mark.parametrize("opens", [True, False])
def test_what_nobody_foresaw_is_masked_and_logged_once(
    dataset_url: sa.URL, caplog: pytest.LogCaptureFixture, accept: str, query: str, opens: bool
) -> None:
    response = ask(dataset_url, Failing(RuntimeError(SECRET), opens=opens), query, accept)
    assert response.status_code == (200 if opens else 500)
    for error in response.json()["errors"]:
        assert error["message"] == Code.INTERNAL.value
        assert error["extensions"] == {"code": "INTERNAL", "requestId": "mine-1"}
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    (record,) = (record for record in caplog.records if record.levelno >= logging.ERROR)
    assert "mine-1" in record.message
    assert "operation" in record.message
    assert "totalCount" not in record.message
    assert record.exc_info
    assert SECRET in caplog.text


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("query", [ONE_ROOT, TWO_ROOTS])
@pytest.mark.parametrize("opens", [True, False])
def test_an_unreachable_database_fails_the_request_as_a_whole(
    dataset_url: sa.URL, accept: str, query: str, opens: bool
) -> None:
    response = ask(dataset_url, Failing(DatabaseUnavailable(SECRET), opens=opens), query, accept)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    extensions = {"code": "DATABASE_UNAVAILABLE", "requestId": "mine-1"}
    assert response.json() == {"errors": [{"message": Code.DATABASE_UNAVAILABLE.value, "extensions": extensions}]}


def test_the_locations_of_an_error_are_told(client: httpx.Client) -> None:
    (error,) = client.post("/graphql", json={"query": "{\n  nothing }"}).json()["errors"]
    assert error["locations"] == [{"line": 2, "column": 3}]


@pytest.mark.parametrize("path", ["/graphql?query={__typename}", "/graphql", "/", "/nothing", "/health/live"])
def test_the_client_s_request_id_comes_back(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers={"X-Request-Id": "a.B-9_"})
    assert response.headers.get_list("X-Request-Id") == ["a.B-9_"]


@pytest.mark.parametrize("given", [b"", b"a b", b"<script>", b"x" * 65, "é".encode(), b"a,b"])
def test_a_request_id_that_could_do_harm_is_replaced(client: httpx.Client, given: bytes) -> None:
    ids = {client.get("/nothing", headers={b"X-Request-Id": given}).headers["X-Request-Id"] for _ in range(2)}
    assert len(ids) == 2
    assert all(len(made) == 32 and made.isalnum() for made in ids)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "NOT_FOUND"),
        ("POST", "/graphql/schema", 404, "NOT_FOUND"),
        ("PUT", "/graphql", 405, "METHOD_NOT_ALLOWED"),
        ("OPTIONS", "/graphql", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/health/live", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_every_address_has_one_of_two_shapes_of_error(
    client: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert ("Allow" in response.headers) == (status == 405)
    identified = {"code": code, "requestId": response.headers["X-Request-Id"]}
    if path == "/graphql":
        (error,) = response.json()["errors"]
        assert error == {"message": Code[code].value, "extensions": identified}
        return
    assert response.headers["Content-Type"] == "application/problem+json"
    title = {404: "Not Found", 405: "Method Not Allowed"}[status]
    problem = {"type": "about:blank", "title": title, "status": status, "detail": Code[code].value}
    assert response.json() == problem | identified


def test_an_address_that_fails_is_masked_too(dataset_url: sa.URL, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_request: Request) -> Response:
        raise RuntimeError(SECRET)

    app = create_app(dataset_url, Settings())
    app.add_route("/fail", fail)
    with running(app) as client:
        response = client.get("/fail")
    assert response.status_code == 500
    problem = response.json()
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert (problem["code"], problem["requestId"]) == ("INTERNAL", response.headers["X-Request-Id"])
    assert "secret" not in response.text
    assert SECRET in caplog.text
