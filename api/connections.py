"""Connections of clients that are slow, or many: each is closed that does not get on, so that there is room for others.

A client has ``idle_seconds`` to send its request, and one more for every kilobyte of the body; it has as long to read
some more of its answer. Where there are as many connections as are allowed, the one that has waited longest for its
client makes room for the next.
"""

from __future__ import annotations

from operator import itemgetter
from time import monotonic
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from starlette.applications import Starlette

    from schema.limits import Limits

LOOK_SECONDS = 1
SLOWEST_BYTES = 1_000
"""How many bytes of a body a client has to send in a second, on the average."""
HEAD_BYTES = 300_000
"""How many bytes the head of a request has at most; a letter of a document in an address may take nine."""


def server_config(app: Starlette, limits: Limits, **options: Any) -> uvicorn.Config:
    """Return how the application is served."""

    class Patient(WatchedProtocol):
        """The protocol with these limits; uvicorn makes one for each connection."""

    Patient.limits = limits
    # Behind a proxy, the application says who the client is: uvicorn would believe any program on this machine.
    return uvicorn.Config(app, http=Patient, log_config=None, proxy_headers=False, lifespan="on", **options)


class WatchedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which knows since when it waits for its client."""

    limits: Limits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._waiting_since: float | None = monotonic()
        self._received, self._in_head = 0, True
        self._unsent, self._stuck_since = 0, 0.0
        super().connection_made(transport)
        self._look_again = self.loop.call_later(LOOK_SECONDS, self._look)
        if len(self.connections) > self.limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._look_again.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._in_head and self._received > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        if self._waiting_since is None:
            self._waiting_since = monotonic()
        self._received, self._in_head = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._waiting_since = None
        super().on_message_complete()

    def waits_since(self) -> float | None:
        """Return since when the client owes the rest of a request, or a next one; None while it is answered."""
        if self._waiting_since is not None:
            return self._waiting_since
        # uvicorn closes a connection that rests between requests soon by itself.
        return self._rests_since()

    def _rests_since(self) -> float | None:
        timer = self.timeout_keep_alive_task
        return None if timer is None else timer.when() - self.timeout_keep_alive

    def _look(self) -> None:
        now = monotonic()
        if self._is_slow_to_send(now) or self._is_slow_to_read(now):
            self.transport.abort()
        else:
            self._look_again = self.loop.call_later(LOOK_SECONDS, self._look)

    def _is_slow_to_send(self, now: float) -> bool:
        # While reading is paused it is the application that is slow.
        if self._waiting_since is None or self.flow.read_paused:
            return False
        body = 0 if self._in_head else self._received
        return now + LOOK_SECONDS > self._waiting_since + self.limits.idle_seconds + body / SLOWEST_BYTES

    def _is_slow_to_read(self, now: float) -> bool:
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent != self._unsent:
            self._unsent, self._stuck_since = unsent, now
        return now + LOOK_SECONDS > self._stuck_since + self.limits.idle_seconds and bool(unsent)

    def _make_room(self) -> None:
        # One that is being closed is still among the connections until the loop comes to it.
        others = [each for each in self.connections if isinstance(each, WatchedProtocol) and not each.is_closing()]
        if len(others) <= self.limits.connections:
            return
        waiting = [(since, each) for each in others if each is not self and (since := each.waits_since()) is not None]
        longest = min(waiting, key=itemgetter(0), default=(0, self))
        longest[1].transport.abort()

    def is_closing(self) -> bool:
        return self.transport.is_closing()
