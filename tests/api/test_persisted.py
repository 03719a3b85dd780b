"""Documents that the server keeps: which files say them, how they are asked for, and when no others run."""

from __future__ import annotations

import os
import time
from hashlib import md5, sha1, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from api.app import create_app
from api.persisted import CHARACTERS_KEPT, LOOKS_LAST_SECONDS, ManifestError, Persisted
from api.request import Asked
from api.settings import Settings
from db.viewers import Viewer
from tests.api.holding import made_key
from tests.api.running import running
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

TOTAL = "{ releases { totalCount } }"
NAMED = "query Named($first: Int!) { ministries(first: $first) { nodes { name } } }"
OTHER = "{ statutes { totalCount } }"
ANSWER = {"data": {"releases": {"totalCount": 1}}, "extensions": {"release": 1}}


def hashed(text: str) -> str:
    return f"sha256:{sha256(text.encode()).hexdigest()}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files as builds of clients write them."""
    made = tmp_path_factory.mktemp("documents")
    (made / "persisted-documents.json").write_bytes(orjson.dumps({sha1(TOTAL.encode()).hexdigest(): TOTAL}))
    (made / "persisted_queries.json").write_bytes(orjson.dumps({md5(NAMED.encode()).hexdigest(): NAMED}))
    operations = [{"id": "an-apollo-id", "name": "A", "type": "query", "body": "query A { releases { totalCount } }"}]
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    (made / "manifest.json").write_bytes(orjson.dumps(manifest))
    (made / "sha256.json").write_bytes(
        orjson.dumps({hashed("{ __typename }").removeprefix("sha256:"): "{ __typename }"})
    )
    (made / "README.txt").write_text("no documents")
    return made


@pytest.fixture(scope="module")
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def client(url: sa.URL, folder: Path) -> Iterator[httpx.Client]:
    with running(create_app(url, Settings(persisted_dir=folder))) as connected:
        yield connected


def post(client: httpx.Client, body: dict[str, Any], key: str | None = None) -> httpx.Response:
    return client.post("/graphql", json=body, headers={"Authorization": f"Bearer {key}"} if key else {})


def refused(response: httpx.Response, status: int, code: str, words: str = "") -> None:
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (status, code), error
    assert words in error["message"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "identifier",
    [hashed(TOTAL), sha1(TOTAL.encode()).hexdigest(), hashed(TOTAL).removeprefix("sha256:"), "an-apollo-id"],
)
def test_a_kept_document_is_asked_for_by_its_identifier(client: httpx.Client, identifier: str) -> None:
    assert post(client, {"documentId": identifier}).json() == ANSWER
    assert client.get("/graphql", params={"documentId": identifier}).json() == ANSWER


def test_variables_and_operation_names_go_with_it(client: httpx.Client) -> None:
    named = {"documentId": hashed(NAMED), "operationName": "Named"}
    assert len(post(client, {**named, "variables": {"first": 2}}).json()["data"]["ministries"]["nodes"]) == 2
    got = client.get("/graphql", params={**named, "variables": '{"first": 3}'})
    assert len(got.json()["data"]["ministries"]["nodes"]) == 3
    by_relay = {"documentId": md5(NAMED.encode()).hexdigest(), "variables": {"first": 1}}
    assert len(post(client, by_relay).json()["data"]["ministries"]["nodes"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        ({"documentId": hashed(OTHER)}, 404, "DOCUMENT_NOT_FOUND", "identifier"),
        ({"documentId": ""}, 400, "BAD_REQUEST", "1 to 500 characters"),
        ({"documentId": 7}, 400, "BAD_REQUEST", "1 to 500 characters"),
        ({"documentId": "x" * 501}, 400, "BAD_REQUEST", "1 to 500 characters"),
        ({"documentId": None}, 400, "BAD_REQUEST", "or a documentId"),
        ({"documentId": hashed(TOTAL), "query": OTHER}, 400, "BAD_REQUEST", "is not sha256:"),
        ({"documentId": "an-apollo-id", "query": TOTAL}, 400, "BAD_REQUEST", "is not an-apollo-id"),
        ({"extensions": {"persistedQuery": 1}}, 400, "BAD_REQUEST", "version 1"),
        ({"extensions": {"persistedQuery": {"version": 2}}}, 400, "BAD_REQUEST", "version 1"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, 400, "BAD_REQUEST", "1 to 500 characters"),
        ({"extensions": {}}, 400, "BAD_REQUEST", "or a documentId"),
    ],
)
def test_what_names_no_document(client: httpx.Client, body: dict[str, Any], status: int, code: str, words: str) -> None:
    refused(post(client, body), status, code, words)


def test_identifier_and_document_may_come_together(client: httpx.Client) -> None:
    assert post(client, {"documentId": hashed(TOTAL), "query": TOTAL}).json() == ANSWER
    assert post(client, {"documentId": hashed(OTHER), "query": OTHER}).status_code == 200


def automatic(text: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hashed(text).removeprefix("sha256:")}}}


def test_automatically_persisted_queries(client: httpx.Client) -> None:
    """A client sends the hash; told that it is not known, the text with it; and from then on the hash alone."""
    text = "{ releases { totalCount } statutes { totalCount } }"
    refused(post(client, automatic(text)), 404, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    refused(post(client, {**automatic(text), "query": TOTAL}), 400, "BAD_REQUEST", "is not sha256:")
    refused(post(client, automatic(text)), 404, "PERSISTED_QUERY_NOT_FOUND")
    sent = post(client, {**automatic(text), "query": text})
    assert sent.status_code == 200
    assert post(client, automatic(text)).content == sent.content
    extensions = orjson.dumps(automatic(text)["extensions"]).decode()
    assert client.get("/graphql", params={"extensions": extensions}).content == sent.content
    assert post(client, automatic(TOTAL)).json() == ANSWER, "what the folder holds is known by its hash"
    assert post(client, {"documentId": hashed(text)}).status_code == 200


def test_required_means_that_nothing_else_runs(url: sa.URL, folder: Path) -> None:
    with running(create_app(url, Settings(persisted_dir=folder, persisted="required"))) as client:
        assert post(client, {"documentId": hashed(TOTAL)}).json() == ANSWER
        assert post(client, {"query": TOTAL}).json() == ANSWER, "it is kept, however it is asked for"
        for other in ({"query": OTHER}, {"query": TOTAL + " "}, {"documentId": hashed(OTHER), "query": OTHER}):
            refused(post(client, other), 403, "DOCUMENT_REQUIRED", "Only documents that the server keeps")
        refused(post(client, {**automatic(OTHER), "query": OTHER}), 403, "DOCUMENT_REQUIRED")
        refused(post(client, automatic(OTHER)), 404, "PERSISTED_QUERY_NOT_FOUND")
        refused(client.get("/graphql", params={"query": "{__schema{types{name}}}"}), 403, "DOCUMENT_REQUIRED")


def test_off_means_that_nothing_is_kept(url: sa.URL, folder: Path) -> None:
    with running(create_app(url, Settings(persisted_dir=folder, persisted="off"))) as client:
        assert post(client, {"query": OTHER}).status_code == 200
        refused(post(client, {"documentId": hashed(TOTAL)}), 400, "BAD_REQUEST", "keeps no documents")
        unsupported = post(client, {**automatic(TOTAL), "query": TOTAL})
        refused(unsupported, 400, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        bound = made_key(url, persisted_only=True)
        assert post(client, {"documentId": hashed(TOTAL)}, bound).json() == ANSWER, "a key may be bound all the same"


def test_a_key_may_be_bound_to_kept_documents(client: httpx.Client, url: sa.URL) -> None:
    free, bound = made_key(url), made_key(url, persisted_only=True)
    assert post(client, {"query": OTHER}, free).status_code == 200
    refused(post(client, {"query": OTHER}, bound), 403, "DOCUMENT_REQUIRED")
    assert post(client, {"documentId": hashed(TOTAL)}, bound).json() == ANSWER
    text = "{ regimes { totalCount } }"
    assert post(client, {**automatic(text), "query": text}, free).status_code == 200
    refused(post(client, automatic(text), bound), 404, "PERSISTED_QUERY_NOT_FOUND")


def test_a_file_that_comes_later_is_found(url: sa.URL, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(create_app(url, Settings(persisted_dir=tmp_path))) as client:
        refused(post(client, {"documentId": hashed(TOTAL)}), 404, "DOCUMENT_NOT_FOUND")
        write(tmp_path, "new.json", orjson.dumps({"one": TOTAL}))
        eventually(client, hashed(TOTAL), 200)
        write(tmp_path, "broken.json", b"{")
        time.sleep(LOOKS_LAST_SECONDS + 0.1)
        refused(post(client, {"documentId": hashed(OTHER)}), 404, "DOCUMENT_NOT_FOUND")
        assert "broken.json cannot be read" in caplog.text
        assert post(client, {"documentId": "one"}).json() == ANSWER
        write(tmp_path, "broken.json", orjson.dumps({"two": OTHER}))
        eventually(client, "two", 200)


def write(folder: Path, name: str, text: bytes) -> None:
    """Put a file in its place at once, as a deployment should."""
    (folder / "part").write_bytes(text)
    os.replace(folder / "part", folder / name)  # noqa: PTH105 (the word for it)


def eventually(client: httpx.Client, identifier: str, status: int) -> None:
    until = time.monotonic() + LOOKS_LAST_SECONDS + 1
    while post(client, {"documentId": identifier}).status_code != status:
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"{", "cannot be read"),
        (b"[]", "an identifier has no document"),
        (b'{"a": 1}', "an identifier has no document"),
        (b'{"operations": [{"id": "a"}]}', "an identifier has no document"),
        (orjson.dumps({hashed(OTHER): TOTAL}), "is not the SHA-256 of its document"),
        (orjson.dumps({"0" * 64: TOTAL}), "is not the SHA-256 of its document"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(tmp_path: Path, text: bytes, words: str) -> None:
    (tmp_path / "a.json").write_bytes(text)
    with pytest.raises(ManifestError, match=words):
        Persisted(tmp_path, "prefer")
    with pytest.raises(ManifestError, match="is no folder"):
        Persisted(tmp_path / "nothing", "prefer")


def test_what_clients_send_is_kept_within_bounds() -> None:
    persisted, anyone = Persisted(None, "prefer"), Viewer()
    for number in range(30):
        text = f"{{ a{number} }}" + " " * (CHARACTERS_KEPT // 10)
        persisted.resolved(Asked(text, {}, None, hashed(text), is_automatic=True), anyone)
    assert len(persisted._sent) == 9
