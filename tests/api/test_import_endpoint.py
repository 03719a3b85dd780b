"""Importing over real HTTP: every status, what is published, and what stays as it was."""

from __future__ import annotations

import gzip
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import psutil
import pytest
import sqlalchemy as sa

from api.app import create_app
from api.settings import Settings
from db.reading import open_database
from tests.api.holding import made_key
from tests.api.running import running
from tests.benchmarks.importing import MAPPING
from tests.conftest import execute, new_database
from tests.db.held import publishing_held
from tests.db.importing.writing import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.applications import Starlette

HEAD = "번호,연도,단계,부처,회계,금액"
ROW = "1,2026,REQUEST,과기1,일반,1000"
CSV = {"Content-Type": "text/csv"}
LIMIT = 100_000
NEWEST = "SELECT max(number) FROM releases"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def lines(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows, ""]).encode()


@pytest.fixture(scope="module")
def mappings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the mapping of a dataset, and one under a wrong name."""
    folder = tmp_path_factory.mktemp("mappings")
    owned = f'dataset = "made-up"\nowner = "과학기술정보통신부"\n{MAPPING}'
    (folder / "made-up.toml").write_text(owned, "utf-8")
    (folder / "misnamed.toml").write_text(f'dataset = "another"\n{MAPPING}', "utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(mappings: Path) -> Settings:
    return Settings(mappings_dir=mappings, import_limit=LIMIT)


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


@pytest.fixture
def client(url: sa.URL, settings: Settings, spool: Path) -> Iterator[httpx.Client]:
    """A client of a server of the test's own."""
    with trusted(url, settings) as connected:
        yield connected
    assert list(spool.iterdir()) == [], "nothing of a request is kept"


@pytest.fixture
def spool(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which servers keep what they are sent."""
    folder = tmp_path_factory.mktemp("spool")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def shared(server_url: sa.URL, dataset_template: sa.URL, settings: Settings) -> Iterator[tuple[httpx.Client, sa.URL]]:
    """A server for tests that do not mind what the others did, and its database."""
    with new_database(server_url, str(dataset_template.database)) as url, trusted(url, settings) as client:
        yield client, url


@contextmanager
def trusted(url: sa.URL, settings: Settings, app: Starlette | None = None) -> Iterator[httpx.Client]:
    """Serve an application and give a client that has a key of the owner of the made-up dataset."""
    with running(app or create_app(url, settings)) as connected:
        connected.headers["Authorization"] = f"Bearer {made_key(url)}"
        connected.timeout = httpx.Timeout(120)
        yield connected


def sent(
    client: httpx.Client, body: Any, key: str | None = "k", dataset: str = "made-up", **more: Any
) -> httpx.Response:
    headers = CSV | ({"Idempotency-Key": key} if key else {}) | more.pop("headers", {})
    return client.post(f"/import/{dataset}", content=body, headers=headers, **more)


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Return the problem that a refusal tells, which has the shape that every problem has."""
    problem = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code), problem
    assert problem["requestId"] == response.headers["X-Request-Id"]
    assert response.headers["Content-Type"] == "application/problem+json"
    return dict(problem)


def newest(url: sa.URL) -> int:
    ((number,),) = execute(url, NEWEST)
    assert isinstance(number, int)
    return number


def test_a_file_becomes_a_release_and_the_answer_says_what_it_changed(client: httpx.Client, url: sa.URL) -> None:
    first = sent(client, lines(ROW, ROW.replace("1,", "2,", 1)), "first")
    assert first.status_code == 200, first.text
    answer = first.json()
    assert answer["release"] == {"number": 2, "title": "합성 예산 | Synthetic budget"}
    assert (answer["rows"], answer["known"], answer["dryRun"]) == (2, False, False)
    added = answer["difference"]["budget_lines"]
    assert added["firstAdded"] == ["budget-line:made-up/1", "budget-line:made-up/2"]
    changed = sent(
        client, lines(ROW.replace("1000", "1500")), "second", params={"reason": "정정", "as": "과기1"}
    ).json()
    found = changed["difference"]["budget_lines"]
    assert (found["added"], found["changed"], found["removed"]) == (0, 1, 1)
    assert found["firstRemoved"] == ["budget-line:made-up/2"]
    assert found["firstChanged"] == [
        {"id": "budget-line:made-up/1", "field": "amount", "before": "1000000", "after": "1500000"}
    ]
    said = execute(url, "SELECT publisher_id, reason, source_id, file_name FROM releases WHERE number = 3")
    assert said == [("ministry:msit", "정정", "document:made-up", "made-up.csv")]


@pytest.mark.slow
def test_nothing_changed_a_dry_run_and_an_addition(client: httpx.Client, url: sa.URL) -> None:
    sent(client, lines(ROW), "first")
    dry = sent(client, lines(), None, params={"dryRun": "true"})
    assert (dry.status_code, dry.json()["release"], dry.json()["dryRun"]) == (200, None, True)
    assert dry.json()["difference"]["budget_lines"]["removed"] == 1
    same = sent(client, lines(ROW), "another")
    assert (same.status_code, same.json()["release"], same.json()["known"]) == (200, None, True)
    assert newest(url) == 2
    more = sent(client, lines(ROW.replace("1,", "7,", 1)), "third", params={"partial": "true"}).json()
    assert more["release"]["number"] == 3
    assert more["difference"]["budget_lines"]["removed"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("가.csv", {"Content-Type": "application/octet-stream"}),
        (None, {"Content-Type": "text/csv; charset=utf-8"}),
        (None, {"Content-Type": "", "Content-Disposition": 'attachment; filename="../../b.csv"'}),
        (None, {"Content-Type": "", "Content-Disposition": f"attachment; filename*=UTF-8''{quote('가나')}.csv"}),
        (None, {"Content-Encoding": "gzip"}),
        ("a.csv.gz", {"Content-Type": "application/gzip"}),
    ],
)
def test_what_says_the_format(shared: tuple[httpx.Client, sa.URL], name: str | None, headers: dict[str, str]) -> None:
    client, url = shared
    before = newest(url)
    body = lines(ROW.replace("1000", str(before)))
    body = gzip.compress(body) if "gzip" in "".join(headers.values()) else body
    response = sent(client, body, str(before), headers=headers, params={"filename": name} if name else {})
    assert response.status_code == 200, response.text
    assert response.json()["release"]["number"] == before + 1


@pytest.mark.slow
def test_a_workbook(client: httpx.Client, tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", [HEAD.split(","), [1, 2026, "REQUEST", "과기1", "일반", 1000]])
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert sent(client, book.read_bytes(), headers={"Content-Type": media}).json()["release"]["number"] == 2


@pytest.mark.parametrize(
    ("status", "code", "words", "asked"),
    [
        (404, "NOT_FOUND", "no dataset 'nothing'", {"dataset": "nothing"}),
        (422, "IMPORT_REFUSED", "call it another.toml", {"dataset": "misnamed"}),
        (400, "BAD_REQUEST", "Idempotency-Key is missing", {"key": None}),
        (400, "BAD_REQUEST", "1 to 255 visible", {"key": "a b"}),
        (400, "BAD_INPUT", "no parameter 'dryrun'", {"params": {"dryrun": "true"}}),
        (400, "BAD_INPUT", "partial is true or false", {"params": {"partial": "1"}}),
        (400, "BAD_INPUT", "reason has a NUL", {"params": {"reason": "\0"}}),
        (415, "UNSUPPORTED_MEDIA_TYPE", "Nothing says what format", {"headers": {"Content-Type": "application/x"}}),
        (415, "UNSUPPORTED_MEDIA_TYPE", "a.hwp: its suffix", {"params": {"filename": "a.hwp"}}),
        (415, "UNSUPPORTED_MEDIA_TYPE", "send gzip, or none", {"headers": {"Content-Encoding": "br"}}),
        (413, "LIMIT_EXCEEDED", "longer than 100,000 bytes", {"body": b"1" * (LIMIT + 1)}),
        (413, "LIMIT_EXCEEDED", "longer than 100,000 bytes", {"body": iter([b"1" * LIMIT, b"1"])}),
        (422, "IMPORT_REFUSED", "is no csv file", {"body": b"%PDF-1.7"}),
        (422, "IMPORT_REFUSED", "says nothing of the columns '비고'", {"body": f"{HEAD},비고\n{ROW},x\n".encode()}),
        (422, "IMPORT_REFUSED", "allowed for ministry:msit alone", {"params": {"as": "산업통상부"}}),
    ],
)
def test_what_is_refused(
    shared: tuple[httpx.Client, sa.URL], status: int, code: str, words: str, asked: dict[str, Any]
) -> None:
    client, url = shared
    before, given = newest(url), dict(asked)
    error = refused(sent(client, given.pop("body", lines(ROW)), given.pop("key", "k"), **given), status, code)
    assert words in error["detail"]
    assert newest(url) == before


def test_refused_rows_are_told_and_leave_the_key_free(client: httpx.Client, url: sa.URL) -> None:
    wrong = sent(client, lines(*(f"{n},2026,REQUEST,없는부,일반,{n}" for n in range(150))))
    error = refused(wrong, 422, "IMPORT_REFUSED")
    assert "150 of 150 rows are refused" in error["detail"]
    refusals = error["refusals"]
    assert (refusals["total"], len(refusals["first"])) == (150, 100)
    assert refusals["first"][0]["row"] == 2
    assert refusals["first"][0]["cell"] == "없는부"
    assert newest(url) == 1
    assert sent(client, lines(ROW)).json()["release"]["number"] == 2


def test_a_database_that_is_away(url: sa.URL, settings: Settings) -> None:
    away = sa.make_url("postgresql+asyncpg://me:secret@127.0.0.1:1/facts")
    with trusted(
        url, settings, create_app(away, settings, lambda _, **options: open_database(url, **options))
    ) as client:
        response = sent(client, lines(ROW))
        error = refused(response, 503, "DATABASE_UNAVAILABLE")
        assert "secret" not in error["detail"]
        assert int(response.headers["Retry-After"]) > 0


@pytest.mark.slow
def test_asked_again_it_is_answered_as_before_and_not_done_again(
    client: httpx.Client, url: sa.URL, settings: Settings
) -> None:
    """Also where another release came in between, and by another server on the same database."""
    first = sent(client, lines(ROW), "mine")
    sent(client, lines(ROW.replace("1000", "9")), "other")
    again = sent(client, lines(ROW), '"mine"')
    assert (again.status_code, again.content) == (200, first.content)
    assert newest(url) == 3
    with trusted(url, settings) as restarted:
        assert sent(restarted, lines(ROW), "mine").content == first.content
    assert newest(url) == 3
    for other in ({"body": lines(ROW, ROW)}, {"params": {"partial": "true"}}, {"params": {"reason": "x"}}):
        refused(sent(client, other.pop("body", lines(ROW)), "mine", **other), 409, "CONFLICT")
    assert newest(url) == 3


@pytest.mark.slow
def test_two_at_once_under_one_key(client: httpx.Client, url: sa.URL, settings: Settings) -> None:
    """One imports, the other waits and is answered alike: on one server, and on two."""
    with ThreadPoolExecutor() as threads:
        answers = [one.result().content for one in [threads.submit(sent, client, lines(ROW), "a") for _ in range(2)]]
        assert answers[0] == answers[1]
        assert newest(url) == 2
        with trusted(url, settings) as other:
            body = lines(ROW.replace("1000", "5"))
            both = [threads.submit(sent, server, body, "b") for server in (client, other)]
            answers = [one.result().content for one in both]
    assert answers[0] == answers[1]
    assert newest(url) == 3


@pytest.mark.slow
def test_only_so_many_wait_and_readers_are_answered_meanwhile(client: httpx.Client, url: sa.URL) -> None:
    with ThreadPoolExecutor() as threads:
        with publishing_held(url):
            files = [lines(ROW.replace("1000", str(n))) for n in range(4)]
            waiting = [threads.submit(sent, client, file, str(n)) for n, file in enumerate(files)]
            until(lambda: execute(url, WAITING)[0][0] == 1)
            response = sent(client, lines(ROW), "fifth")
            while response.status_code != 503:
                response = sent(client, lines(ROW), "fifth")
            refused(response, 503, "BUSY")
            assert int(response.headers["Retry-After"]) > 0
            asked = client.post("/graphql", json={"query": "{ releases { totalCount } }"})
            assert asked.json()["data"]["releases"]["totalCount"] == 1
        assert sorted(one.result().json()["release"]["number"] for one in waiting) == [2, 3, 4, 5]


def until(holds: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_client_that_goes_away_leaves_nothing(client: httpx.Client, url: sa.URL, spool: Path) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as raw:
        head = [
            b"POST /import/made-up HTTP/1.1",
            b"Host: x",
            f"Authorization: {client.headers['Authorization']}".encode(),
            b"Idempotency-Key: k",
            b"Content-Type: text/csv",
            b"Content-Length: 90000",
        ]
        raw.sendall(b"\r\n".join([*head, b"", lines(ROW)]))
        until(lambda: list(spool.iterdir()))
    until(lambda: not list(spool.iterdir()))
    assert newest(url) == 1
    assert execute(url, "SELECT count(*) FROM import_requests") == [(0,)]
    assert sent(client, lines(ROW)).status_code == 200


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_the_state_before(client: httpx.Client, url: sa.URL) -> None:
    with ThreadPoolExecutor() as threads, publishing_held(url):
        asked = threads.submit(sent, client, lines(ROW))
        until(lambda: execute(url, WAITING)[0][0] == 1)
        (worker,) = [each for each in psutil.Process().children() if "api.import_worker" in " ".join(each.cmdline())]
        worker.kill()
        refused(asked.result(), 500, "INTERNAL")
    assert newest(url) == 1
    assert sent(client, lines(ROW)).json()["release"]["number"] == 2


@pytest.mark.slow
def test_a_large_file_is_taken_at_bounded_memory(url: sa.URL, settings: Settings) -> None:
    """A file of 300 MB, in which no row is sound, needs the server no more than a small one."""
    large = settings.model_copy(update={"import_limit": 10**9})
    process, peak, before = psutil.Process(), [0], 0

    def watch() -> None:
        while not done:
            peak[0] = max(peak[0], process.memory_info().rss)
            time.sleep(0.01)

    with trusted(url, large) as client:
        sent(client, lines(ROW), "small")
        done: list[bool] = []
        before = process.memory_info().rss
        watcher = Thread(target=watch)
        watcher.start()
        try:
            piece = b"%PDF" + b"1" * (1024**2 - 4)
            response = sent(client, (piece for _ in range(300)), "large")
        finally:
            done.append(True)
            watcher.join()
    refused(response, 422, "IMPORT_REFUSED")
    assert peak[0] - before < 50 * 1024**2
