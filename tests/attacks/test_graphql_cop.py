"""The checks of graphql-cop, with what it sends and what it takes for a finding: nothing but deliberate choices warn.

Its thirteen checks are those of version 1.15; each says here what an answer is that it would report.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.running import running
from tests.contract.markdown import REPOSITORY, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

TYPENAME = "query cop { __typename }"
CIRCLE = (
    "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name "
    "} } } } } } } } } } }"
)
CHOSEN = {"field_suggestions", "introspection", "get_method_support"}
"""What warns by choice; the documentation gives the reasons."""
LIMITED = {"alias_overloading", "field_duplication", "directive_overloading"}
"""What limits of the size of documents refuse."""


def data(response: httpx.Response) -> Any:
    """Return what was answered, None where nothing was or it is not JSON."""
    try:
        return response.json().get("data")
    except (ValueError, AttributeError):
        return None


def post(client: httpx.Client, query: str) -> httpx.Response:
    return client.post("/graphql", json={"query": query, "operationName": "cop"})


def alias_overloading(client: httpx.Client) -> bool:
    aliases = "".join(f"alias{number}:__typename \n" for number in range(101))
    return bool((data(post(client, f"query cop {{ {aliases} }}")) or {}).get("alias100"))


def batching(client: httpx.Client) -> bool:
    response = client.post("/graphql", json=[{"query": TYPENAME, "operationName": "cop"}] * 10)
    return isinstance(response.json(), list) and len(response.json()) >= 10


def directive_overloading(client: httpx.Client) -> bool:
    answer = post(client, f"query cop {{ __typename {'@aa' * 10} }}").json()
    return len(answer.get("errors", [])) >= 10


def field_duplication(client: httpx.Client) -> bool:
    return bool(data(post(client, f"query cop {{ {'__typename ' * 500} }}")))


def circular_introspection(client: httpx.Client) -> bool:
    return bool((data(post(client, CIRCLE)) or {}).get("__schema"))


def field_suggestions(client: httpx.Client) -> bool:
    return "Did you mean" in post(client, "query cop { __schema { directive } }").text


def introspection(client: httpx.Client) -> bool:
    return bool((data(post(client, "query cop { __schema { types { name fields { name } } } }")) or {}).get("__schema"))


def graphiql(client: httpx.Client) -> bool:
    response = client.get("/graphql", headers={"Accept": "text/html"})
    return any(word in response.text for word in ("graphiql.min.css", "GraphQL Playground", "graphql-playground"))


def get_method_support(client: httpx.Client) -> bool:
    return bool(data(client.get("/graphql", params={"query": TYPENAME})))


def get_based_mutation(client: httpx.Client) -> bool:
    return bool(data(client.get("/graphql", params={"query": "mutation cop {__typename}"})))


def post_based_csrf(client: httpx.Client) -> bool:
    return bool(data(client.post("/graphql", data={"query": TYPENAME})))


def trace_mode(client: httpx.Client) -> bool:
    return "tracing" in post(client, TYPENAME).json().get("extensions", {})


def unhandled_error(client: httpx.Client) -> bool:
    answer = client.post("/graphql", json={"query": "qwerty cop { abc }"})
    return answer.status_code >= 500 or "exception" in answer.text.lower()


CHECKS: list[Callable[[httpx.Client], bool]] = [
    alias_overloading,
    batching,
    directive_overloading,
    circular_introspection,
    field_duplication,
    field_suggestions,
    introspection,
    graphiql,
    get_method_support,
    get_based_mutation,
    post_based_csrf,
    trace_mode,
    unhandled_error,
]


@pytest.fixture(scope="module")
def open_(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with running(create_app(dataset_url, Settings())) as client:
        yield client


def test_what_warns_was_chosen(open_: httpx.Client) -> None:
    warned = {check.__name__ for check in CHECKS if check(open_)}
    assert warned - LIMITED == CHOSEN
    assert warned - CHOSEN == LIMITED, "a limit is there now: take what it refuses out of LIMITED"


def test_each_choice_has_its_reason() -> None:
    operations = REPOSITORY / "docs" / "operations.md"
    assert {row[0].strip("`") for row in table(operations, "What a scanner reports")} == CHOSEN


def test_a_closed_server_gives_away_no_names(dataset_url: sa.URL) -> None:
    with running(create_app(dataset_url, Settings(introspection=False))) as client:
        warned = {check.__name__ for check in CHECKS if check(client)}
    assert warned & CHOSEN == {"get_method_support"}


def test_a_server_that_runs_kept_documents_only_warns_of_nothing(dataset_url: sa.URL) -> None:
    with running(create_app(dataset_url, Settings(persisted="required", introspection=False))) as client:
        assert {check.__name__ for check in CHECKS if check(client)} == set()
