"""Traces: a span for each request where the environment names a collector, and a sentence where that cannot be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.app import create_app
from api.settings import Settings
from api.tracing import Tracing, TracingError, configured
from tests.api.running import running

if TYPE_CHECKING:
    import sqlalchemy as sa

TRACE = "0af7651916cd43dd8448eb211c80319c"
COLLECTOR = "http://127.0.0.1:9/"


def test_a_span_for_a_request(dataset_url: sa.URL) -> None:
    """Below the client's own, with what was asked and what came of it."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app = create_app(dataset_url, Settings())
    app.add_middleware(Tracing, provider.get_tracer("test"))
    with running(app) as client:
        asked = {"query": "query Mine { statutes { totalCount } }"}
        client.post("/graphql", json=asked, headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    (span,) = exporter.get_finished_spans()
    assert span.context
    assert f"{span.context.trace_id:032x}" == TRACE
    assert span.attributes
    assert dict(span.attributes) | {"graphql.document.sha256": ""} == {
        "http.request.method": "POST",
        "url.path": "/graphql",
        "http.response.status_code": 200,
        "graphql.operation.name": "Mine",
        "graphql.document.sha256": "",
        "nextgraph.release": 1,
    }


def test_without_a_collector_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert configured() is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR)
    assert configured() is not None


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(TracingError, match=r"OTEL_EXPORTER_OTLP_ENDPOINT.*nextgraph\[tracing\]"):
        configured()
