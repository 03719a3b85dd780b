"""The command as a person runs it: real processes, real signals, and sentences where something is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
import sqlalchemy as sa

from api.cli import main
from api.landing import LINKED_QUERY, LINKED_VARIABLES
from api.settings import Settings
from db import migrations
from db.connection import engine
from db.server import private_server
from schema import printed_schema
from tests.conftest import execute, open_folder, scratch
from tests.marking import slow_but

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterator
    from pathlib import Path

HEAD = migrations.head()
NOWHERE = "postgresql://me:secret@127.0.0.1:1/facts"
COMMAND = (sys.executable, "-m", "api")
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("NEXTGRAPH_")}


@dataclass
class Ended:
    """What a command that ended has left."""

    code: object
    output: str
    errors: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a command within this process."""
    at_stop = signal.getsignal(signal.SIGTERM)

    def run_command(*arguments: str, **environment: str) -> Ended:
        for name in Settings.model_fields:
            monkeypatch.delenv(f"NEXTGRAPH_{name.upper()}", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["nextgraph", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        output, errors = capsys.readouterr()
        return Ended(ended.value.code, output, errors)

    yield run_command
    signal.signal(signal.SIGTERM, at_stop)


@contextmanager
def serving(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``nextgraph serve`` and give its process and address."""
    command = [*COMMAND, "serve", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout
            lines = []
            for line in process.stdout:
                lines.append(line)
                if found := re.search(r"http://[\d.]+:\d+", line):
                    break
            else:
                pytest.fail("".join(lines))
            yield process, found[0]
        finally:
            process.kill()


def processes_of(data_dir: Path) -> list[psutil.Process]:
    return [each for each in psutil.process_iter(["cmdline"]) if str(data_dir) in " ".join(each.info["cmdline"] or ())]


@pytest.mark.parametrize("stop", slow_but([signal.SIGTERM, signal.SIGINT], signal.SIGINT))
def test_from_an_empty_folder_to_an_answer_and_a_clean_end(run: Run, stop: signal.Signals) -> None:
    with open_folder(scratch()) as folder, serving(folder / "data") as (process, address):
        body = {"query": LINKED_QUERY, "variables": json.loads(LINKED_VARIABLES)}
        answer = httpx.post(f"{address}/graphql", json=body, timeout=30).json()
        assert list(answer) == ["data", "extensions"]
        assert answer["data"]["budgetLines"]["nodes"][0]["amount"] == "9807914"
        assert run("migrate", "--data-dir", str(folder / "data")) == Ended(0, f"Tables: {HEAD} -> {HEAD}\n", "")
        assert httpx.get(f"{address}/health/ready").status_code == 200
        process.send_signal(stop)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert re.fullmatch(r" *[\d.]+ s  Stopped\n", rest)
        assert processes_of(folder) == []


@pytest.mark.slow
def test_a_stop_lets_running_requests_finish() -> None:
    async def stopped_while_asking(process: subprocess.Popen[str], address: str, url: sa.URL) -> httpx.Response:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            async with locked(url, "releases") as is_waited_for:
                asked = asyncio.create_task(client.post("/graphql", json={"query": "{ releases { totalCount } }"}))
                await until(is_waited_for)
                process.terminate()
                await until(lambda: is_closed(client))
                assert not asked.done()
                assert process.poll() is None
            return await asked

    with open_folder(scratch()) as folder, serving(folder / "data") as (process, address):
        with private_server(folder / "data") as url:
            response = asyncio.run(stopped_while_asking(process, address, url))
            assert response.json() == {"data": {"releases": {"totalCount": 1}}, "extensions": {"release": 1}}
            assert process.wait(60) == 0
            assert processes_of(folder), "who still uses the server keeps it"
        assert processes_of(folder) == []


@pytest.mark.slow
def test_a_stop_during_the_preparations() -> None:
    with open_folder(scratch()) as folder:
        command = [*COMMAND, "serve", "--port", "0", "--data-dir", str(folder / "data")]
        with subprocess.Popen(
            command, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            try:
                assert process.stdout
                assert "PostgreSQL answers" in process.stdout.readline()
                process.terminate()
                rest, _ = process.communicate(timeout=60)
            finally:
                process.kill()
        assert process.returncode != 0
        assert "Traceback" not in rest
        assert processes_of(folder) == []


SWALLOWING = """
import asyncio, os, signal
from api.terminal import run

async def swallowing():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        pass

run(swallowing())
print("went on")
"""


def test_a_stop_is_not_lost_where_its_cancellation_is() -> None:
    """A library may finish what it awaits instead of being cancelled."""
    ended = subprocess.run([sys.executable, "-c", SWALLOWING], capture_output=True, text=True, check=False, timeout=60)
    assert "went on" not in ended.stdout
    assert "KeyboardInterrupt" in ended.stderr


def test_migrate_makes_the_tables(run: Run, empty_database: sa.URL) -> None:
    url = empty_database.render_as_string(hide_password=False)
    assert run("migrate", "--database-url", url) == Ended(0, f"Tables: none -> {HEAD}\n", "")
    assert run("migrate", NEXTGRAPH_DATABASE_URL=url) == Ended(0, f"Tables: {HEAD} -> {HEAD}\n", "")


def test_schema_prints_the_contract(run: Run, tmp_path: Path) -> None:
    assert run("schema") == Ended(0, printed_schema(), "")
    file = tmp_path / "schema.graphql"
    assert run("schema", "--output", str(file)) == Ended(0, "", "")
    assert file.read_text("utf-8") == printed_schema()


def test_help_tells_what_every_option_is_for(run: Run) -> None:
    text = run("serve", "--help", COLUMNS="300", TERM="dumb").output
    for name in ("host", "port", "data_dir", "database_url"):
        assert f"--{name.replace('_', '-')}" in text
        assert str(Settings.model_fields[name].description) in text


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["serve", "--port", "0", "--database-url", "sqlite:///secret"], {}, "PostgreSQL only"),
        (["serve", "--port", "0", "--database-url", "secret"], {}, "cannot be read"),
        (["serve", "--port", "0", "--database-url", NOWHERE], {}, "cannot be reached"),
        (["migrate"], {"NEXTGRAPH_DATABASE_URL": NOWHERE}, "cannot be reached"),
        (["migrate", "--data-dir", "/proc/x"], {}, "data directory /proc/x cannot be used"),
        (["migrate", "--data-dir", "/proc/x"], {"NEXTGRAPH_DATABASE_URL": NOWHERE}, "/proc/x cannot be used"),
        (["migrate", "--data-dir", "/proc/x", "--database-url", NOWHERE], {}, "not both"),
        (["serve"], {"NEXTGRAPH_PORT": "many"}, "port cannot be used"),
        (["serve", "--port", "70000"], {}, "port cannot be used"),
        (["serve", "--host", "192.0.2.1"], {}, "192.0.2.1 port 8000 cannot be listened on"),
        (["schema", "--output", "/proc/schema"], {}, "/proc/schema cannot be written"),
    ],
)
def test_what_a_person_can_put_right(
    run: Run, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    message = run(*arguments, **environment).code
    assert isinstance(message, str), "Python prints it as the last line and ends with 1"
    assert sentence in message
    assert len(message.splitlines()) == 1
    assert "secret" not in message


def test_a_refusal_of_the_database(run: Run, empty_database: sa.URL) -> None:
    execute(empty_database, "CREATE TABLE documents ()")
    message = run("migrate", "--database-url", empty_database.render_as_string(hide_password=False)).code
    assert isinstance(message, str)
    assert re.fullmatch(r'The database refused: .*relation "documents" already exists', message)


def test_a_port_that_is_in_use() -> None:
    """As a process: the sentence is all there is on the screen, and the code is 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "serve", "--port", port, "--data-dir", "/proc/not-reached"]
        ended = subprocess.run(command, env=PLAIN, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"127.0.0.1 port {port} cannot be listened on (Address already in use): stop")
    assert len(ended.stderr.splitlines()) == 1


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    while not await condition():  # noqa: ASYNC110 (what changes is another process)
        await asyncio.sleep(0.02)


async def is_closed(client: httpx.AsyncClient) -> bool:
    try:
        await client.get("/health/live")
    except httpx.TransportError:
        return True
    return False


@asynccontextmanager
async def locked(url: sa.URL, table: str) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Keep readers of a table waiting; what is given tells whether one does."""
    waiting = sa.text("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = to_regclass(:table) AND NOT granted)")
    async with engine(url) as pool, pool.begin() as connection:
        await connection.execute(sa.text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))

        async def is_waited_for() -> bool:
            return bool(await connection.scalar(waiting, {"table": table}))

        yield is_waited_for
