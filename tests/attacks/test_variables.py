"""A10: whatever is sent as variables is refused as the client's error, or answered; the server does not fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schema.limits import Limits
from tests.attacks.serving import HEALTHY_SECONDS, serving, watching_health

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

NAMES = "query ($v: [String!]) { technologies(where: {name: {in: $v}}) { totalCount } }"
YEARS = "query ($v: [Int!]) { budgetLines(where: {fiscalYear: {in: $v}}) { totalCount } }"
WHERE = "query ($v: TechnologyWhere) { technologies(where: $v) { totalCount } }"
NAME = "query ($v: String!) { ministry(name: $v) { name } }"
DEEP = 100_000


def body(query: str, value: str) -> bytes:
    """Write a request whose one variable is any JSON, or none."""
    return b'{"query": %s, "variables": {"v": %s}}' % (orjson.dumps(query), value.encode("utf-8", "surrogatepass"))


def nested(levels: int) -> str:
    return '{"not": ' * levels + "{}" + "}" * levels


ATTACKS: dict[str, tuple[bytes, str | None]] = {
    "5 MB": (body(NAME, '"' + "x" * 5_000_000 + '"'), "LIMIT_EXCEEDED"),
    "900 kB": (body(NAME, '"' + "x" * 900_000 + '"'), None),
    "100,000 wrong items": (body(YEARS, "[" + ",".join(['"x"'] * 100_000) + "]"), "LIMIT_EXCEEDED"),
    "100,000 right items": (body(NAMES, "[" + ",".join(['"x"'] * 100_000) + "]"), "LIMIT_EXCEEDED"),
    "10,000 wrong items": (body(YEARS, "[" + ",".join(['"x"'] * 10_000) + "]"), "BAD_INPUT"),
    "10,000 right items": (body(NAMES, "[" + ",".join(['"x"'] * 10_000) + "]"), None),
    "10,000 nulls": (body(NAMES, "[" + ",".join(["null"] * 10_000) + "]"), "BAD_INPUT"),
    "100,000 objects": (body(WHERE, '{"and": [' + ",".join(["{}"] * 100_000) + "]}"), "LIMIT_EXCEEDED"),
    "1,001 conditions": (
        body(WHERE, '{"or": [' + ",".join(['{"name": {"eq": "x"}}'] * 400) + "]}"),
        "LIMIT_EXCEEDED",
    ),
    "lists 100,000 deep": (body(NAMES, "[" * DEEP + "]" * DEEP), "BAD_REQUEST"),
    "objects 100,000 deep": (body(WHERE, nested(DEEP)), "BAD_REQUEST"),
    "conditions 900 deep": (body(WHERE, nested(900)), "BAD_INPUT"),
    "NaN": (body(NAME, "NaN"), "BAD_REQUEST"),
    "Infinity": (body(NAME, "-Infinity"), "BAD_REQUEST"),
    "a number without end": (body(YEARS, "[" + "9" * 10_000 + "]"), "BAD_REQUEST"),
    "1e999": (body(YEARS, "[1e999]"), "BAD_REQUEST"),
    "half of a surrogate pair, escaped": (body(NAME, '"\\ud800"'), "BAD_REQUEST"),
    "half of a surrogate pair": (body(NAME, '"\ud800"'), "BAD_REQUEST"),
    "NUL, escaped": (body(NAME, '"a\\u0000"'), "BAD_INPUT"),
    "NUL": (body(NAME, '"a\0"'), "BAD_REQUEST"),
    "NUL in a list": (body(NAMES, '["a", "\\u0000"]'), "BAD_INPUT"),
}


@pytest.fixture(scope="module")
def server(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with serving(dataset_url, Limits(quota=10**9), audit="off") as client:
        yield client


def send(server: httpx.Client, content: bytes) -> httpx.Response:
    return server.post("/graphql", content=content, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(("content", "code"), ATTACKS.values(), ids=ATTACKS)
def test_hostile_variables(server: httpx.Client, content: bytes, code: str | None) -> None:
    response = send(server, content)
    assert response.status_code < 500
    assert len(response.content) <= 2000
    assert "Traceback" not in response.text
    answer: dict[str, Any] = response.json()
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert codes == ({code} if code else set())


def test_others_do_not_notice(server: httpx.Client) -> None:
    with watching_health(server) as watchman:
        for content, _ in ATTACKS.values():
            send(server, content)
    assert watchman.p99 < HEALTHY_SECONDS
