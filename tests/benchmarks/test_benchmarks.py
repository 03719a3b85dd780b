"""The benchmark runs, all contenders answer alike, and the report has its shape; how fast they are is not tested."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import orjson
import pytest

from tests.benchmarks.compare import CONNECTIONS
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.queries import QUERIES
from tests.benchmarks.report import table

pytestmark = pytest.mark.slow

# What the schema does not know yet.
NOT_YET: set[tuple[str, str]] = set()
ABLE = {
    (contender.name, query.name) for contender in CONTENDERS for query in QUERIES if query.name not in contender.lacks
}


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


@pytest.fixture(scope="module")
def skipped(found: Any) -> set[tuple[str, str]]:
    return {(each["contender"], each["query"]) for each in found["skipped"]}


def test_everything_is_measured(found: Any, skipped: set[tuple[str, str]]) -> None:
    measured = {(each["contender"], each["query"], each["connections"]) for each in found["measurements"]}
    assert measured == {(*able, connections) for able in ABLE - skipped for connections in CONNECTIONS}
    for each in found["measurements"]:
        assert each["requests_per_second"] > 0
        assert 0 < each["p50_ms"] <= each["p99_ms"]


def test_only_a_server_from_elsewhere_may_be_absent(skipped: set[tuple[str, str]]) -> None:
    assert {each for each in skipped & ABLE if each[0] != "postgraphile"} <= NOT_YET


def test_one_statement_answers_a_request(found: Any) -> None:
    for each in found["measurements"]:
        if each["contender"] in ("ours", "bare", "limit"):
            assert each["statements"] == 1, each
        else:
            assert each["statements"] >= 1, each


def test_ours_is_set_against_the_others(found: Any, skipped: set[tuple[str, str]]) -> None:
    ratios = {(each["query"], each["connections"]): each for each in found["ratios"]}
    assert set(ratios) == {(query.name, connections) for query in QUERIES for connections in CONNECTIONS}
    able = ABLE - skipped
    for (query, _), each in ratios.items():
        for other in ("bare", "limit", "loaders"):
            both = ("ours", query) in able and (other, query) in able
            assert (each[f"ours_to_{other}"] is not None) == both


def test_the_table_shows_every_figure(found: Any) -> None:
    lines = table(found).splitlines()
    shown = sum(line.startswith(tuple(query.name for query in QUERIES)) for line in lines)
    assert shown == len(found["measurements"]) + len(found["ratios"])
    assert sum(line.startswith("  ") for line in lines) == len(found["skipped"])
