"""A20: documents that schemathesis makes of the whole schema, as they are and corrupted, never make the server fail."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from schema import printed_schema
from schema.limits import Limits
from tests.attacks.serving import serving
from tests.attacks.strings import ATTACKS, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    import sqlalchemy as sa
    from schemathesis import Case

LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|\b\d+\b')
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\w+|[^\w\s]')
OUTCOMES = {
    *("BAD_INPUT", "BAD_CURSOR", "NOT_FOUND", "MIXED_KINDS", "LIMIT_EXCEEDED"),
    *("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "TIMEOUT"),
}


def as_it_is(text: str, _random: Random) -> str:
    return text


def with_attacks(text: str, random: Random) -> str:
    """Replace some literals by what attackers send."""

    def replaced(found: re.Match[str]) -> str:
        return literal(random, random.choice(ATTACKS)) if random.random() < 0.5 else found[0]

    return LITERAL.sub(replaced, text)


def with_a_token_lost(text: str, random: Random) -> str:
    tokens = list(TOKEN.finditer(text))
    lost = random.choice(tokens)
    return text[: lost.start()] + text[lost.end() :]


def with_tokens_exchanged(text: str, random: Random) -> str:
    tokens = TOKEN.findall(text)
    one, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return " ".join(tokens)


FORMS: tuple[Callable[[str, Random], str], ...] = (as_it_is, with_attacks, with_a_token_lost, with_tokens_exchanged)


@pytest.fixture(scope="module")
def server(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with serving(dataset_url, Limits(quota=10**9), audit="off") as client:
        yield client


@pytest.mark.parametrize("documents", [50, pytest.param(2_500, marks=pytest.mark.slow)])
def test_no_document_makes_the_server_fail(server: httpx.Client, documents: int) -> None:
    """Each document is sent in four forms: 200 cases, or 10,000."""
    operations = schemathesis.graphql.from_file(printed_schema()).get_all_operations()
    fields = [found.ok() for found in operations if isinstance(found, Ok)]
    assert len(fields) > 50
    answered, sent = 0, 0

    @seed(7)
    @settings(
        max_examples=documents,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(fields).flatmap(lambda field: field.as_strategy()), st.integers(0, 2**32).map(Random))
    def send(case: Case[Any], random: Random) -> None:
        nonlocal answered, sent
        for form in FORMS:
            query = form(str(case.body), random)
            response = server.post("/graphql", json={"query": query.encode("utf-8", "replace").decode()})
            sent += 1
            assert response.status_code < 500, query
            errors = response.json().get("errors", [])
            answered += not errors
            assert {error["extensions"]["code"] for error in errors} <= OUTCOMES, (query, errors)

    send()
    assert sent >= documents * len(FORMS)
    # A server that refuses everything would pass all the rest.
    assert answered >= documents / 10
