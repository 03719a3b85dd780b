"""A server under attack: the application as it is served, and its health meanwhile."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from api.app import create_app
from api.connections import server_config
from api.settings import Settings
from schema.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

HEALTHY_SECONDS = 0.1
"""How long an answer of /health/live may take at the 99th percentile."""
REST_SECONDS = 0.01


@contextmanager
def serving(url: sa.URL, limits: Limits | None = None, **settings: Any) -> Iterator[httpx.Client]:
    """Serve the application as ``nextgraph serve`` does, and give a client for it."""
    limits = limits or Limits()
    app = create_app(url, Settings(limit=limits, **settings))
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        server = uvicorn.Server(server_config(app, limits))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the application does not start"
                time.sleep(0.01)
            port = listener.getsockname()[1]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


class Watchman:
    """Asks /health/live all the time, over one connection, and keeps what each answer took."""

    def __init__(self, address: httpx.URL) -> None:
        self._address, self._over = address, threading.Event()
        self.seconds: list[float] = []
        self.failed: list[str] = []

    def _look(self) -> None:
        with httpx.Client(base_url=self._address, timeout=60) as client:
            while not self._over.is_set():
                began = time.perf_counter()
                try:
                    client.get("/health/live").raise_for_status()
                except httpx.HTTPError as error:
                    self.failed.append(repr(error))
                self.seconds.append(time.perf_counter() - began)
                self._over.wait(REST_SECONDS)

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[max(0, round(len(self.seconds) * 0.99) - 1)]


@contextmanager
def watching_health(client: httpx.Client) -> Iterator[Watchman]:
    """Ask for the server's health as long as the attack lasts; every answer has to come."""
    watchman = Watchman(client.base_url)
    thread = threading.Thread(target=watchman._look)
    thread.start()
    try:
        yield watchman
    finally:
        watchman._over.set()
        thread.join()
    assert not watchman.failed
    assert watchman.seconds
