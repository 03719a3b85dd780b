"""What every request for data passes, whatever it wants to be answered in: who asks, what it costs, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from api.errors import RETRY_SECONDS, Code, Refused, log_unforeseen, refusal
from api.persisted import Persisted
from api.request import asked
from api.told import Told
from api.watch import Watchman
from db.connection import DatabaseUnavailable
from db.reading import NoConnectionFree, StatementTooLong

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from api.credentials import Credentials
    from api.rate import Meter, Spending
    from api.request import Asked
    from api.settings import Settings

    Read = Callable[[Request], Awaitable[Asked]]
    Execute = Callable[[Request, Asked, Spending], Awaitable[Response]]


class Reception:
    """Receives requests for data at all of their addresses, for one application."""

    def __init__(self, settings: Settings, credentials: Credentials, meter: Meter) -> None:
        self._credentials, self._meter, self._body = credentials, meter, settings.limit.body
        self.persisted = Persisted(settings.persisted_dir, settings.persisted)

    async def read(self, request: Request) -> Asked:
        """Read what is asked in the way of GraphQL over HTTP."""
        return await asked(request, self._body)

    def spending(self, request: Request) -> Spending:
        """Begin another account of the request's viewer, for work that goes on after the first and can wait."""
        return self._meter.spending(request, yielding=True)

    async def receive(
        self, request: Request, media: Callable[[], str], read: Read, execute: Execute, watchman: Watchman
    ) -> Response:
        """Answer one request, by ``execute`` or with what kept it from that; there is always an answer."""
        state = request.state
        chosen: list[str] = []
        question: Asked | None = None
        spending: Spending | None = None
        try:
            chosen.append(media())
            state.told = told = Told("read")
            state.viewer = told.viewer = viewer = await self._credentials.viewer(request)
            spending = self._meter.spending(request)
            spending.begin()
            question = self.persisted.resolved(await read(request), viewer)
            told.document, told.variables = question.digest, question.kinds
            with watchman.over(request.receive):
                response = await execute(request, question, spending)
        except Refused as refused:
            response = refusal(request, refused, *chosen)
        except Exception as error:  # noqa: BLE001 (whatever it is, the client is answered and the operator told)
            response = refusal(request, failed(error, state.request_id, question), *chosen)
        response.raw_headers.append((b"vary", b"Accept, Authorization"))
        if spending:
            await spending.settle()
            response.raw_headers += spending.headers()
            # What a file takes in all is not known before its end.
            if not isinstance(response, StreamingResponse):
                response.raw_headers.append(spending.cost())
        return response


def failed(error: Exception, request_id: str, asked: object) -> Refused:
    """Return what the client is told of a request that failed; what nobody foresaw is left to the operator."""
    if isinstance(error, DatabaseUnavailable):
        return Refused(503, Code.DATABASE_UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS})
    if isinstance(error, StatementTooLong):
        return Refused(504, Code.TIMEOUT)
    if isinstance(error, NoConnectionFree):
        return Refused(503, Code.BUSY, headers={"Retry-After": RETRY_SECONDS})
    if isinstance(error, RecursionError):
        return Refused(400, Code.LIMIT_EXCEEDED)
    log_unforeseen(error, request_id, asked)
    return Refused(500, Code.INTERNAL)
