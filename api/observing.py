"""What is seen of every request: how long it took and what came of it, for the audit, the metrics and the log."""

from __future__ import annotations

import re
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.requests import Request

from api.errors import Code, Refused, logger, refusal
from api.guard import OUTSIDE
from api.told import KEY, Told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.audit import Audit
    from api.logs import RequestLog
    from api.metrics import Metrics

    Headers = Iterable[tuple[bytes, bytes]]

BEHALF = b"x-on-behalf-of"
SANE = re.compile(rb"[\x20-\x7e\x80-\xff]{1,200}")


class Observing:
    """Middleware that looks on from outside. What the audit cannot write down is not answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics, audit: Audit | None, log: RequestLog | None) -> None:
        self.app, self._metrics, self._audit, self._log = app, metrics, audit, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        refused: Response | None = None

        # No coroutine of its own: each message of each answer comes through here.
        def watched(message: Message) -> Awaitable[None]:
            nonlocal refused
            if message["type"] == "http.response.start":
                refused = self._seen(scope, message, perf_counter() - began)
                if refused is not None:
                    return refused(scope, receive, send)
            return send(message) if refused is None else nothing()

        await self.app(scope, receive, watched)

    def _seen(self, scope: Scope, message: Message, seconds: float) -> Response | None:
        """Note that an answer begins; return another one where it must not be given."""
        state, status = scope.get("state", {}), message["status"]
        told: Told | None = state.get(KEY)
        request_id = state.get("request_id", "")
        refused = None
        if self._audit and told and self._audit.wants(told.viewer):
            size = int(_header(message["headers"], b"content-length") or 0)
            try:
                self._audit.write(told, status, size, seconds, request_id, _behalf(scope["headers"]))
            except OSError:
                logger.critical("Request %s is refused, because the audit cannot be written", request_id, exc_info=True)
                refused = refusal(Request(scope), Refused(503, Code.AUDIT_UNAVAILABLE, headers=OUTSIDE))
                status = 503
        self._metrics.seen(scope["path"], scope["method"], status, seconds, told)
        if self._log:
            self._log.seen(scope["path"], scope["method"], status, seconds, told, request_id)
        return refused


async def nothing() -> None:
    """Leave out what belongs to an answer that was refused."""


def _behalf(headers: Headers) -> str | None:
    found = _header(headers, BEHALF)
    return found.decode("utf-8", "replace") if found and SANE.fullmatch(found) else None


def _header(headers: Headers, wanted: bytes) -> bytes | None:
    for name, value in headers:
        if name == wanted:
            return value
    return None
