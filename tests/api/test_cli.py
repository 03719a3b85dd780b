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
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
import sqlalchemy as sa

from api.landing import LINKED_QUERY, LINKED_VARIABLES
from api.settings import Settings
from db import migrations
from db.connection import engine
from db.server import private_server
from schema import printed_schema
from tests.conftest import open_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

COMMAND = (sys.executable, "-m", "api")
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("NEXTGRAPH_")}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=PLAIN | environment, capture_output=True, text=True, timeout=120, check=False
    )


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


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_from_an_empty_folder_to_an_answer_and_a_clean_end(stop: signal.Signals) -> None:
    with open_folder() as folder, serving(folder / "data") as (process, address):
        body = {"query": LINKED_QUERY, "variables": json.loads(LINKED_VARIABLES)}
        answer = httpx.post(f"{address}/graphql", json=body, timeout=30).json()
        assert list(answer) == ["data"]
        assert answer["data"]["budgetLines"]["nodes"][0]["amount"] == "9807914"
        beside = run("migrate", "--data-dir", str(folder / "data"))
        assert beside.stdout == f"Tables: {migrations.head()} -> {migrations.head()}\n"
        assert httpx.get(f"{address}/health/ready").status_code == 200
        process.send_signal(stop)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert re.fullmatch(r" *[\d.]+ s  Stopped\n", rest)
        assert processes_of(folder) == []


def test_a_stop_lets_running_requests_finish() -> None:
    async def stopped_while_asking(process: subprocess.Popen[str], address: str, url: sa.URL) -> httpx.Response:
        async with httpx.AsyncClient(timeout=60) as client, locked(url, "releases") as waiting:
            asked = asyncio.create_task(
                client.post(f"{address}/graphql", json={"query": "{ releases { totalCount } }"})
            )
            while not await waiting():
                await asyncio.sleep(0.02)
            process.terminate()
            with pytest.raises(httpx.ConnectError):
                while True:
                    await client.get(f"{address}/health/live")
            assert not asked.done()
            assert process.poll() is None
        return await asked

    with open_folder() as folder, serving(folder / "data") as (process, address):
        with private_server(folder / "data") as url:
            response = asyncio.run(stopped_while_asking(process, address, url))
            assert response.json() == {"data": {"releases": {"totalCount": 1}}}
            assert process.wait(60) == 0
            assert processes_of(folder), "who still uses the server keeps it"
        assert processes_of(folder) == []


def test_a_stop_during_the_preparations() -> None:
    with open_folder() as folder:
        command = [*COMMAND, "serve", "--port", "0", "--data-dir", str(folder / "data")]
        with subprocess.Popen(
            command, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout
            assert "PostgreSQL answers" in process.stdout.readline()
            process.terminate()
            rest, _ = process.communicate(timeout=60)
        assert process.returncode != 0
        assert "Traceback" not in rest
        assert processes_of(folder) == []


def test_migrate_makes_the_tables(empty_database: sa.URL) -> None:
    url = empty_database.render_as_string(hide_password=False)
    assert run("migrate", "--database-url", url).stdout == f"Tables: none -> {migrations.head()}\n"
    assert run("migrate", NEXTGRAPH_DATABASE_URL=url).stdout == f"Tables: {migrations.head()} -> {migrations.head()}\n"


def test_schema_prints_the_contract(tmp_path: Path) -> None:
    assert run("schema").stdout == printed_schema()
    file = tmp_path / "schema.graphql"
    assert run("schema", "--output", str(file)).stdout == ""
    assert file.read_text("utf-8") == printed_schema()


def test_help_tells_what_every_option_is_for() -> None:
    wide = run("serve", "--help", COLUMNS="300", TERM="dumb").stdout
    for name in ("host", "port", "data_dir", "database_url"):
        assert f"--{name.replace('_', '-')}" in wide
        assert str(Settings.model_fields[name].description) in wide


NOWHERE = "postgresql://me:secret@127.0.0.1:1/facts"


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["serve", "--database-url", "sqlite:///secret"], {}, "PostgreSQL only"),
        (["serve", "--database-url", "secret"], {}, "cannot be read"),
        (["serve", "--port", "0", "--database-url", NOWHERE], {}, "cannot be reached"),
        (["migrate"], {"NEXTGRAPH_DATABASE_URL": NOWHERE}, "cannot be reached"),
        (["migrate", "--data-dir", "/proc/nextgraph"], {}, "data directory /proc/nextgraph cannot be used"),
        (["migrate", "--data-dir", "/proc/x"], {"NEXTGRAPH_DATABASE_URL": NOWHERE}, "/proc/x cannot be used"),
        (["migrate", "--data-dir", "/proc/x", "--database-url", NOWHERE], {}, "not both"),
        (["serve"], {"NEXTGRAPH_PORT": "many"}, "port cannot be used"),
        (["serve", "--port", "70000"], {}, "port cannot be used"),
        (["serve", "--host", "192.0.2.1"], {}, "192.0.2.1 port 8000 cannot be listened on"),
        (["schema", "--output", "/proc/schema"], {}, "/proc/schema cannot be written"),
    ],
)
def test_what_a_person_can_put_right(arguments: list[str], environment: dict[str, str], sentence: str) -> None:
    ended = run(*arguments, **environment)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_a_port_that_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run("serve", "--port", port, "--data-dir", "/proc/not-reached")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"127.0.0.1 port {port} cannot be listened on (Address already in use)")
    assert len(ended.stderr.splitlines()) == 1


@asynccontextmanager
async def locked(url: sa.URL, table: str) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Keep readers of a table waiting; what is given tells whether one does."""
    writer = engine(url)
    waiting = sa.text("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = to_regclass(:table) AND NOT granted)")
    try:
        async with writer.begin() as connection:
            await connection.execute(sa.text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))

            async def is_waited_for() -> bool:
                return bool(await connection.scalar(waiting, {"table": table}))

            yield is_waited_for
    finally:
        await writer.dispose()
