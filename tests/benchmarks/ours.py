"""Ours: the application as it is served."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from db.reading import open_database
from schema import contract

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import sqlalchemy as sa
    from starlette.requests import Request


def application(url: sa.URL) -> Starlette:
    """Make the server."""
    executor = contract().executor

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_database(url) as data:
            yield {"data": data}

    async def answer(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        document = executor.document(asked["query"])
        result = await executor.execute(document, request.state.data, asked.get("variables"))
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [error.formatted for error in result.errors]
        return Response(orjson.dumps(body), media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])], lifespan=lifespan)
