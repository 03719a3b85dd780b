"""The application: the one place where the parts are wired together."""

from __future__ import annotations

import gc
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.audit import Audit
from api.credentials import Credentials
from api.errors import Code, Refused, refusal
from api.explorer import explorer_routes
from api.files.endpoint import Files
from api.files.formats import FORMATS
from api.graphql import GraphQLEndpoint
from api.guard import OUTSIDE, Guard
from api.health import Health
from api.import_endpoint import ImportEndpoint
from api.landing import landing
from api.logs import RequestLog
from api.metrics import Metrics
from api.observing import Observing
from api.rate import Meter
from api.reception import Reception
from api.rest import Rest
from api.shortcut import Shortcut
from api.tracing import Tracing, configured
from db.reading import open_database
from schema import contract, printed_schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    import sqlalchemy as sa
    from starlette.requests import Request
    from starlette.responses import Response

    from api.settings import Settings
    from schema.sql import Data

PLACES = ("/graphql", "/files", "/rest", "/import", "/health", "/metrics", "/explorer", "/about")
"""Addresses that the metrics tell apart."""
CODES = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}


def create_app(
    url: sa.URL, settings: Settings, opening: Callable[..., AbstractAsyncContextManager[Data]] = open_database
) -> Starlette:
    """Make the application over a database that has its tables; ``opening`` gives the data while it runs."""
    limits = settings.limit
    store = settings.quota_store.get_secret_value() if settings.quota_store else None
    meter = Meter(limits.quota, store, settings.proxies)
    credentials = Credentials(settings, meter)
    executor, reception = contract().executor.within(limits), Reception(settings, credentials, meter)
    graphql = GraphQLEndpoint(executor, settings, reception)
    files = Files(executor, reception, graphql, shown=settings.introspection)
    rest = Rest(executor, reception, graphql, files)
    imports = ImportEndpoint(url, settings, credentials)
    audit = None if settings.audit == "off" else Audit(url, settings)
    health, metrics = Health(url, audit), Metrics(PLACES, settings.metrics)
    log = RequestLog() if settings.log_requests else None
    if audit:
        metrics.gauge("audit_waiting", "Entries that are not in the chain yet.", lambda: audit.journal.waiting)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with (
            nullcontext() if audit is None else audit.bringing(url),
            opening(
                url,
                size=settings.pool_size,
                walled=settings.row_security,
                statement_seconds=limits.statement_seconds,
                wait_seconds=limits.pool_seconds,
            ) as data,
        ):
            # The contract is 200,000 objects that stay: without this, every full collection stops the server for the
            # 0.1 s that looking at them takes.
            gc.freeze()
            yield {"data": data}
            gc.unfreeze()

    return Starlette(
        routes=[
            *explorer_routes(tuple(FORMATS)),
            Route("/about", landing),
            Route("/graphql", files.negotiated, methods=["GET", "POST"]),
            Route("/graphql/schema.graphql", schema if settings.introspection else kept_back),
            Route("/files/{format}", files.answer, methods=["GET", "POST"]),
            Route("/rest/openapi.json", rest.openapi if settings.introspection else kept_back),
            Route("/rest/{operation}", rest.answer),
            Route("/import/{dataset}", imports.answer, methods=["POST"]),
            Route("/metrics", metrics.answer),
            Route("/health/live", health.live),
            Route("/health/ready", health.ready),
        ],
        middleware=[
            *([Middleware(Tracing, tracer)] if (tracer := configured()) else []),
            Middleware(Observing, metrics, audit, log),
            Middleware(Guard, settings.allowed_origins),
            Middleware(Shortcut, ("GET", "POST"), "/graphql", files.negotiated),
        ],
        exception_handlers={HTTPException: refuse, Exception: fail},
        lifespan=lifespan,
    )


async def schema(_request: Request) -> Response:
    """Show the contract."""
    return PlainTextResponse(printed_schema())


async def kept_back(request: Request) -> Response:
    """Say that the contract is not shown here."""
    return refusal(request, Refused(403, Code.INTROSPECTION_OFF))


async def refuse(request: Request, error: Exception) -> Response:
    """Answer a request for an address or a method that is not there."""
    assert isinstance(error, HTTPException)
    return refusal(
        request, Refused(error.status_code, CODES.get(error.status_code, Code.BAD_REQUEST), headers=error.headers)
    )


async def fail(request: Request, _error: Exception) -> Response:
    """Answer a request that failed in a way nobody foresaw; the server that runs the application logs it."""
    return refusal(request, Refused(500, Code.INTERNAL, headers=OUTSIDE))
