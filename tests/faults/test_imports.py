"""Imports that end before their time: the state is that of before or of after, and the next import works."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from random import Random
from typing import TYPE_CHECKING

import pytest

from db.bootstrap import prepare
from db.server import private_server
from tests.conftest import execute, new_database, open_folder
from tests.db.held import publishing_held
from tests.faults.desk import AT_WORK, OTHERS, PUBLISHING, Desk, told, wait_until
from tests.faults.disks import small_disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

ROWS = 20_000
POINTS = 50


@pytest.fixture
def desk(server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path) -> Iterator[Desk]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield Desk(url, tmp_path)


@pytest.mark.slow
def test_killed_at_any_point_an_import_leaves_the_state_before_or_after(desk: Desk) -> None:
    random, files = Random(4), [desk.written("a", ROWS), desk.written("b", ROWS // 2)]
    states = []
    for file in files:
        desk.forked(file)
        states.append(desk.state())
    assert states[0] != states[1]
    # Each takes the place of the other, as it does from now on.
    longest = max(desk.forked(file) for file in files)
    now, outcomes = 1, set()
    for _ in range(POINTS):
        other = 1 - now
        moment = random.uniform(0, longest * 1.2)
        desk.forked(files[other], kill_after=moment)
        found = desk.state()
        # The rows that the dead leave behind make the next ones slower.
        longest = max(longest, moment) if found == states[now] else longest
        assert found in states
        outcomes.add(states.index(found) == other)
        now = states.index(found)
    assert outcomes == {True, False}
    desk.whole(files[0])
    assert desk.state() == states[0]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_the_state_before(desk: Desk, stop: signal.Signals) -> None:
    desk.whole(desk.written("a", 10))
    before, file = desk.state(), desk.written("b", 3 * ROWS)
    # On a busy machine the import would be through before the signal is sent.
    with publishing_held(desk.url), desk.begun(file) as process:
        wait_until(desk.url, AT_WORK, process)
        process.send_signal(stop)
        _, errors = process.communicate(timeout=30)
    assert desk.state() == before
    assert b"Traceback" not in errors
    desk.whole(file)
    assert desk.state() != before


@pytest.mark.slow
@pytest.mark.parametrize("point", [AT_WORK, PUBLISHING])
def test_a_dropped_connection_leaves_the_state_before(desk: Desk, point: str) -> None:
    desk.whole(desk.written("a", 10))
    before, file = desk.state(), desk.written("b", 3 * ROWS)
    with desk.begun(file) as process:
        wait_until(desk.url, point, process)
        execute(desk.url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity {OTHERS}")
        text = told(process)
    assert "The connection to the database was lost" in text
    assert "import the file again" in text
    assert desk.state() == before
    desk.whole(file)
    assert desk.state() != before


@pytest.mark.slow
def test_a_killed_server_leaves_the_state_before(tmp_path: Path) -> None:
    with open_folder() as folder, private_server(folder / "data") as url:
        desk = prepared(url, tmp_path)
        before, file = desk.state(), desk.written("b", 3 * ROWS)
        with desk.begun(file) as process:
            wait_until(url, PUBLISHING, process)
            os.kill(int((folder / "data/postgres/postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
            text = told(process)
        assert "The connection to the database was lost" in text
        with private_server(folder / "data"):
            assert desk.state() == before
            desk.whole(file)
            assert desk.state() != before


@pytest.mark.slow
@pytest.mark.parametrize("left", [8, 40])
def test_a_full_disk_leaves_the_state_before(tmp_path: Path, left: int) -> None:
    """Few megabytes are not enough to read the file, more not to publish it; with room again both go on."""
    with open_folder() as folder, small_disk(folder / "disk", 200) as disk, private_server(disk / "data") as url:
        desk = prepared(url, tmp_path)
        before, file = desk.state(), desk.written("b", 3 * ROWS)
        filler = disk / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(disk).free - left * 1024**2))
        text = desk.refused(file)
        # Where the log of the database itself finds no room, the server stops.
        assert "The database has no room left" in text or "The connection to the database was lost" in text
        filler.unlink()
        with private_server(disk / "data"):
            assert desk.state() == before
            desk.whole(desk.written("c", ROWS))
            assert desk.state() != before


def prepared(url: sa.URL, folder: Path) -> Desk:
    """Return a desk with a database that holds the built-in facts and a small list."""
    asyncio.run(prepare(url))
    desk = Desk(url, folder)
    desk.whole(desk.written("a", 10))
    return desk


@pytest.mark.slow
def test_imports_at_once_in_processes_of_their_own_lose_nothing(desk: Desk) -> None:
    """Of one dataset the later is there whole, and another dataset's beside it."""
    other = Desk(desk.url, desk.folder, "others")
    files = [desk.written("a", ROWS), desk.written("b", ROWS // 2)]
    processes = [desk.begun(files[0]), other.begun(files[0]), desk.begun(files[1]), other.begun(files[0])]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    (first, count, amount), second = desk.state()
    assert first == "budget-line:faults"
    assert count in (ROWS, ROWS // 2)
    assert second[:2] == ("budget-line:others", ROWS)
    assert count != ROWS or amount == second[2]
    # The built-in facts, the two lists of the one dataset in either order, and the other's list once.
    assert execute(desk.url, "SELECT count(*), max(number) FROM releases") == [(4, 4)]
