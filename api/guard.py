"""What every request passes first: its id, whether a page of another site may send it, and what every answer says.

Browsers send requests in their visitor's name, from wherever they are. So what a page of another site sends is
refused, unless the operator allows the page's origin; browsers say where it comes from in ``Sec-Fetch-Site`` and
``Origin``, which no page can change. Programs send neither, and are not concerned.
"""

from __future__ import annotations

import re
from random import getrandbits
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Code, Refused, refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Header = tuple[bytes, bytes]

# Nothing that could break a line of the log or a header.
SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
REQUEST_ID = b"x-request-id"
SECURITY = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
"""What answers say unless they say otherwise themselves, as the page does that has scripts."""
OURS = frozenset((REQUEST_ID, *SECURITY))
OUTSIDE = {name.decode(): value.decode() for name, value in SECURITY.items()}
"""The same for answers that are made outside of the guard."""
METHODS = "GET, POST"
REQUEST_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id"
SHOWN_HEADERS = b"ETag, Nextgraph-Cost, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id"
ASKED_AGAIN_SECONDS = "600"
OWN = (b"same-origin", b"none")
"""What Sec-Fetch-Site says of a page of this server, and of what someone typed or follows from a bookmark."""
ANY = "*"
FOREIGN = "A page of another site sent this request: ask the operator of the server to allow its origin."


class Guard:
    """Middleware before all others; ``origins`` are those of pages that may ask, with spaces between, or ``*``."""

    def __init__(self, app: ASGIApp, origins: str | None = None) -> None:
        self.app, self._origins = app, frozenset((origins or "").split())
        # What is kept for one origin must not be shown to another.
        self._said = [*SECURITY.items(), *([(b"vary", b"Origin")] if self._origins else ())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(REQUEST_ID)
        request_id = given.decode() if given and SANE.fullmatch(given) else f"{getrandbits(128):032x}"
        scope.setdefault("state", {})["request_id"] = request_id
        origin = headers.get(b"origin")
        allowed = origin is not None and self._allows(origin.decode("latin-1"))
        added = [*self._said, (REQUEST_ID, request_id.encode())]
        if allowed and origin:
            added += self._shared(origin)

        # No coroutine of its own: each message of each answer comes through here.
        def send_guarded(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message["headers"] = _joined(message["headers"], added)
            return send(message)

        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await self._preflight(scope, allowed=allowed)(scope, receive, send_guarded)
        elif not allowed and _is_foreign(scope, headers):
            refused = refusal(Request(scope), Refused(403, Code.FOREIGN_ORIGIN, FOREIGN))
            await refused(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)

    def _allows(self, origin: str) -> bool:
        return ANY in self._origins or origin in self._origins

    def _shared(self, origin: bytes) -> list[tuple[bytes, bytes]]:
        return [
            (b"access-control-allow-origin", b"*" if ANY in self._origins else origin),
            (b"access-control-expose-headers", SHOWN_HEADERS),
        ]

    def _preflight(self, scope: Scope, *, allowed: bool) -> Response:
        """Answer a browser that asks whether a page of another site may send a request."""
        if not allowed:
            return refusal(Request(scope), Refused(403, Code.FOREIGN_ORIGIN, FOREIGN))
        headers = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": REQUEST_HEADERS,
            "Access-Control-Max-Age": ASKED_AGAIN_SECONDS,
        }
        return Response(status_code=204, headers=headers)


def _joined(own: Iterable[Header], added: list[Header]) -> list[Header]:
    """Return the headers of an answer with what it does not say itself; its request's id is never its own to say."""
    names = {name for name, _ in own}
    if names.isdisjoint(OURS):
        return [*own, *added]
    kept = [header for header in own if header[0] != REQUEST_ID]
    return [*kept, *(header for header in added if header[0] not in SECURITY or header[0] not in names)]


def _is_foreign(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Return whether a page of another site sends a request, and not to go to it as by a link."""
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    if scope["method"] in ("GET", "HEAD") and headers.get(b"sec-fetch-mode", b"navigate") == b"navigate":
        # Reading has no effect, and without leave no page can see what another site was answered.
        return origin is not None and site is None and not _is_own(origin, headers)
    if site is not None:
        return site not in OWN
    return origin is not None and not _is_own(origin, headers)


def _is_own(origin: bytes, headers: dict[bytes, bytes]) -> bool:
    """Return whether an origin is this server as the client sees it; a proxy may have ended TLS on the way."""
    return urlsplit(origin).netloc.lower() == headers.get(b"host", b"").lower() != b""
