"""The command ``nextgraph export`` as a person runs it, and its files brought back by ``nextgraph import``."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db.connection import engine
from db.releases import publish
from tests.api.test_cli import run
from tests.conftest import new_database
from tests.db.exporting.states import term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.api.test_cli import Ended, Run

__all__ = ["run"]

COUNT = 1_234


@pytest.fixture(scope="module")
def made(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    """The built-in facts, and a dataset that release 2 brought and release 3 changed."""

    async def fill(url: sa.URL) -> None:
        async with engine(url) as pool:
            await publish(pool, "2", put=[term(f"made-up/{number}") for number in range(COUNT)])
            await publish(pool, "3", put=[term("made-up/0", "나중")], remove=["term:made-up/1"])

    with new_database(server_url, str(dataset_template.database)) as url:
        asyncio.run(fill(url))
        yield url


@pytest.fixture
def command(run: Run, made: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder of its own, on the database that is made up."""
    monkeypatch.chdir(tmp_path)

    def on_database(*arguments: str) -> Ended:
        return run(*arguments, NEXTGRAPH_DATABASE_URL=made.render_as_string(hide_password=False))

    return on_database


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_from_a_dataset_to_files_and_back(command: Run, tmp_path: Path) -> None:
    ended = command("export", "made-up")
    assert ended.code == 0
    assert re.fullmatch(rf"Wrote {COUNT - 1:,} rows, [\d,]+ rows/s in [\d.]+ s\n", ended.errors)
    assert ended.output.splitlines() == [
        f"{COUNT - 1:,} facts of made-up at release 3 are in made-up.csv.",
        "made-up.csv.toml is the mapping to import it with.",
    ]
    assert names(tmp_path) == ["made-up.csv", "made-up.csv.toml"]
    back = command("import", "made-up.csv", "--mapping", "made-up.csv.toml", "--yes")
    assert back.code == 0
    assert back.output.splitlines() == [
        "Nothing would change.",
        f"terms: 0 added, 0 changed, 0 removed, {COUNT - 1:,} unchanged",
        "Nothing was published.",
    ]


@pytest.mark.parametrize("suffix", ["tsv.gz", "xlsx", "json", "ndjson", "parquet"])
def test_the_suffix_or_the_option_says_the_format(command: Run, tmp_path: Path, suffix: str) -> None:
    assert command("export", "made-up", "--output", f"facts.{suffix}").code == 0
    assert command("import", f"facts.{suffix}", "--mapping", f"facts.{suffix}.toml", "--yes").code == 0
    if suffix != "tsv.gz":
        (tmp_path / "folder").mkdir()
        assert command("export", "made-up", "--format", suffix, "--output", "folder").code == 0
        assert (tmp_path / "folder" / f"made-up.{suffix}").read_bytes() == (tmp_path / f"facts.{suffix}").read_bytes()


def test_an_earlier_release(command: Run, tmp_path: Path) -> None:
    ended = command("export", "made-up", "--at-release", "2")
    assert f"{COUNT:,} facts of made-up at release 2" in ended.output
    assert "나중" not in (tmp_path / "made-up.csv").read_text("utf-8")
    assert "at release 2" in (tmp_path / "made-up.csv.toml").read_text("utf-8")
    back = command("import", "made-up.csv", "--mapping", "made-up.csv.toml", "--dry-run")
    assert f"terms: 1 added, 1 changed, 0 removed, {COUNT - 2:,} unchanged" in back.output


def test_a_file_that_is_there_is_replaced_only_by_force(command: Run, tmp_path: Path) -> None:
    for name in ("made-up.csv", "made-up.csv.toml"):
        (tmp_path / name).write_text("mine")
        refused = command("export", "made-up")
        assert refused.code == f"{name} is there already: name another file, or say --force to replace it."
        assert (tmp_path / name).read_text() == "mine"
        assert names(tmp_path) == [name]
        assert command("export", "made-up", "--force").code == 0
        assert names(tmp_path) == ["made-up.csv", "made-up.csv.toml"]
        assert (tmp_path / name).read_text("utf-8") != "mine"
        for each in tmp_path.iterdir():
            each.unlink()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "There is no fact of a dataset 'nothing': check its name."),
        (["made-up", "--at-release", "1"], "There is no fact of a dataset 'made-up' at release 1: check its name."),
        (["made-up", "--at-release", "4"], "There is no release 4: the newest is 3."),
        (
            ["made-up", "--format", "xls"],
            "There is no format 'xls': choose one of csv, tsv, xlsx, json, ndjson, parquet.",
        ),
        (["made-up", "--output", "a.txt"], "a.txt: its suffix names no format"),
        (["made-up", "--output", "a.xlsx.gz"], "a.xlsx.gz: xlsx is packed already"),
        (["made-up", "--output", "a.csv", "--format", "tsv"], "a.csv: its suffix is not that of tsv"),
        (["made-up", "--output", "no/a.csv"], "no/a.csv cannot be written: No such file or directory."),
        (["Made up"], "'Made up' is no name of a dataset"),
    ],
)
def test_what_a_person_can_put_right(command: Run, tmp_path: Path, arguments: list[str], sentence: str) -> None:
    message = command("export", *arguments).code
    assert isinstance(message, str)
    assert message.startswith(sentence)
    assert names(tmp_path) == []


def test_a_text_that_a_format_cannot_hold(
    run: Run, server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the file as it was asked for, and nothing is left of it."""

    async def fill(url: sa.URL) -> None:
        async with engine(url) as pool:
            long = term("made-up/1")
            long.meaning = "가" * 1_000_001
            await publish(pool, "2", put=[long])

    monkeypatch.chdir(tmp_path)
    with new_database(server_url, str(dataset_template.database)) as url:
        asyncio.run(fill(url))
        address = url.render_as_string(hide_password=False)
        for suffix, sentence in {
            "csv": "facts.csv: row 2: a cell is longer than 1,000,000 characters",
            "ndjson": "facts.ndjson: line 1: meaning: a text is longer than 1,000,000 characters",
            "xlsx": "facts.xlsx: E2: a cell of a sheet holds no more than 32,767 characters: choose another format",
        }.items():
            message = run("export", "made-up", "--output", f"facts.{suffix}", "--database-url", address).code
            assert isinstance(message, str)
            assert message.startswith(sentence)
    assert names(tmp_path) == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_disk_that_takes_no_more_leaves_nothing(made: sa.URL, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"facts.{suffix}"
    command = [sys.executable, "-m", "api", "export", "made-up", "--output", str(file)]
    address = ["--database-url", made.render_as_string(hide_password=False)]
    limited = ["sh", "-c", 'ulimit -f 2; exec "$@"', "-", *command, *address]
    ended = subprocess.run(limited, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr == f"{file} cannot be written: File too large.\n"
    assert names(tmp_path) == []


def test_a_stop_leaves_the_file_of_before(made: sa.URL, tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text("mine")
    before = names(tmp_path)
    command = [sys.executable, "-m", "api", "export", "made-up", "--output", str(tmp_path / "facts.csv"), "--force"]
    address = ["--database-url", made.render_as_string(hide_password=False)]
    process = subprocess.Popen([*command, *address], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    async def stopped() -> bytes:
        async with engine(made) as pool, pool.begin() as connection:
            # Whoever reads the dataset now has to wait.
            await connection.exec_driver_sql("LOCK TABLE terms IN ACCESS EXCLUSIVE MODE")
            while not await connection.scalar(sa.text(WAITING)):
                assert process.poll() is None
                await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            _, errors = await asyncio.to_thread(process.communicate, timeout=60)
            return errors

    try:
        assert b"Traceback" not in asyncio.run(stopped())
    finally:
        process.kill()
        process.communicate()
    assert process.returncode != 0
    assert names(tmp_path) == before
    assert (tmp_path / "facts.csv").read_text() == "mine"


WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = to_regclass('terms') AND NOT granted)"
