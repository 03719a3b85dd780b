"""A person at the terminal who imports files, each import in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from random import Random
from typing import TYPE_CHECKING

from tests.benchmarks.importing import MAPPING
from tests.conftest import execute
from tests.faults.forks import PROCESSES, command

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

HEAD = "번호,연도,단계,부처,회계,금액"
STATE = """
SELECT split_part(id, '/', 1), count(*), sum(amount) FROM budget_lines
WHERE id LIKE 'budget-line:%/%' GROUP BY 1 ORDER BY 1
"""

OTHERS = "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
AT_WORK = "query LIKE '%incoming%'"
"""Whether an import is filling its staging table, or further."""
PUBLISHING = "query LIKE 'INSERT INTO budget_lines%'"

State = list[tuple[object, ...]]


class Desk:
    """Imports files of one dataset into a database."""

    def __init__(self, url: sa.URL, folder: Path, dataset: str = "faults", more: str = "") -> None:
        self.url, self.folder, self.dataset = url, folder, dataset
        self._mapping = folder / f"{dataset}.toml"
        self._mapping.write_text(f'dataset = "{dataset}"\n{MAPPING}{more}', "utf-8")

    def written(self, name: str, rows: int) -> Path:
        """Write a list of budget lines; its name is the seed of its amounts."""
        file, random = self.folder / f"{name}.csv", Random(name)
        with file.open("w", encoding="utf-8") as target:
            target.write(f"{HEAD}\n")
            target.writelines(f"{n},2026,REQUEST,과기1,회계,{random.randrange(10**6)}\n" for n in range(rows))
        return file

    def begun(self, file: Path, *options: str) -> subprocess.Popen[bytes]:
        """Begin an import in a process that can be stopped."""
        # Reports lie where the command runs.
        return subprocess.Popen(
            [sys.executable, "-m", "api", *self._words(file), *options],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def forked(self, file: Path, kill_after: float | None = None) -> float:
        """Import a file in a process that has loaded all modules, kill it after some seconds, and return its time."""
        process = PROCESSES.Process(target=command, args=(self.folder, *self._words(file)))
        began = time.monotonic()
        process.start()
        process.join(kill_after)
        process.kill()
        process.join()
        assert kill_after is not None or process.exitcode == 0
        return time.monotonic() - began

    def _words(self, file: Path) -> list[str]:
        address = ["--database-url", self.url.render_as_string(hide_password=False)]
        return ["import", str(file), "--mapping", str(self._mapping), "--yes", *address]

    def whole(self, file: Path) -> float:
        """Import a file to its end, and return the seconds that it took."""
        began = time.monotonic()
        with self.begun(file) as process:
            _, errors = process.communicate()
        assert process.returncode == 0, errors.decode()
        return time.monotonic() - began

    def refused(self, file: Path) -> str:
        """Import a file that is refused, and return what the person reads."""
        with self.begun(file) as process:
            return told(process)

    def state(self) -> State:
        """Return what tells states apart, once the server has noticed that the others are gone."""
        while execute(self.url, f"SELECT count(*) FROM pg_stat_activity {OTHERS}") != [(0,)]:
            time.sleep(0.02)
        return execute(self.url, STATE)


def told(process: subprocess.Popen[bytes]) -> str:
    """Return what an import that stopped tells: a sentence, and no traceback."""
    _, errors = process.communicate(timeout=300)
    text = errors.decode()
    assert process.returncode == 1, text
    assert "Traceback" not in text
    return text


def wait_until(url: sa.URL, condition: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until something holds in the database, while an import is under way."""
    while not execute(url, f"SELECT coalesce(bool_or({condition}), false) FROM pg_stat_activity {OTHERS}")[0][0]:
        assert process.poll() is None, "the import ended before its time"
