"""One address answered before routing: what thousands of requests in a second need not walk through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    Endpoint = Callable[[Request], Awaitable[Response]]


class Shortcut:
    """Middleware that hands the requests of one path by some methods to an endpoint which sees to its own errors.

    Routing and Starlette's handling of exceptions take about as long as reading the request itself does. The path has
    its route as well, for the other methods and for what says which of them there are.
    """

    def __init__(self, app: ASGIApp, methods: Collection[str], path: str, endpoint: Endpoint) -> None:
        self.app, self._endpoint, self._methods, self._path = app, endpoint, methods, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == self._path and scope["method"] in self._methods:
            response = await self._endpoint(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)
