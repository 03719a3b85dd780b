"""Time travel: what a release left, asked now, is what a database answers that received nothing since.

Random histories are published twice: whole, and again and again only up to a release.
"""

from __future__ import annotations

import asyncio
import json
import os
from base64 import urlsafe_b64decode
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conftest import new_database
from tests.schema.oracle.agreement import error_of
from tests.schema.oracle.documents import Request, requests
from tests.schema.oracle.histories import history, publish
from tests.schema.oracle.world import World, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa
    from graphql import ExecutionResult

SEED = int(os.environ.get("NEXTGRAPH_TEST_SEED", "20260618"))
DOCUMENTS = int(os.environ.get("NEXTGRAPH_TEST_HISTORY_EXAMPLES", "8"))
"""How many documents are asked of each release."""
MORE = 5
"""How many times as many where there is time."""
HISTORIES = [0, *(pytest.param(number, marks=pytest.mark.slow) for number in (1, 2, 3))]
RELEASES = 3


@contextmanager
def rebuilt(server_url: sa.URL, empty: sa.URL, number: int) -> Iterator[list[World]]:
    """Publish a history into databases of which each has one release more than the one before; the first has none."""
    with ExitStack() as databases, ExitStack() as worlds:
        urls = [databases.enter_context(new_database(server_url, str(empty.database)))]
        for change in islice(history(SEED + number), RELEASES):
            urls.append(databases.enter_context(new_database(server_url, str(urls[-1].database))))
            asyncio.run(publish(urls[-1], [change]))
        yield [worlds.enter_context(open_world(url)) for url in urls]


@pytest.fixture(scope="module", params=HISTORIES)
def states(request: pytest.FixtureRequest, server_url: sa.URL, empty_template: sa.URL) -> Iterator[list[World]]:
    """Databases by the number of releases that they received."""
    with rebuilt(server_url, empty_template, request.param) as worlds:
        yield worlds


def test_the_oracle_knows_every_release(states: list[World]) -> None:
    """The rows that it reckons from current and former ones are those that stood there then."""
    *_, whole = states
    assert [state.history.latest for state in states] == list(range(RELEASES + 1))
    for number, state in enumerate(states):
        then, now = whole.history.rows(number), state.history.rows()
        assert then.by_id == now.by_id
        assert {name: len(rows) for name, rows in then.tables.items()} == {
            name: len(rows) for name, rows in now.tables.items()
        }
    assert any(set(state.history.rows().by_id) - set(whole.history.rows().by_id) for state in states)


@pytest.mark.parametrize("number", range(RELEASES + 1))
def test_a_release_answers_as_it_did(states: list[World], number: int, request: pytest.FixtureRequest) -> None:
    """Every answer at a release, errors and totals included, is the answer of the database that ends with it."""
    whole, then = states[-1], states[number]
    is_slow = request.node.get_closest_marker("slow") is not None

    @seed(SEED)
    @settings(
        max_examples=DOCUMENTS * MORE if is_slow else DOCUMENTS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(asked=requests(whole, at=number))
    def alike(asked: Request) -> None:
        whole.check(asked.text, {**asked.variables, "at": number})
        # Without a value the variable is as if atRelease had not been written.
        now, before = whole.ask(asked.text, {**asked.variables, "at": number}), then.ask(asked.text, asked.variables)
        if not fails_by_kinds(now) and not fails_by_kinds(before):
            assert plain(now) == plain(before)

    alike()


def fails_by_kinds(result: ExecutionResult) -> bool:
    """Return whether a condition met mixed kinds, which depends on the rows that the database looked at."""
    return any(
        code == "MIXED_KINDS" and len(path) == 1 for code, path in (error_of(error) for error in result.errors or ())
    )


def plain(result: ExecutionResult) -> tuple[bytes, list[Any]]:
    """Return an answer's bytes and errors, with cursors read out and without the release in them."""
    data = _without_releases(orjson.loads(orjson.dumps(result.data)))
    return orjson.dumps(data), sorted((error_of(error) for error in result.errors or ()), key=repr)


def _without_releases(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_releases(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_releases(item) for item in value]
    if isinstance(value, str) and value:
        try:
            mark, _, *keys = json.loads(urlsafe_b64decode(value.encode()))
        except (ValueError, TypeError):
            return value
        return [mark, *keys]
    return value
