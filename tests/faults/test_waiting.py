"""F3 to F6: a database that is frozen or slow, a pool that is empty, clients that leave; each ends in time."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest

from schema.limits import Limits
from tests.attacks.serving import serving, watching_health
from tests.conftest import execute, new_database
from tests.faults.waiting import OTHERS, locked, running, waits_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

ONE = "{ releases { totalCount } }"
TWO = "{ a: releases { totalCount } b: releases { totalCount } }"


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    """A database of its own: others must not wait for what is done to it."""
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url


def ask(client: httpx.Client, query: str = ONE, timeout: float = 60) -> httpx.Response:
    return client.post("/graphql", json={"query": query}, timeout=timeout)


def code(response: httpx.Response) -> Any:
    assert list(response.json()) == ["errors"]
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("query", [ONE, TWO], ids=["one statement", "a transaction"])
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_a_slow_statement_is_ended(url: sa.URL, query: str, known: bool) -> None:
    """F6: by the database; others are answered meanwhile, and afterwards it is as it was."""
    with serving(url, Limits(statement_seconds=1), audit="off", pool_size=2) as client:
        for _ in range(2 if known else 0):
            assert ask(client, query).status_code == 200
        with locked(url), watching_health(client):
            began = time.monotonic()
            with ThreadPoolExecutor(1) as thread:
                slow = thread.submit(ask, client, query)
                other = httpx.post(client.base_url.join("/graphql"), json={"query": "{ __typename }"})
                assert other.json() == {"data": {"__typename": "Query"}}
                response = slow.result()
            assert 0.9 < time.monotonic() - began < 2.5
        assert (response.status_code, code(response)) == (504, "TIMEOUT")
        assert ask(client, query).status_code == 200


@pytest.mark.parametrize("query", [ONE, TWO], ids=["one statement", "a transaction"])
def test_the_deadline_ends_the_work(url: sa.URL, query: str) -> None:
    """The statement is stopped, and the only connection is free for the next request."""
    with serving(url, Limits(seconds=1), audit="off", pool_size=1) as client:
        with locked(url):
            began = time.monotonic()
            response = ask(client, query)
            assert 0.9 < time.monotonic() - began < 2
            assert (response.status_code, code(response)) == (504, "TIMEOUT")
            assert waits_for(lambda: running(url) == 0, 1)
            assert ask(client, "{ __typename }").status_code == 200
        assert ask(client, query).status_code == 200


def backends(url: sa.URL) -> list[int]:
    return [int(str(pid)) for (pid,) in execute(url, f"SELECT pid FROM pg_stat_activity WHERE {OTHERS}")]


@pytest.mark.parametrize("query", [ONE, TWO], ids=["one statement", "a transaction"])
def test_a_frozen_database(url: sa.URL, query: str) -> None:
    """F3: the answer comes at the deadline, though nothing that is asked of the database is answered."""
    with serving(url, Limits(seconds=2, statement_seconds=60), audit="off", pool_size=2) as client:
        for _ in range(2):
            assert ask(client, query).status_code == 200
        frozen = backends(url)
        assert frozen
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            with watching_health(client):
                began = time.monotonic()
                response = ask(client, query)
                assert time.monotonic() - began == pytest.approx(2, abs=0.4)
            assert (response.status_code, code(response)) == (504, "TIMEOUT")
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        assert ask(client, query).status_code == 200


@pytest.mark.slow
def test_an_empty_pool(url: sa.URL) -> None:
    """F4: two connections, fifty slow requests: who gets none hears so after the time, and nobody waits forever."""
    limits = Limits(pool_seconds=1, statement_seconds=6, seconds=9)
    with serving(url, limits, audit="off", pool_size=2) as client:
        assert ask(client).status_code == 200
        with locked(url), watching_health(client), ThreadPoolExecutor(50) as threads:
            began = time.monotonic()

            def timed(_: int) -> tuple[int, str, float, str | None]:
                with httpx.Client(base_url=client.base_url) as own:
                    response = ask(own)
                seconds = time.monotonic() - began
                return response.status_code, code(response), seconds, response.headers.get("Retry-After")

            found = list(threads.map(timed, range(50)))
        busy = [each for each in found if each[0] == 503]
        assert len(busy) == 48
        for _, why, seconds, retry in busy:
            assert why == "BUSY"
            assert 0.9 < seconds < 5
            assert retry is not None
            assert int(retry) > 0
        assert {each[:2] for each in found if each[0] != 503} == {(504, "TIMEOUT")}
        assert ask(client).status_code == 200


@pytest.mark.parametrize("query", [ONE, TWO], ids=["one statement", "a transaction"])
def test_a_hundred_clients_that_leave(url: sa.URL, query: str) -> None:
    """F5: a second later no statement of theirs runs, and every connection can be used again."""
    with serving(url, Limits(pool_seconds=30, statement_seconds=30, seconds=30), audit="off", pool_size=5) as client:
        for _ in range(2):
            assert ask(client, query).status_code == 200
        with locked(url), watching_health(client):

            def leave(_: int) -> bool:
                with httpx.Client(base_url=client.base_url) as own:
                    try:
                        ask(own, query, timeout=1)
                    except httpx.TimeoutException:
                        return True
                return False

            with ThreadPoolExecutor(100) as threads:
                left = [threads.submit(leave, number) for number in range(100)]
                assert waits_for(lambda: running(url) == 5, 5)
                assert all(each.result() for each in left)
            assert waits_for(lambda: running(url) == 0, 1)
        with ThreadPoolExecutor(5) as threads:
            answers = list(threads.map(lambda _: ask(client, query), range(10)))
        assert {response.status_code for response in answers} == {200}
        assert len(backends(url)) <= 5


@pytest.mark.parametrize("walled", [False, True])
def test_a_server_that_does_not_hear_that_it_should_stop(
    url: sa.URL, monkeypatch: pytest.MonkeyPatch, walled: bool
) -> None:
    """It happens to one that is asked before it has begun; the statement is ended all the same."""

    async def unheard(**_: Any) -> None:
        pass

    monkeypatch.setattr(asyncpg.connect_utils, "_cancel", unheard)
    limits = Limits(seconds=1, statement_seconds=60)
    with serving(url, limits, audit="off", pool_size=1, row_security=walled) as client:
        assert ask(client).status_code == 200
        with locked(url):
            assert code(ask(client)) == "TIMEOUT"
            assert waits_for(lambda: running(url) == 0, 2)
        assert ask(client).status_code == 200
