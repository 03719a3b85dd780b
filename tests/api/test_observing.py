"""What is seen of requests: in the audit, the metrics and the log."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from api.app import create_app
from api.auditing import newest_entries, verified
from api.cli import commands
from api.guard import OUTSIDE
from api.logs import FIELDS, JsonLines
from api.settings import Settings
from db.models import audit_chain
from tests.api.running import running
from tests.conftest import execute, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUERY = "query Mine($first: Int, $where: StatuteWhere) { statutes(first: $first, where: $where) { nodes { name } } }"
VARIABLES: dict[str, Any] = {"first": 2, "where": {"name": {"contains": "비밀스러운 것"}}}


@pytest.fixture
def own_url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url


def entries(url: sa.URL, **settings: Any) -> list[dict[str, Any]]:
    """Return the audit after some requests to a server that was stopped."""
    with running(create_app(url, Settings(**settings))) as client:
        headers = {"X-Request-Id": "id-1", "X-On-Behalf-Of": "gildong"}
        client.post("/graphql", json={"query": QUERY, "variables": VARIABLES}, headers=headers)
        client.post("/graphql", json={"query": "{ nothing }"}, headers={"X-Request-Id": "id-2"})
        client.post("/graphql", content=b"[", headers={"Content-Type": "application/json", "X-Request-Id": "id-3"})
        client.get("/health/live")
    found = [json.loads(line) for line in asyncio.run(newest_entries(url, 100))]
    return [entry for entry in found if entry["what"] != "release"]


def test_every_request_is_in_the_audit(own_url: sa.URL) -> None:
    """Who, for whom, what, the kinds of variables, the release and what came of it; none of the values."""
    good, invalid, broken = entries(own_url)
    assert {name: good[name] for name in ("what", "for", "request", "operation", "status", "release")} == {
        "what": "read", "for": "gildong", "request": "id-1", "operation": "Mine", "status": 200, "release": 1
    }  # fmt: skip
    assert good["variables"] == {"first": "number", "where": "object"}
    assert re.fullmatch("[0-9a-f]{64}", good["document"])
    assert good["bytes"] > 0
    assert good["objects"] >= 1
    assert "code" not in good
    assert (invalid["request"], invalid["code"]) == ("id-2", "GRAPHQL_VALIDATION_FAILED")
    assert (broken["request"], broken["code"], broken["status"]) == ("id-3", "BAD_REQUEST", 400)
    assert "비밀스러운" not in json.dumps([good, invalid, broken], ensure_ascii=False)
    assert asyncio.run(verified(own_url)).bad is None


def test_only_those_with_a_name_where_the_settings_say_so(own_url: sa.URL) -> None:
    assert entries(own_url, audit="named") == []
    assert entries(own_url, audit="off") == []


def test_what_cannot_be_written_down_is_not_answered(own_url: sa.URL, tmp_path: Path) -> None:
    app = create_app(own_url, Settings(audit_dir=tmp_path))
    with running(app) as client:
        assert client.post("/graphql", json={"query": QUERY}).status_code == 200
        audit = _audit(app)
        good = os.dup(audit.journal._file)
        os.dup2(os.open("/dev/full", os.O_WRONLY), audit.journal._file)
        response = client.post("/graphql", json={"query": QUERY})
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "AUDIT_UNAVAILABLE")
        assert "data" not in response.json()
        assert OUTSIDE.items() <= dict(response.headers).items()
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()["parts"]["audit"]["ok"]) == (503, False)
        assert client.get("/health/live").status_code == 200
        os.dup2(good, audit.journal._file)
        assert client.post("/graphql", json={"query": QUERY}).status_code == 200
        assert client.get("/health/ready").status_code == 200


def _audit(app: Any) -> Any:
    (observing,) = (each for each in app.user_middleware if each.cls.__name__ == "Observing")
    return observing.args[1]


def test_the_commands_verify_and_list(own_url: sa.URL) -> None:
    entries(own_url)
    address = ["--database-url", own_url.render_as_string(hide_password=False)]
    runner = CliRunner()
    assert re.search(
        r"\d+ entries are as they were kept", runner.invoke(commands, ["audit", "verify", *address]).output
    )
    lines = runner.invoke(commands, ["audit", "list", "--last", "2", *address]).output.splitlines()
    assert [json.loads(line)["request"] for line in lines] == ["id-2", "id-3"]
    execute(own_url, "ALTER TABLE audit_entries DISABLE TRIGGER only_added")
    execute(own_url, "UPDATE audit_entries SET entry = '{}' WHERE number = 2")
    assert "Entry 2 of the audit" in str(runner.invoke(commands, ["audit", "verify", *address]).exception)


def test_metrics_have_few_labels(own_url: sa.URL) -> None:
    """Whatever clients send as method, address or operation."""
    with running(create_app(own_url, Settings())) as client:
        for number in range(30):
            client.request("PURGE", f"/p{number}/graphql")
            client.post("/graphql", json={"query": f"query Q{number} {{ nothing{number} }}"})
        client.post("/graphql", json={"query": "{ statutes { totalCount } }"})
        text = client.get("/metrics").text
    assert 'nextgraph_requests_total{method="other",path="other",status="404"} 30.0' in text
    assert 'nextgraph_requests_total{method="POST",path="/graphql",status="200"} 31.0' in text
    assert 'nextgraph_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 30.0' in text
    assert "nextgraph_audit_waiting" in text
    assert len([line for line in text.splitlines() if line.startswith("nextgraph_requests_total")]) <= 4


@pytest.mark.parametrize(
    ("shown_to", "headers", "status"),
    [
        ("local", {}, 200),
        ("local", {"X-Forwarded-For": "192.0.2.1"}, 404),
        ("all", {"Forwarded": "for=x"}, 200),
        ("off", {}, 404),
    ],
)
def test_who_may_read_the_metrics(own_url: sa.URL, shown_to: Any, headers: dict[str, str], status: int) -> None:
    with running(create_app(own_url, Settings(metrics=shown_to))) as client:
        assert client.get("/metrics", headers=headers).status_code == status


def test_a_line_for_each_request(own_url: sa.URL, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "nextgraph.requests"):
        entries(own_url, log_requests=True)
    shown = [getattr(record, FIELDS) for record in caplog.records if record.name == "nextgraph.requests"]
    assert [line["requestId"] for line in shown[:3]] == ["id-1", "id-2", "id-3"]
    assert shown[0]["operation"] == "Mine"
    line = json.loads(JsonLines().format(next(r for r in caplog.records if r.name == "nextgraph.requests")))
    assert (line["level"], line["requestId"], line["path"]) == ("INFO", "id-1", "/graphql")


def test_a_line_of_json_holds_a_whole_traceback() -> None:
    try:
        int("가\n나")
    except ValueError as error:
        record = logging.LogRecord("n", logging.ERROR, "", 0, "a\nb", None, (type(error), error, error.__traceback__))
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "invalid literal" in json.loads(text)["exception"]


def test_the_chain_has_one_row(own_url: sa.URL) -> None:
    assert execute(own_url, f"SELECT count(*) FROM {audit_chain.name}") == [(1,)]
