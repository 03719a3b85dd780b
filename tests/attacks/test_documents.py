"""A1 to A9: a document is refused by its size, before anything walks it, and others do not notice."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from graphql import get_introspection_query
from graphql.language import Lexer

from schema import contract
from schema.limits import Limits
from schema.sql import counting, documents
from schema.sql.planner import Planner
from tests.attacks.documents import ATTACKS, Attack, bomb
from tests.attacks.serving import HEALTHY_SECONDS, serving, watching_health
from tests.calls import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    import httpx
    import sqlalchemy as sa
    from graphql import GraphQLError

GENEROUS = 10
"""How many times the target a refusal may take where other work goes on."""


@pytest.fixture(scope="module")
def server(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with serving(dataset_url, Limits(quota=10**9), audit="off") as client:
        yield client


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused(server: httpx.Client, attack: Attack) -> None:
    """With one error that names the limit, in a small answer."""
    response = server.post("/graphql", json={"query": attack.text})
    assert response.status_code < 500
    assert len(response.content) <= 2000
    assert "Traceback" not in response.text
    answer = response.json()
    assert not answer.get("data")
    error = answer["errors"][0]
    assert error["extensions"]["code"] == attack.code
    if attack.limit:
        assert len(answer["errors"]) == 1
        assert error["extensions"]["limit"] == attack.limit
        assert attack.limit in error["message"]
        assert error["extensions"]["found"] > error["extensions"]["maximum"]


class Unread:
    """Data that nobody may read."""

    def reading(self, **_: object) -> AbstractAsyncContextManager[Any]:
        raise AssertionError("the database was asked")


def refuse(text: str) -> list[GraphQLError]:
    """Have an executor that knows no document refuse one, and return its errors."""
    executor = contract().executor.within(Limits())
    result = asyncio.run(executor.execute(executor.document(text), Unread()))
    assert result.data is None
    return result.errors or []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_what_is_refused_was_not_worked_on(monkeypatch: pytest.MonkeyPatch, attack: Attack) -> None:
    """It is neither validated nor planned; what is too long is not even looked at."""
    validated = counted(monkeypatch, documents, "validate")
    planned, read = counted(monkeypatch, Planner, "root"), counted(monkeypatch, Lexer, "read_next_token")
    assert refuse(attack.text)
    assert not planned
    assert len(validated) == attack.is_validated
    assert len(read) <= Limits().tokens + Limits().comments + 2
    assert bool(read) == (attack.limit != "source")


def test_counting_follows_the_length_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb of twice the levels takes twice the steps, and not their square."""
    steps = []
    for levels in (40, 80, 160):
        added = counted(monkeypatch, counting.Counts, "add")
        refuse(bomb(levels))
        steps.append(len(added))
        monkeypatch.undo()
    assert steps[2] - steps[1] == 2 * (steps[1] - steps[0])


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_refusal_takes_little_time(attack: Attack) -> None:
    """The least of a few runs is compared: the machine does other work as well."""
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        refuse(attack.text)
        seconds.append(time.perf_counter() - began)
    assert min(seconds) * 1000 <= attack.milliseconds


def test_others_do_not_notice(server: httpx.Client) -> None:
    """All attacks one after another, each as a new text, while someone asks for the server's health."""
    began = time.perf_counter()
    with watching_health(server) as watchman:
        for number in range(3):
            for attack in ATTACKS.values():
                server.post("/graphql", json={"query": f"{attack.text}{' ' * number}"})
    assert watchman.p99 < HEALTHY_SECONDS
    assert (time.perf_counter() - began) * 1000 < GENEROUS * 3 * sum(each.milliseconds for each in ATTACKS.values())


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_a_list_of_operations_is_not_taken(server: httpx.Client, count: int) -> None:
    """A3."""
    response = server.post("/graphql", json=[{"query": "{ __typename }"}] * count)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_a_document_above_the_limit_of_a_body_is_not_read(server: httpx.Client, size: int) -> None:
    """A9."""
    response = server.post("/graphql", json={"query": f"# {'a' * size}\n{{ __typename }}"})
    assert response.status_code == 413
    extensions = response.json()["errors"][0]["extensions"]
    assert (extensions["code"], extensions["limit"], extensions["maximum"]) == ("LIMIT_EXCEEDED", "body", 1_000_000)
    assert extensions["found"] > 1_000_000


def test_the_introspection_of_tools_passes(server: httpx.Client) -> None:
    """As GraphiQL and code generators ask it; others are answered while graphql-core works."""
    full = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    with watching_health(server) as watchman:
        answers = [server.post("/graphql", json={"query": query}) for query in (get_introspection_query(), full, full)]
    for answer in answers:
        assert "errors" not in answer.json()
        assert answer.json()["data"]["__schema"]["queryType"]["name"] == "Query"
    assert answers[1].content == answers[2].content
    assert watchman.p99 < HEALTHY_SECONDS
