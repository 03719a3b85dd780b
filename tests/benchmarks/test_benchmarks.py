"""The benchmark runs, all contenders answer alike, and the report has its shape; how fast they are is not tested."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import orjson
import pytest

from tests.benchmarks.compare import CONNECTIONS
from tests.benchmarks.queries import QUERIES
from tests.benchmarks.report import table
from tests.benchmarks.servers import CONTENDERS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found() -> Any:
    """A run on little data; it fails where the contenders' answers differ."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        "--json",
        "--rows",
        "0.01",
        "--seconds",
        "0.05",
        "--rounds",
        "1",
    ]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return orjson.loads(ran.stdout)


def test_everything_is_measured(found: Any) -> None:
    measured = {(each["query"], each["connections"], each["contender"]) for each in found["measurements"]}
    assert measured == {
        (query.name, connections, contender.name)
        for query in QUERIES
        for connections in CONNECTIONS
        for contender in CONTENDERS
    }
    for each in found["measurements"]:
        assert each["requests_per_second"] > 0
        assert 0 < each["p50_ms"] <= each["p99_ms"]


def test_one_statement_answers_a_request(found: Any) -> None:
    for each in found["measurements"]:
        if each["contender"] in ("ours", "limit"):
            assert each["statements"] == 1, each
        else:
            assert each["statements"] > 1, each


def test_ours_is_set_against_the_others(found: Any) -> None:
    ratios = {(each["query"], each["connections"]): each for each in found["ratios"]}
    assert set(ratios) == {(query.name, connections) for query in QUERIES for connections in CONNECTIONS}
    for each in ratios.values():
        assert each["ours_to_limit"] > 0
        assert each["ours_to_loaders"] > 0


def test_the_table_shows_every_figure(found: Any) -> None:
    lines = table(found).splitlines()
    assert sum(line.startswith(tuple(query.name for query in QUERIES)) for line in lines) == 6 * len(CONTENDERS) + 6
