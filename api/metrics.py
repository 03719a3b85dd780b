"""Figures for Prometheus, with labels of which there are few whatever clients send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response

from api.errors import Code, Refused, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from starlette.requests import Request

    from api.told import Told

OTHER = "other"
METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("forwarded", "x-forwarded-for")


class Metrics:
    """Counts what happens; ``paths`` are the addresses that are told apart, by their beginnings."""

    def __init__(self, paths: tuple[str, ...], shown_to: Literal["local", "all", "off"]) -> None:
        self._paths, self._shown_to = paths, shown_to
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "nextgraph_requests", "Requests answered.", ("path", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "nextgraph_request_seconds",
            "Seconds until an answer began.",
            ("path",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._codes = Counter(
            "nextgraph_errors", "Answers with an error, by the code of the first.", ("code",), registry=self.registry
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def seen(self, path: str, method: str, status: int, seconds: float, told: Told | None) -> None:
        """Count an answer."""
        counters = self._known.get((path, method, status))
        if counters is None:
            place, verb = self._place(path), method if method in METHODS else OTHER
            counters = self._requests.labels(place, verb, str(status)), self._seconds.labels(place)
            # Of the addresses that are told apart alone, for clients may think of any number of others.
            if (path, method) == (place, verb):
                self._known[path, method, status] = counters
        counters[0].inc()
        counters[1].observe(seconds)
        if told is not None and told.code is not None:
            self._codes.labels(told.code if told.code in Code.__members__ else OTHER).inc()

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a figure that is read whenever someone asks."""
        Gauge(f"nextgraph_{name}", text, registry=self.registry).set_function(value)

    async def answer(self, request: Request) -> Response:
        """Show all figures, to whom the settings let see them."""
        if self._shown_to == "off" or (self._shown_to == "local" and not _is_local(request)):
            return refusal(request, Refused(404, Code.NOT_FOUND))
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

    def _place(self, path: str) -> str:
        if path == "/":
            return path
        return next((known for known in self._paths if path == known or path.startswith(f"{known}/")), OTHER)


def _is_local(request: Request) -> bool:
    """Return whether a program on this machine asks by itself, and no proxy for somebody else."""
    client: Any = request.client
    return client is not None and client.host in LOOPBACK and not any(name in request.headers for name in FORWARDED)
