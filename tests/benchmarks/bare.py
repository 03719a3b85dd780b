"""Ours without rights, quota, deadline, audit, metrics and guard: what those cost is the difference to ours."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response

from api.request import asked
from api.shortcut import Shortcut
from db.reading import open_database
from db.viewers import Scope, Viewer
from schema import contract
from schema.limits import Limits
from tests.benchmarks.servers import POOL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import sqlalchemy as sa
    from starlette.requests import Request

EVERYTHING = Viewer(scopes=frozenset({Scope.EVERYTHING}))


def application(url: sa.URL) -> Starlette:
    """Make the server."""
    executor, largest = contract().executor, Limits().body

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_database(url, size=POOL) as data:
            yield {"data": data}

    async def answer(request: Request) -> Response:
        question = await asked(request, largest)
        document = executor.document(question.query)
        result = await executor.execute(
            document, request.state.data, question.variables, question.operation_name, viewer=EVERYTHING
        )
        body = {"data": result.data, "extensions": result.extensions}
        return Response(orjson.dumps(body), media_type="application/json")

    return Starlette(middleware=[Middleware(Shortcut, ("POST",), "/graphql", answer)], lifespan=lifespan)
