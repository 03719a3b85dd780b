"""Traces by OpenTelemetry, where the environment names a collector as OpenTelemetry's own tools expect it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from api.told import KEY

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.told import Told

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
MISSING = (
    "The environment names a collector of traces ({name}), and the packages that send them are not installed: install "
    "nextgraph[tracing], or unset it."
)


class TracingError(RuntimeError):
    """Traces are asked for and cannot be sent."""


def configured() -> Tracer | None:
    """Return what makes spans and sends them, or None where the environment names no collector."""
    name = next((name for name in ENDPOINTS if os.environ.get(name)), None)
    if name is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise TracingError(MISSING.format(name=name)) from None
    provider = TracerProvider(
        resource=Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "nextgraph")})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("nextgraph")


class Tracing:
    """Middleware that makes a span of each request, below the one that the client names in ``traceparent``."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self.app, self._tracer, self._propagator = app, tracer, TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with self._tracer.start_as_current_span(scope["method"], self._propagator.extract(given)) as span:

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _describe(span, scope, message["status"])
                await send(message)

            await self.app(scope, receive, watched)


def _describe(span: Span, scope: Scope, status: int) -> None:
    told: Told | None = scope.get("state", {}).get(KEY)
    attributes: dict[str, str | int | None] = {
        "http.request.method": scope["method"],
        "url.path": scope["path"],
        "http.response.status_code": status,
    }
    if told is not None:
        attributes |= {"graphql.operation.name": told.operation, "graphql.document.sha256": told.document}
        attributes |= {"nextgraph.release": told.release, "error.type": told.code}
    span.set_attributes({name: value for name, value in attributes.items() if value is not None})
