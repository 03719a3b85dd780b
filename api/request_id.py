"""The id under which a request can be found again: in the answer's header, in its errors and in the log."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing that could break a line of the log or a header.
SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
HEADER = b"x-request-id"


class RequestId:
    """Middleware that takes the id which the client gave in X-Request-Id, or makes one, and sends it back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        request_id = given.decode() if SANE.fullmatch(given) else token_hex(16)
        added = [(HEADER, request_id.encode()), (b"x-content-type-options", b"nosniff")]
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*(header for header in message["headers"] if header[0] != HEADER), *added]
            await send(message)

        await self.app(scope, receive, send_with_id)
