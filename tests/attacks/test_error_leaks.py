"""A13: errors say what a client did, and nothing of what the server is made of."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from api.app import create_app
from api.settings import Settings
from schema.limits import Limits
from tests.api.running import running
from tests.attacks.serving import serving
from tests.attacks.strings import ATTACKS, literal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import httpx
    import sqlalchemy as sa

ERRORS = 500
BANNED = re.compile(
    r"Traceback|SELECT |postgres(ql)?://|asyncpg|sqlalchemy|/(tmp|home|usr|var)/|\.py\b|line \d+, in |0x[0-9a-f]{6}",
    re.IGNORECASE,
)
QUERIES = (
    "{{ ministry(name: {0}) {{ name {1} }} }}",
    "{{ technologies(where: {{name: {{{1}: {0}}}}}) {{ totalCount }} }}",
    "{{ technologies(after: {0}) {{ nodes {{ id }} }} }}",
    "{{ node(id: {0}) {{ id }} nodes(ids: [{0}]) {{ id }} }}",
    "{{ budgetLines(where: {{amount: {{gt: {0}}}}}) {{ totalCount }} }}",
    "{{ ministries(asOf: {0}) {{ totalCount }} }}",
    "{{ estimate(query: {0}) {{ points }} }}",
    "query ($v: {1}) {{ ministry(name: $v) {{ name }} }}",
    "{{ terms(first: {2}) {{ {1} }} }}",
    "{{ designationChanges(regime: {0}, fromRelease: {2}) {{ totalCount }} }}",
    "{0} {1} {2}",
)
NAMES = ("name", "nmae", "totalCount", "__proto__", "eq", "String!", "Int", "[", "}", "$v")
SECRET = "postgresql://user:secret@host/facts"


def hostile(random: Random) -> str:
    text = literal(random, random.choice([each for each in ATTACKS if not BANNED.search(each) and len(each) < 500]))
    return random.choice(QUERIES).format(text, random.choice(NAMES), random.choice((-1, 1001, 2**31, 10**40)))


def errors_of(response: httpx.Response) -> str:
    assert response.status_code < 500, response.text
    errors = response.json().get("errors")
    return str(errors) if errors else ""


def test_five_hundred_errors_hold_nothing_from_inside(dataset_url: sa.URL) -> None:
    random, found = Random(5), 0
    with serving(dataset_url, Limits(quota=10**9), audit="off") as client:
        while found < ERRORS:
            query = hostile(random)
            errors = errors_of(client.post("/graphql", json={"query": query, "variables": {"v": random.choice(NAMES)}}))
            found += bool(errors)
            assert not BANNED.search(errors), (query, errors)


class Failing:
    """Data whose reading fails as databases and programs do, with secrets in the texts."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    @asynccontextmanager
    async def reading(self, **_: object) -> AsyncIterator[Failing]:
        yield self

    async def fetch(self, sql: str, values: Sequence[Any]) -> bytes:
        raise self.error

    @asynccontextmanager
    async def __call__(self, url: sa.URL, **_: object) -> AsyncIterator[Failing]:
        yield self


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(SECRET),
        KeyError("/home/nextgraph/secret.py"),
        asyncpg.UndefinedTableError("relation missing: SELECT secret FROM facts"),
        asyncpg.InsufficientPrivilegeError(SECRET),
        OSError(2, "No such file", "/usr/lib/secret"),
        UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, "secret"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_fails_inside_is_not_told(dataset_url: sa.URL, error: Exception) -> None:
    with running(create_app(dataset_url, Settings(audit="off"), Failing(error))) as client:
        for query in ("{ releases { totalCount } }", "{ a: releases { totalCount } b: releases { totalCount } }"):
            response = client.post("/graphql", json={"query": query})
            assert "secret" not in response.text
            assert not BANNED.search(response.text)
            assert response.json()["errors"][0]["extensions"]["requestId"]
