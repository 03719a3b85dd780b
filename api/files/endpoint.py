"""``/files/{format}``, and ``/graphql`` where a file is accepted: an operation's answer to take along."""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

from graphql import GraphQLError
from starlette.responses import StreamingResponse

from api import introspection
from api.errors import JSON, Code, Refused, logger, shown
from api.files.formats import FORMATS, Format, accepted
from api.files.making import FEWER, Making, Wanted
from api.files.walking import Unanswerable
from api.graphql import code_of, keep_get_safe
from api.watch import Watchman
from db.connection import DatabaseUnavailable
from db.reading import NoConnectionFree, Unanswered
from schema.sql.errors import LimitExceeded

if TYPE_CHECKING:
    from graphql import ExecutionResult
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Send

    from api.graphql import GraphQLEndpoint
    from api.rate import Spending
    from api.reception import Reception
    from api.request import Asked
    from schema.sql import Executor

WAIT_SECONDS = "10"
FULL = (errno.ENOSPC, errno.EDQUOT)
STATUS = {"LIMIT_EXCEEDED": 413, "NOT_FOUND": 404, "INTERNAL": 500}
RELEASE = "Nextgraph-Release"


class Files:
    """Answers with files."""

    def __init__(self, executor: Executor, reception: Reception, graphql: GraphQLEndpoint, *, shown: bool) -> None:
        self._executor, self._reception, self._graphql, self._introspection = executor, reception, graphql, shown
        self._limits = executor.limits
        self._watchman = Watchman(self._limits.file_seconds)
        self._at_once = 0

    async def answer(self, request: Request) -> Response:
        """Answer at the address of a format."""
        name = request.path_params["format"]

        def media() -> str:
            if name not in FORMATS:
                raise Refused(
                    404, Code.NOT_FOUND, f"There is no format {name!r:.60}: choose one of {', '.join(FORMATS)}."
                )
            return JSON

        return await self._received(request, media, lambda: FORMATS[name])

    async def negotiated(self, request: Request) -> Response:
        """Answer at the address of GraphQL: with a file where one is accepted, else with JSON."""
        format_ = accepted(request.headers.get("accept"))
        if format_ is None:
            return await self._graphql.answer(request)
        return await self._received(request, lambda: JSON, lambda: format_)

    async def _received(self, request: Request, media: Any, format_: Any) -> Response:
        async def execute(request: Request, question: Asked, spending: Spending) -> Response:
            return await self.file(request, question, spending, format_())

        return await self._reception.receive(request, media, self._reception.read, execute, self._watchman)

    async def file(self, request: Request, asked: Asked, spending: Spending, format_: Format) -> Response:
        """Make the file of an operation; what can be refused before its first byte is."""
        document = self._executor.document(asked.query)
        keep_get_safe(request, document, asked.operation_name)
        told = request.state.told
        operation = document.operation(asked.operation_name)
        told.operation = operation.name.value if operation and operation.name else None
        if not self._introspection:
            introspection.check(document.root_fields(asked.operation_name))
        if document.errors:
            await spending.refused(min(len(asked.query), self._limits.source))
            self._refuse(document.errors, request, asked, code_of(document, document.errors))
        if self._at_once >= self._limits.files:
            raise Refused(503, Code.BUSY, headers={"Retry-After": WAIT_SECONDS})
        try:
            wanted = Wanted.read(format_, request.query_params)
            asking = Asking(self._executor, self._reception, request, spending)
            making = Making(
                self._executor, asked.query, asked.operation_name, asked.variables, wanted, asking.ask, asking.afford
            )
        except GraphQLError as error:
            self._refuse([error], request, asked, Code.BAD_INPUT)
        except Unanswerable as error:
            self._refuse(error.errors, request, asked, Code.BAD_INPUT)
        parts = self._parts(request, asked, making)
        try:
            first = await anext(parts)
        except GraphQLError as error:
            self._refuse([error], request, asked, Code.BAD_INPUT)
        except Unanswerable as error:
            self._refuse(error.errors, request, asked, Code.BAD_INPUT)
        told.release = making.walk.seen.release
        return Growing(first, parts, _headers(making, told.operation), format_.media, making.question.encoding)

    async def _parts(self, request: Request, asked: Asked, making: Making) -> AsyncGenerator[bytes, None]:
        """Yield the parts of a file; where it fails after the first, the connection is cut, and the log says why."""
        has_begun = False
        self._at_once += 1
        try:
            async with asyncio.timeout(self._limits.file_seconds), aclosing(making.chunks()) as chunks:
                async for part in chunks:
                    yield part
                    has_begun = True
        except TimeoutError:
            if not has_begun:
                raise Refused(504, Code.TIMEOUT) from None
            raise CutOff(f"it takes longer than fileSeconds, {self._limits.file_seconds}") from None
        except (GraphQLError, Unanswerable, Refused, Unanswered, DatabaseUnavailable) as error:
            if not has_begun:
                raise
            raise CutOff(str(error) or type(error).__name__) from None
        except OSError as error:
            if error.errno not in FULL or has_begun:
                raise
            logger.error("A file cannot be made: there is no room left in %s", tempfile.gettempdir())
            raise Refused(507, Code.DISK_FULL) from None
        finally:
            self._at_once -= 1

    def _refuse(self, errors: Any, request: Request, asked: Asked, otherwise: Code) -> NoReturn:
        """Raise Refused for errors, of which the first says the code."""
        found = shown(errors, request.state.request_id, otherwise, asked)
        if not self._introspection:
            found = list(map(introspection.without_suggestion, found))
        first = found[0]
        name = first["extensions"]["code"]
        details = {key: value for key, value in first["extensions"].items() if key not in ("code", "requestId")}
        if "path" in first or len(found) > 1:
            details["errors"] = found
        raise Refused(STATUS.get(name, 400), Code[name], first["message"], details=details)


class CutOff(Exception):
    """A file that has begun and cannot be finished.

    Its connection is closed before its end, so that nobody takes it for whole.
    """


class Growing(StreamingResponse):
    """A file whose first part is there, and whose rest comes while it is sent."""

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes, None], headers: Mapping[str, str], media: str, encoding: str
    ) -> None:
        async def parts() -> AsyncGenerator[bytes, None]:
            yield first
            async with aclosing(rest):
                async for part in rest:
                    yield part

        said = f"{media}; charset={encoding}" if media.startswith("text/") else media
        self._parts = parts()
        super().__init__(self._parts, 200, dict(headers), said)

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._parts):
            await super().stream_response(send)


class Asking:
    """Asks for the pages of one file as any client would, and pays for each; waits where the quota is used up."""

    def __init__(self, executor: Executor, reception: Reception, request: Request, spending: Spending) -> None:
        self._executor, self._reception, self._request = executor, reception, request
        self._spending: Spending | None = spending
        limits = executor.limits
        self._seconds, self._file_seconds, self._quota = limits.seconds, limits.file_seconds, limits.quota

    async def afford(self, points: int) -> None:
        """Raise LimitExceeded where a file of so many points would wait for them longer than a file may take."""
        seconds, allowed = await self._reception.spending(self._request).seconds_for(points), self._file_seconds
        if seconds > allowed:
            quota = self._quota
            raise LimitExceeded.of(
                "file_seconds",
                allowed,
                seconds,
                f"the file costs {points:,} points, of which quota gives {quota:,} a minute; {FEWER}, or have the "
                "operator raise NEXTGRAPH_LIMIT_QUOTA or NEXTGRAPH_LIMIT_FILE_SECONDS",
            )

    async def ask(self, query: str, variables: Mapping[str, Any]) -> ExecutionResult:
        """Return the answer of one page."""
        while True:
            is_first = self._spending is not None
            spending = self._spending or self._reception.spending(self._request)
            try:
                async with asyncio.timeout(self._seconds):
                    result = await self._executor.execute(
                        self._executor.document(query),
                        self._request.state.data,
                        variables,
                        viewer=self._request.state.viewer,
                        spending=spending,
                    )
            except TimeoutError:
                raise Refused(504, Code.TIMEOUT) from None
            except Refused as refused:
                if is_first or refused.code is not Code.QUOTA_EXCEEDED:
                    raise
                await asyncio.sleep(float(refused.headers["Retry-After"]))
                continue
            except NoConnectionFree:
                if is_first:
                    raise
                # It has waited for one already.
                continue
            if not result.errors:
                self._spending = None
            elif not is_first and any(isinstance(each.original_error, NoConnectionFree) for each in result.errors):
                continue
            return result


def _headers(making: Making, operation: str | None) -> dict[str, str]:
    """Return what a file is called, and of which release it is."""
    suffix = making.wanted.format.suffix
    called = " · ".join(dict.fromkeys(root.label for root in making.roots.values()))[:80]
    plain = operation or next(iter(making.roots))
    names = f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(f'{called}.{suffix}', safe='')}"
    release = making.walk.seen.release
    return {
        "Content-Disposition": names,
        "Cache-Control": "no-store",
        **({RELEASE: str(release)} if release is not None else {}),
    }
