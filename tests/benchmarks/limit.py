"""The limit: one route per query, SQL written by hand for it, and JSON text that PostgreSQL puts together.

Whatever a general server could do only with knowledge of one query is allowed here: identifiers and codes are known to
need no escaping, each connection keeps its prepared statements at hand, and nothing of the answer is read.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import asyncpg
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from db.connection import READING
from tests.benchmarks import limit_sql
from tests.benchmarks.servers import POOL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import sqlalchemy as sa
    from starlette.requests import Request

ROUTES: dict[str, tuple[str, Callable[[Any], tuple[Any, ...]]]] = {
    "technology": (limit_sql.TECHNOLOGY, lambda values: (values["id"],)),
    "linked": (limit_sql.LINKED, lambda values: (values["after"],)),
    "linked_as_of": (limit_sql.LINKED_AS_OF, lambda values: (values["after"], date.fromisoformat(values["day"]))),
    "linked_at_release": (limit_sql.LINKED_AT_RELEASE, lambda values: (values["after"], int(values["release"]))),
    "budget_lines": (limit_sql.BUDGET_LINES, lambda values: (int(values["below"]),)),
    "grouped": (limit_sql.GROUPED, lambda values: (int(values["below"]),)),
}
"""The statement of each route, and what reads its parameters."""


def application(url: sa.URL) -> Starlette:
    """Make the server."""
    free: asyncio.LifoQueue[dict[str, Any]] = asyncio.LifoQueue()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connections = [await asyncpg.connect(address, server_settings=READING) for _ in range(POOL)]
        for connection in connections:
            # What PostgreSQL has had since 17 for the same text, and faster.
            quote = "json_scalar(" if connection.get_server_version() >= (17,) else "to_json("
            free.put_nowait(
                {name: await connection.prepare(sql.replace("to_json(", quote)) for name, (sql, _) in ROUTES.items()}
            )
        yield
        for connection in connections:
            await connection.close()

    def endpoint(name: str, read: Callable[[Any], tuple[Any, ...]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            statements = await free.get()
            try:
                content = await statements[name].fetchval(*read(request.query_params))
            finally:
                free.put_nowait(statements)
            return Response(content, media_type="application/json")

        return answer

    return Starlette(
        routes=[Route(f"/{name}", endpoint(name, read)) for name, (_, read) in ROUTES.items()], lifespan=lifespan
    )
