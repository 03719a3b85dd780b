"""Imports that end before their time: the state is that of before or of after, and the next import works."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.importing import MAPPING
from tests.conftest import execute, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

ROWS = 20_000
POINTS = 50
STATE = "SELECT count(*), sum(amount) FROM budget_lines WHERE id LIKE 'budget-line:faults/%'"

AT_WORK = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%incoming%'
)
"""

State = tuple[object, ...]


class Desk:
    """Imports one of two files in a process of its own, as a person at the terminal does."""

    def __init__(self, url: sa.URL, folder: Path) -> None:
        self._url = url
        self._mapping = folder / "faults.toml"
        self._mapping.write_text(f'dataset = "faults"\n{MAPPING}', "utf-8")
        self.files = [
            self._written(folder / f"{name}.csv", name, rows) for name, rows in (("a", ROWS), ("b", ROWS // 2))
        ]

    def _written(self, file: Path, seed: str, rows: int) -> Path:
        random = Random(seed)
        lines = (f"{n},2026,REQUEST,과기1,회계,{random.randrange(10**6)}" for n in range(rows))
        file.write_text("\n".join(["번호,연도,단계,부처,회계,금액", *lines]), "utf-8")
        return file

    def begun(self, file: Path) -> subprocess.Popen[bytes]:
        """Begin an import in a process that can be stopped."""
        address = ["--database-url", self._url.render_as_string(hide_password=False)]
        command = [sys.executable, "-m", "api", "import", str(file), "--mapping", str(self._mapping), "--yes"]
        return subprocess.Popen([*command, *address], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def whole(self, file: Path) -> float:
        """Import a file to its end, and return the seconds that it took."""
        began = time.monotonic()
        with self.begun(file) as process:
            _, errors = process.communicate()
        assert process.returncode == 0, errors.decode()
        return time.monotonic() - began

    def state(self) -> State:
        """Return what tells the states of the two files apart."""
        (found,) = execute(self._url, STATE)
        return found

    def is_at_work(self) -> bool:
        """Return whether an import is filling its staging table, or further."""
        return bool(execute(self._url, AT_WORK)[0][0])


@pytest.fixture
def desk(server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path) -> Iterator[Desk]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield Desk(url, tmp_path)


@pytest.mark.slow
def test_killed_at_any_point_an_import_leaves_the_state_before_or_after(desk: Desk) -> None:
    random, states, longest = Random(4), [], 0.0
    for file in desk.files:
        longest = max(longest, desk.whole(file))
        states.append(desk.state())
    assert states[0] != states[1]
    now, outcomes = 1, set()
    for _ in range(POINTS):
        other = 1 - now
        with desk.begun(desk.files[other]) as process:
            time.sleep(random.uniform(longest * 0.4, longest * 1.05))
            process.kill()
        found = _settled(desk, states)
        assert found in states
        outcomes.add(states.index(found) == other)
        now = states.index(found)
    assert outcomes == {True, False}
    desk.whole(desk.files[0])
    assert desk.state() == states[0]


def _settled(desk: Desk, states: list[State]) -> State:
    """Return the state once the server has noticed that its client is gone."""
    before = desk.state()
    time.sleep(0.3)
    return desk.state() if desk.state() != before else before


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_the_state_before(desk: Desk, stop: signal.Signals) -> None:
    desk.whole(desk.files[0])
    before = desk.state()
    with desk.begun(desk.files[1]) as process:
        while not desk.is_at_work():
            assert process.poll() is None
        process.send_signal(stop)
        _, errors = process.communicate(timeout=30)
    assert desk.state() == before
    assert b"Traceback" not in errors
    desk.whole(desk.files[1])
    assert desk.state() != before
