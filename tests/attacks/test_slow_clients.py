"""A16: connections whose clients are slow are closed, and do not keep others out meanwhile."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from schema.limits import Limits
from tests.attacks.serving import HEALTHY_SECONDS, serving, watching_health

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"query": "{ __typename }"}'
# Each sends a beginning, then a byte now and then.
ATTACKS = {
    "says nothing": (b"", b""),
    "slow head": (HEAD, b"X"),
    "slow body": (HEAD + b"Content-Length: 1000\r\n\r\n{", b" "),
    "slow chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}


def connect(client: httpx.Client) -> socket.socket:
    assert client.base_url.port
    return socket.create_connection((client.base_url.host, client.base_url.port))


def is_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1000) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextmanager
def besieged(client: httpx.Client, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """Open connections that begin a request each."""
    with ExitStack() as stack:
        found = [stack.enter_context(connect(client)) for _ in range(count)]
        for each in found:
            each.sendall(beginning)
        yield found


def trickle(connections: list[socket.socket], drop: bytes) -> int:
    """Send a little more on each connection, and return how many are still open."""
    for each in connections:
        try:
            each.setblocking(True)
            each.sendall(drop)
        except OSError:
            pass
    return sum(not is_closed(each) for each in connections)


def close_times(client: httpx.Client, count: int, attack: tuple[bytes, bytes], most: float) -> float:
    """Attack until every connection is closed; return how long that took."""
    beginning, drop = attack
    with besieged(client, count, beginning) as connections:
        began = time.monotonic()
        while trickle(connections, drop) and time.monotonic() - began < most:
            time.sleep(0.2)
        return time.monotonic() - began


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_slow_client_is_left(dataset_url: sa.URL, attack: tuple[bytes, bytes]) -> None:
    with serving(dataset_url, Limits(idle_seconds=2), audit="off") as client:
        assert 0.5 < close_times(client, 20, attack, 10) < 3


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_three_hundred_slow_clients(dataset_url: sa.URL, attack: tuple[bytes, bytes]) -> None:
    """By the limits as they are: closed within 15 seconds, and nobody else notices."""
    with serving(dataset_url, audit="off") as client, watching_health(client) as watchman:
        assert close_times(client, 300, attack, 30) <= Limits().idle_seconds + 1
        assert client.post("/graphql", json={"query": "{ __typename }"}).status_code == 200
    assert watchman.p99 < HEALTHY_SECONDS


def test_a_client_that_gets_on_is_not_left(dataset_url: sa.URL) -> None:
    """A body may take its time, as long as it comes by the kilobyte."""
    body = b" " * 20_000 + BODY
    with serving(dataset_url, Limits(idle_seconds=2), audit="off") as client, connect(client) as connection:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body))
        for at in range(0, len(body), 1_600):
            connection.sendall(body[at : at + 1_600])
            time.sleep(0.25)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_more_clients_than_there_is_room_for(dataset_url: sa.URL) -> None:
    """The one that has waited longest gives way to the next, so that a new client is always answered."""
    with serving(dataset_url, Limits(connections=20), audit="off") as client, besieged(client, 60, HEAD) as connections:
        time.sleep(0.2)
        for _ in range(5):
            with connect(client) as fresh:
                fresh.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert fresh.recv(1000).startswith(b"HTTP/1.1 200")
        closed = [is_closed(each) for each in connections]
        assert sum(not each for each in closed) <= 20
        # The first come are those that waited longest.
        assert closed == sorted(closed, reverse=True)


def test_a_head_without_end(dataset_url: sa.URL) -> None:
    with serving(dataset_url, audit="off") as client, connect(client) as connection:
        connection.sendall(HEAD)
        answer = b""
        try:
            for number in range(500):
                connection.sendall(b"X-%d: %s\r\n" % (number, b"a" * 1000))
        except OSError:
            pass
        try:
            answer = connection.recv(1000)
        except OSError:
            answer = b""
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
        assert client.get("/health/live").status_code == 200


@pytest.mark.slow
def test_a_client_that_does_not_read_its_answer(dataset_url: sa.URL) -> None:
    """What is left of the answer is not kept for it."""
    with serving(dataset_url, Limits(idle_seconds=2), audit="off") as client:
        assert client.base_url.port
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.connect((client.base_url.host, client.base_url.port))
            # Answers are asked for, one behind the other, until neither side's buffers have room for more.
            for _ in range(40):
                connection.sendall(b"GET /graphql/schema.graphql HTTP/1.1\r\nHost: localhost\r\n\r\n")
            time.sleep(4)
            read = 0
            try:
                while piece := connection.recv(1_000_000):
                    read += len(piece)
            except OSError:
                pass
            whole = len(client.get("/graphql/schema.graphql").content)
            assert read < 40 * whole
