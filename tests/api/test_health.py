"""What a supervisor is told about a program that runs over a good, an unfinished or a lost database."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from api.app import create_app
from api.settings import Settings
from db import migrations
from db.server import private_server
from tests.api.running import running
from tests.conftest import FAST, execute, open_folder, scratch

if TYPE_CHECKING:
    import httpx
    import sqlalchemy as sa

NAMES = ("database", "migrations", "release", "audit")


def ready(client: httpx.Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/health/ready")
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/health/live").json() == {"status": "live"}
    body = response.json()
    assert tuple(body["parts"]) == NAMES
    assert body["status"] == ("ready" if response.status_code == 200 else "not ready")
    for part in body["parts"].values():
        assert set(part) == ({"ok"} if part["ok"] else {"ok", "reason"})
    return response.status_code, {name: part["ok"] for name, part in body["parts"].items()}


def test_a_good_database(client: httpx.Client) -> None:
    for _ in range(2):
        assert ready(client) == (200, dict.fromkeys(NAMES, True))


def test_a_database_without_tables(empty_database: sa.URL) -> None:
    with running(create_app(empty_database, Settings())) as client:
        assert ready(client) == (503, {"database": True, "migrations": False, "release": False, "audit": True})


def test_a_database_without_a_release(empty_database: sa.URL) -> None:
    asyncio.run(migrations.upgrade(empty_database))
    with running(create_app(empty_database, Settings())) as client:
        assert ready(client) == (503, {"database": True, "migrations": True, "release": False, "audit": True})


def test_a_database_of_which_a_table_is_missing(empty_database: sa.URL, caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(migrations.upgrade(empty_database))
    execute(empty_database, "DROP TABLE releases CASCADE")
    with running(create_app(empty_database, Settings())) as client:
        assert ready(client) == (503, {"database": False, "migrations": True, "release": False, "audit": True})
        assert "relation" not in client.get("/health/ready").text
    assert "UndefinedTable" in caplog.text


@pytest.mark.slow
def test_a_server_that_stops_and_comes_back() -> None:
    """The program goes on meanwhile, says so, and tells clients to try again."""
    questions = [
        {"query": "{ releases { totalCount } }"},
        {"query": "{ releases { totalCount } statutes { totalCount } }"},
    ]
    with open_folder(scratch()) as folder, private_server(folder / "data", FAST) as url:
        asyncio.run(migrations.upgrade(url))
        with running(create_app(url, Settings())) as client:
            for question in questions:
                assert client.post("/graphql", json=question).status_code == 200
            server = psutil.Process(int((folder / "data/postgres/postmaster.pid").read_text().split()[0]))
            server.send_signal(signal.SIGINT)
            server.wait(30)
            for question in questions:
                response = client.post("/graphql", json=question)
                assert response.status_code == 503
                assert response.headers["Retry-After"]
                assert str(folder) not in response.text
            assert ready(client) == (503, {"database": False, "migrations": False, "release": False, "audit": True})
            assert str(folder) not in client.get("/health/ready").text
            with private_server(folder / "data", FAST):
                for question in questions:
                    assert client.post("/graphql", json=question).status_code == 200
