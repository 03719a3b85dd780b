"""Files and kept queries while something fails: a problem that says what, or a file that is visibly broken."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import psutil
import pytest

from api import rate
from api.files import walking
from db.bootstrap import prepare
from db.server import private_server
from schema.limits import Limits
from tests.attacks.serving import serving
from tests.conftest import FAST, new_database, open_folder
from tests.faults.disks import small_disk
from tests.faults.test_database import stopped
from tests.faults.waiting import locked, running, waits_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

pytestmark = pytest.mark.slow

QUERIES = {
    "Lines": "query Lines { budgetLines { nodes { id amount ministry { name } } } }",
    "Changes": "query Changes { changes { nodes { id nodeId type kind } } }",
    "Found": 'query Found { search(text: "기술") { nodes { text node { id } } } }',
}
Route = tuple[str, dict[str, str], dict[str, str]]
ROUTES: dict[str, Route] = {
    "csv": ("/files/csv", {"query": QUERIES["Lines"]}, {}),
    "search": ("/files/jsonld", {"query": QUERIES["Found"]}, {}),
    "rest": ("/rest/Lines", {}, {"Accept": "application/x-ndjson"}),
    "search by rest": ("/rest/Found", {}, {"Accept": "text/csv"}),
}
"""What is sent as it grows."""
WHOLE_OR_NOT: dict[str, Route] = {
    "xlsx": ("/files/xlsx", {"query": QUERIES["Changes"]}, {}),
    "parquet": ("/files/parquet", {"query": QUERIES["Changes"]}, {}),
    "cp949": ("/files/csv", {"query": QUERIES["Changes"], "encoding": "cp949"}, {}),
    "rest": ("/rest/Changes", {}, {"Accept": "application/vnd.apache.parquet"}),
}
"""What is made on the disk first."""
BEFORE: dict[str, Route] = {**WHOLE_OR_NOT, "json": ("/rest/Found", {}, {})}
QUICK = Limits(quota=100)
"""With small pages, a file waits for points after its first one."""
WAITS = 5
"""In how many seconds they come back, all of them."""


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The settings of a server that keeps the queries, with pages so small that a file has several."""
    monkeypatch.setattr(walking, "ROOT_PAGE", 7)
    monkeypatch.setattr(rate, "WINDOW_SECONDS", WAITS)
    (tmp_path / "documents.json").write_bytes(orjson.dumps(QUERIES))
    return {"persisted_dir": tmp_path, "audit": "off", "pool_size": 1}


def each(routes: dict[str, Route]) -> pytest.MarkDecorator:
    """Have a test tried by every one of these routes."""
    return pytest.mark.parametrize(("path", "given", "headers"), list(routes.values()), ids=list(routes))


@contextmanager
def begun(client: httpx.Client, path: str, given: dict[str, str], headers: dict[str, str]) -> Iterator[Iterator[bytes]]:
    """Begin a file, and give the rest of it."""
    with client.stream("GET", path, params=given, headers=headers) as response:
        assert response.status_code == 200
        parts = response.iter_raw()
        assert next(parts)
        yield parts


def problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    assert "content-disposition" not in response.headers
    found = response.json()
    assert len(found["detail"]) > 20
    return found["status"], found["code"]


def is_well(client: httpx.Client) -> bool:
    return client.post("/graphql", json={"query": "{ regimes { totalCount } }"}).status_code == 200


def test_the_database_goes_amid_a_file(kept: dict[str, Any]) -> None:
    """What has begun is broken off, what has not is refused, and once it is back all is well."""
    with open_folder() as folder, ExitStack() as stack:
        url = stack.enter_context(private_server(folder / "data", FAST))
        asyncio.run(prepare(url))
        with serving(url, QUICK, **kept) as client, serving(url, Limits(), **kept) as other:
            for route in ROUTES.values():
                path, given, headers = route
                with begun(client, path, given, headers) as rest:
                    stopped(folder, signal.SIGQUIT)
                    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
                        list(rest)
                for before in (*BEFORE.values(), route):
                    path, given, headers = before
                    response = other.get(path, params=given, headers=headers)
                    assert problem(response) == (503, "DATABASE_UNAVAILABLE")
                stack.enter_context(private_server(folder / "data", FAST))
                assert waits_for(lambda: is_well(client), 5)
                time.sleep(WAITS)


@each(ROUTES)
def test_the_client_goes_amid_a_file(
    url: sa.URL, kept: dict[str, Any], path: str, given: dict[str, str], headers: dict[str, str]
) -> None:
    """The only connection is free at once, and no statement goes on."""
    with serving(url, QUICK, **kept) as client:
        with begun(client, path, given, headers), locked(url):
            assert waits_for(lambda: running(url) == 1, WAITS)
            client.close()
            assert waits_for(lambda: running(url) == 0, 2)
        with httpx.Client(base_url=client.base_url) as other:
            assert is_well(other)


@each(BEFORE)
def test_the_client_goes_before_a_file_is_made(
    url: sa.URL, kept: dict[str, Any], path: str, given: dict[str, str], headers: dict[str, str]
) -> None:
    with serving(url, Limits(), **kept) as client:
        with locked(url):
            with pytest.raises(httpx.ReadTimeout):
                client.get(path, params=given, headers=headers, timeout=0.5)
            assert waits_for(lambda: running(url) == 0, 2)
        assert is_well(client)


@each(ROUTES)
def test_a_page_takes_too_long_amid_a_file(
    url: sa.URL, kept: dict[str, Any], path: str, given: dict[str, str], headers: dict[str, str]
) -> None:
    broken_off(url, Limits(quota=100, statement_seconds=1), kept, path, given, headers)


def test_the_deadline_of_a_file_comes_amid_it(url: sa.URL, kept: dict[str, Any]) -> None:
    limits = Limits(quota=100, file_seconds=12, statement_seconds=30, seconds=30)
    broken_off(url, limits, kept, *ROUTES["csv"])


def broken_off(
    url: sa.URL, limits: Limits, kept: dict[str, Any], path: str, given: dict[str, str], headers: dict[str, str]
) -> None:
    with serving(url, limits, **kept) as client:
        with begun(client, path, given, headers) as rest, locked(url):
            with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
                list(rest)
            assert waits_for(lambda: running(url) == 0, 2)
        assert is_well(client)


@each(BEFORE)
def test_the_deadline_comes_before_a_file_is_made(
    url: sa.URL, kept: dict[str, Any], path: str, given: dict[str, str], headers: dict[str, str]
) -> None:
    with serving(url, Limits(file_seconds=1, seconds=1), **kept) as client:
        with locked(url):
            assert problem(client.get(path, params=given, headers=headers)) == (504, "TIMEOUT")
            assert waits_for(lambda: running(url) == 0, 2)
        assert is_well(client)


def test_a_page_waits_for_a_connection_as_long_as_it_takes(url: sa.URL, kept: dict[str, Any]) -> None:
    """A file that has begun does not end because others are asking."""
    limits = Limits(quota=100, pool_seconds=1, statement_seconds=30, seconds=30)
    with serving(url, limits, proxies=1, **kept) as client:
        whole = client.get("/rest/Lines", headers={"Accept": "text/csv"}).content
        time.sleep(WAITS)
        with begun(client, "/rest/Lines", {}, {"Accept": "text/csv"}) as rest:
            # Where the file has the only connection, the other is refused, and tries again while the file rests.
            assert any(keeps_the_connection(url, client) for _ in range(5))
            assert whole.endswith(b"".join(rest))


def keeps_the_connection(url: sa.URL, client: httpx.Client) -> bool:
    """Have another client ask while nothing is answered, and return whether it was not refused for four seconds."""
    with locked(url), httpx.Client(base_url=client.base_url) as other:
        try:
            # From elsewhere, and so with a quota of its own.
            answer = other.get("/rest/Lines", headers={"X-Forwarded-For": "192.0.2.1"}, timeout=4)
            assert problem(answer) == (503, "BUSY")
        except httpx.ReadTimeout:
            return True
        return False


@each(WHOLE_OR_NOT)
def test_the_disk_is_full(
    url: sa.URL,
    kept: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    given: dict[str, str],
    headers: dict[str, str],
) -> None:
    """Nothing is left of the file, others are answered, and with room again it is made."""
    with open_folder() as folder, small_disk(folder / "disk", 8) as disk, serving(url, **kept) as client:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        filler = disk / "filler"
        # With some room, a workbook has its rows there and is not put together.
        for left in (0, 2**12, 2**20) if path == "/files/xlsx" else (0, 2**12):
            filler.write_bytes(bytes(shutil.disk_usage(disk).free - left))
            assert problem(client.get(path, params=given, headers=headers)) == (507, "DISK_FULL")
            assert list(disk.iterdir()) == [filler]
            assert [file.path for file in psutil.Process().open_files() if file.path.startswith(str(disk))] == []
            assert client.get("/rest/Lines", headers={"Accept": "text/csv"}).status_code == 200
            filler.unlink()
        assert client.get(path, params=given, headers=headers).status_code == 200
        assert list(disk.iterdir()) == []
