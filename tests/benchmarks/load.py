"""The load: raw HTTP/1.1 over connections that stay open, each asking again as soon as it is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import cycle
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class BadAnswer(Exception):
    """A server answered otherwise than with 200 and data."""


@dataclass(frozen=True)
class Sample:
    """What one measurement found; times in milliseconds."""

    requests_per_second: float
    p50: float
    p99: float


class Client(asyncio.Protocol):
    """One connection, on which one request at a time is under way."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length = 0
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(BadAnswer("The connection was closed."))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._length:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            start = head.index(b"content-length:") + len(b"content-length:")
            self._length = end + 4 + int(head[start:].split(b"\r\n", 1)[0])
        if len(self._buffer) >= self._length:
            answer, self._buffer, self._length = bytes(self._buffer), bytearray(), 0
            assert self._answer
            self._answer.set_result(answer)

    async def ask(self, request: bytes) -> bytes:
        """Send a request and return the body of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        answer = await self._answer
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 ") or not body.startswith(b'{"data":') or b'"errors":' in body[-1000:]:
            raise BadAnswer(answer[:2000].decode(errors="replace"))
        return body


async def answers(port: int, requests: Sequence[bytes]) -> list[bytes]:
    """Ask requests one after another and return the bodies."""
    client = await _connect(port)
    try:
        return [await client.ask(request) for request in requests]
    finally:
        client.transport.close()


async def measure(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Sample:
    """Ask requests over and over for some seconds; those under way in the end are waited for and count."""
    clients = [await _connect(port) for _ in range(connections)]
    latencies: list[float] = []
    endless, begin = cycle(requests), perf_counter()
    try:
        await asyncio.gather(*(_ask_until(begin + seconds, client, endless, latencies) for client in clients))
    finally:
        for client in clients:
            client.transport.close()
    return summed_up(latencies, perf_counter() - begin)


async def measure_while(port: int, requests: Sequence[bytes], other: asyncio.Task[Any]) -> Sample:
    """Ask requests over one connection, over and over, until something else is done."""
    client, latencies, endless, begin = await _connect(port), list[float](), cycle(requests), perf_counter()
    try:
        while not other.done():
            await _ask_until(perf_counter() + 0.5, client, endless, latencies)
    finally:
        client.transport.close()
    return summed_up(latencies, perf_counter() - begin)


def summed_up(latencies: list[float], elapsed: float) -> Sample:
    """Reckon the sample of requests that took these seconds."""
    hundredths = quantiles(latencies, n=100, method="inclusive") if len(latencies) > 1 else latencies * 99
    return Sample(len(latencies) / elapsed, hundredths[49] * 1000, hundredths[98] * 1000)


async def _connect(port: int) -> Client:
    _, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", port)
    return client


async def _ask_until(end: float, client: Client, requests: Iterator[bytes], latencies: list[float]) -> None:
    now = perf_counter()
    while now < end:
        await client.ask(next(requests))
        before, now = now, perf_counter()
        latencies.append(now - before)
