"""The database goes away under requests: each is answered, whole or with 503, and all is well once it is back."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import psutil
import pytest

from api.app import create_app
from api.settings import Settings
from db.bootstrap import prepare
from db.server import private_server
from tests.api.running import running
from tests.conftest import FAST, execute, open_folder
from tests.wide import WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    import sqlalchemy as sa

QUERY = {"query": "{ technologies(first: 100) { totalCount nodes { name designations { totalCount } } } }"}
BELOW = "regime { technologies(first: 100) { nodes { id %s } } }"
SLOW = {"query": "{ technologies(first: 100) { nodes { %s } } }" % (BELOW % (BELOW % (BELOW % "name")))}
"""Some ten thousands of rows, below one another."""
PAUSE = 0.02
"""Fifty requests a second."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def ask(client: httpx.Client, query: dict[str, str] = QUERY) -> int:
    """Ask, and assert that the answer is whole or says that there is none."""
    response = client.post("/graphql", json=query)
    body = response.json()
    if response.status_code == 200:
        assert "errors" not in body
        assert body["data"]["technologies"]["nodes"]
    else:
        (error,) = body["errors"]
        assert error["extensions"]["code"] == "DATABASE_UNAVAILABLE"
        assert response.headers["Retry-After"]
        assert "data" not in body
    return response.status_code


def stopped(folder: Path, how: signal.Signals) -> None:
    server = psutil.Process(int((folder / "data/postgres/postmaster.pid").read_text().split()[0]))
    server.send_signal(how)
    server.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_a_restart_under_requests(folder: Path, how: signal.Signals) -> None:
    """Nothing but 503 while it is down, and 200 from the first request after it is back."""
    with private_server(folder / "data", FAST) as url:
        asyncio.run(prepare(url))
        with running(create_app(url, Settings())) as client:
            statuses: list[tuple[float, float, int]] = []
            done = threading.Event()

            def load() -> None:
                while not done.wait(PAUSE):
                    asked = time.monotonic()
                    status = ask(client)
                    statuses.append((asked, time.monotonic(), status))

            thread = threading.Thread(target=load)
            thread.start()
            try:
                time.sleep(0.5)
                gone = time.monotonic()
                stopped(folder, how)
                time.sleep(0.3)
                with private_server(folder / "data", FAST):
                    back = time.monotonic()
                    time.sleep(1.5)
            finally:
                done.set()
                thread.join()
    assert {status for _, answered, status in statuses if answered < gone} == {200}
    assert {status for asked, _, status in statuses if asked > back + 1} == {200}
    assert Counter(status for *_, status in statuses)[503] > 0


def test_a_connection_that_is_cut_during_a_statement(dataset_url: sa.URL) -> None:
    """The request is answered at once, from another connection or with 503, and the next one as ever."""
    others = (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{dataset_url.database}'"
        " AND pid <> pg_backend_pid() AND application_name = 'nextgraph' AND state = 'active'"
    )
    with running(create_app(dataset_url, Settings(limit=WIDE))) as client:
        assert ask(client) == 200
        cut = 0
        for _ in range(40):
            answers: list[int] = []
            thread = threading.Thread(target=lambda found=answers: found.append(ask(client, SLOW)))
            thread.start()
            while thread.is_alive() and not cut:
                cut += len(execute(dataset_url, others))
            thread.join(30)
            assert answers[0] in (200, 503)
            if cut:
                break
        assert cut, "no statement was running when it was looked for"
        assert ask(client) == 200
