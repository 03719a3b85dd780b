"""Answers that need not be made again: tags, what is kept in memory, and that neither tells of an older release."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from api.answers import program
from api.app import create_app
from api.landing import LINKED_QUERY, LINKED_VARIABLES
from api.request import GRAPHQL
from api.settings import Settings
from db.connection import DatabaseUnavailable, engine
from db.newest import NEWEST
from db.releases import publish
from db.viewers import Scope
from tests.api.counting import Counted
from tests.api.holding import made_key
from tests.api.running import running
from tests.api.test_errors import Failing
from tests.conftest import new_database
from tests.db.facts import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

NAMES = '{ organizationNames(where: {name: {startsWith: "새 이름"}}) { totalCount } }'
LINKED = {"query": LINKED_QUERY, "variables": LINKED_VARIABLES}
UNSTEADY = [
    "{ viewer { name } }",
    '{ estimate(query: "{ __typename }") { points } }',
    "{ ...a } fragment a on Query { viewer { name } }",
]


@pytest.fixture(scope="module")
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


@contextmanager
def counted(url: sa.URL, **settings: Any) -> Iterator[tuple[httpx.Client, Counted]]:
    data = Counted()
    with running(create_app(url, Settings(**settings), data)) as client:
        yield client, data


def get(client: httpx.Client, query: str = NAMES, **headers: str) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/graphql", params={"query": query}, headers=names)


def release(url: sa.URL, name: str) -> None:
    """Publish a release that adds a name."""

    async def run() -> None:
        async with engine(url) as pool:
            assert await publish(pool, name, put=[name_of("ministry:msit", name.split()[-1], f"새 이름 {name}")])

    asyncio.run(run())


def test_an_answer_has_a_tag_by_which_it_is_not_sent_again(url: sa.URL) -> None:
    with counted(url) as (client, data):
        first = get(client)
        tag = first.headers["ETag"]
        assert tag.startswith('"')
        assert tag.endswith('"')
        assert first.headers["Cache-Control"] == "public, no-cache"
        assert first.headers["Vary"] == "Accept, Authorization"
        data.taken()
        for sent in (tag, f"W/{tag}", f'"other", {tag}', f"W/{tag} , x"):
            again = get(client, If_None_Match=sent)
            assert (again.status_code, again.content) == (304, b"")
            assert data.taken() == [NEWEST], "the one look at the newest release"
            for name in ("ETag", "Cache-Control", "Vary"):
                assert again.headers[name] == first.headers[name]
        for sent in ('"other"', tag.strip('"'), tag.lower().swapcase()):
            assert get(client, If_None_Match=sent).content == first.content
        assert get(client).headers["ETag"] == tag


def test_what_decides_an_answer_decides_its_tag(url: sa.URL) -> None:
    keys = [
        made_key(url, scopes=[]),
        made_key(url, scopes=[Scope.SENSITIVE]),
        made_key(url, "ministry:motie", scopes=[Scope.SENSITIVE]),
    ]
    with counted(url) as (client, _):
        query = "query A($f: Int = 1) { releases(first: $f) { totalCount } } query B { releases { totalCount } }"
        asked: list[dict[str, str]] = [
            {"query": query, "operationName": "A"},
            {"query": query, "operationName": "B"},
            {"query": query, "operationName": "A", "variables": '{"f": 2}'},
            {"query": query + " ", "operationName": "A"},
        ]
        tags = [client.get("/graphql", params=each).headers["ETag"] for each in asked]
        tags.append(client.get("/graphql", params=asked[0], headers={"Accept": GRAPHQL}).headers["ETag"])
        for key in keys:
            answer = client.get("/graphql", params=asked[0], headers={"Authorization": f"Bearer {key}"})
            assert answer.headers["Cache-Control"] == "private, no-cache"
            tags.append(answer.headers["ETag"])
        assert len(set(tags)) == len(tags)
        same = made_key(url, scopes=[Scope.SENSITIVE])
        answer = client.get("/graphql", params=asked[0], headers={"Authorization": f"Bearer {same}"})
        assert answer.headers["ETag"] == tags[-2], "another key of the same rights"
        one, other = ('{"f": 1, "g": {"a": 1, "b": 2}}', '{"g": {"b": 2, "a": 1}, "f": 1}')
        alike = [
            client.get("/graphql", params={**asked[0], "variables": each}).headers["ETag"] for each in (one, other)
        ]
        assert alike[0] == alike[1]


@pytest.mark.parametrize("kept", [0, 10_000_000])
def test_who_saw_a_release_is_never_told_of_an_older_one(url: sa.URL, kept: int) -> None:
    with counted(url, answers_bytes=kept) as (client, _), counted(url, answers_bytes=kept) as (other, _):
        before = get(client)
        for number in range(3):
            release(url, f"{kept} {number}")
            for server in (client, other):
                after = get(server, If_None_Match=before.headers["ETag"])
                assert after.status_code == 200
                assert after.headers["ETag"] != before.headers["ETag"]
                assert after.json()["extensions"]["release"] > before.json()["extensions"]["release"]
                assert get(server, If_None_Match=after.headers["ETag"]).status_code == 304
            before = after


def test_a_kept_answer_is_given_again_by_one_look(url: sa.URL) -> None:
    with counted(url, answers_bytes=1_000_000) as (client, data):
        posted = client.post("/graphql", json={"query": NAMES})
        assert len(data.taken()) == 1
        for method, given in (("POST", {"json": {"query": NAMES}}), ("GET", {"params": {"query": NAMES}})):
            again = client.request(method, "/graphql", **given)  # type: ignore[arg-type]
            assert again.content == posted.content
            assert data.taken() == [NEWEST]
        assert posted.headers["Cache-Control"] == "no-store"
        assert "ETag" not in posted.headers
        key = made_key(url, scopes=[])
        data.taken()
        assert get(client, Authorization=f"Bearer {key}").content == posted.content
        assert len(data.taken()) == 2, "of other rights: the key, and the answer"


def test_nothing_is_kept_unless_it_is_asked_for(url: sa.URL) -> None:
    with counted(url) as (client, data):
        for _ in range(2):
            client.post("/graphql", json={"query": NAMES})
            get(client)
            assert NEWEST not in (taken := data.taken())
            assert len(taken) == 2


def test_the_bytes_that_are_kept_are_bounded(url: sa.URL) -> None:
    with counted(url, answers_bytes=1000) as (client, data):
        queries = [f"{{ a{number}: releases {{ totalCount }} }}" for number in range(20)]
        length = len(client.post("/graphql", json={"query": queries[0]}).content)
        for query in queries:
            client.post("/graphql", json={"query": query})
        data.taken()
        given_again = 0
        for query in reversed(queries):
            client.post("/graphql", json={"query": query})
            given_again += data.taken() == [NEWEST]
        assert 1 < given_again <= 1000 // length
        large = f"{{ {' '.join(f'a{number}: __typename' for number in range(20))} releases {{ totalCount }} }}"
        assert len(client.post("/graphql", json={"query": large}).content) > 1000 / 8
        client.post("/graphql", json={"query": queries[-1]})
        data.taken()
        client.post("/graphql", json={"query": queries[-1]})
        assert data.taken() == [NEWEST], "a large one pushes nothing out"


@pytest.mark.parametrize("query", UNSTEADY)
def test_what_is_not_of_the_state_has_no_tag_and_is_not_kept(url: sa.URL, query: str) -> None:
    with counted(url, answers_bytes=1_000_000) as (client, data):
        for _ in range(2):
            answer = get(client, query, If_None_Match="*")
            assert answer.headers["Cache-Control"] == "no-store"
            assert "ETag" not in answer.headers
            assert NEWEST not in data.taken()
        key = made_key(url)
        if "viewer" in query:
            assert get(client, query, Authorization=f"Bearer {key}").json()["data"]["viewer"]["name"]


@pytest.mark.parametrize(
    "query",
    ["{ nothing }", "{", '{ nodes(ids: ["ministry:nothing"]) { id } }', "{ releases(first: -1) { totalCount } }"],
)
def test_errors_are_kept_by_nobody(url: sa.URL, query: str) -> None:
    with counted(url, answers_bytes=1_000_000) as (client, _):
        answers = [get(client, query) for _ in range(2)]
        ids = {answer.json()["errors"][0]["extensions"]["requestId"] for answer in answers}
        assert ids == {answer.headers["X-Request-Id"] for answer in answers}
        assert len(ids) == 2
        for answer in answers:
            assert answer.headers["Cache-Control"] == "no-store"
            assert "ETag" not in answer.headers


def test_the_contract_needs_no_statement(url: sa.URL) -> None:
    with counted(url, answers_bytes=1_000_000) as (client, data):
        first = get(client, "{ __schema { types { name } } }")
        assert data.taken() == []
        assert get(client, "{ __schema { types { name } } }", If_None_Match=first.headers["ETag"]).status_code == 304
        assert get(client, "{ __schema { types { name } } }").content == first.content
        assert data.taken() == []


def test_head_says_what_get_would(url: sa.URL) -> None:
    with counted(url) as (client, _):
        head, got = client.head("/graphql", params={"query": NAMES}), get(client)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("ETag", "Content-Length", "Content-Type"):
            assert head.headers[name] == got.headers[name]


def test_without_the_database_nothing_is_said_to_be_as_it_was(url: sa.URL) -> None:
    with running(create_app(url, Settings(), Failing(DatabaseUnavailable("away"), opens=True))) as client:
        assert get(client, If_None_Match='"x"').status_code == 503


def test_many_who_ask_at_once_share_the_look(url: sa.URL) -> None:
    with counted(url) as (client, data), ThreadPoolExecutor(16) as threads:
        tag = get(client).headers["ETag"]
        data.taken()
        statuses = [
            one.result().status_code for one in [threads.submit(get, client, If_None_Match=tag) for _ in range(200)]
        ]
        assert set(statuses) == {304}
        assert set(taken := data.taken()) == {NEWEST}
        assert len(taken) <= 200


def test_a_program_is_told_from_another() -> None:
    assert len(program()) == 32
    assert program() == program()
