"""The journal: what was written before a program was killed is brought into the chain, once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
import sqlalchemy as sa

from db.audit.chain import verify
from db.audit.journal import Journal, JournalError
from db.connection import engine
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio

WRITER = """
import sys
from pathlib import Path
from db.audit.journal import Journal
journal, n = Journal(Path(sys.argv[1])), 0
while True:
    n += 1
    journal.write(b'{"n":%d}\\n' % n)
    sys.stdout.write(f"{n}\\n")
    sys.stdout.flush()
"""


@pytest.fixture
def chain(server_url: sa.URL, empty_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(empty_template.database)) as url:
        yield url


async def entries(url: sa.URL) -> list[dict[str, object]]:
    async with engine(url) as pool, pool.connect() as connection:
        assert (await verify(connection)).bad is None
        found = await connection.scalars(sa.text("SELECT entry FROM audit_entries ORDER BY number"))
        return [orjson.loads(entry) for entry in found]


async def test_what_is_written_is_brought_and_the_file_goes(chain: sa.URL, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "audit")
    async with engine(chain) as pool:
        for n in range(3):
            journal.write(b'{"n":%d}\n' % n)
        assert journal.waiting == 3
        assert await journal.bring(pool) == 3
        assert await journal.bring(pool) == 0
        journal.write(b'{"n":3}\n')
        await journal.close(pool)
    assert [entry["n"] for entry in await entries(chain)] == [0, 1, 2, 3]
    assert list((tmp_path / "audit").iterdir()) == []


def killed(folder: Path, lines: int) -> int:
    """Start a program that writes, kill it after some entries, and return the last that it said to have written."""
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        # The last line may have been cut.
        said = [int(line) for line in process.stdout.read().splitlines(keepends=True)[:-1]]
    return max(said, default=lines)


@pytest.mark.parametrize("round_", range(3))
async def test_a_killed_program_loses_nothing(chain: sa.URL, tmp_path: Path, round_: int) -> None:
    """What it said to have written is there, each entry once, though it was killed in the midst of writing."""
    said = killed(tmp_path, 200 + 97 * round_)
    journals = [Journal(tmp_path) for _ in range(2)]
    async with engine(chain) as pool:
        # Two that start at the same time do not bring it twice.
        await asyncio.gather(*(journal.bring(pool) for journal in journals))
        for journal in journals:
            await journal.close(pool)
    found = [entry["n"] for entry in await entries(chain)]
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= said


async def test_a_file_that_was_brought_and_not_deleted_is_not_brought_again(chain: sa.URL, tmp_path: Path) -> None:
    left = tmp_path / "1-left.journal"
    journal = Journal(tmp_path)
    async with engine(chain) as pool:
        for _ in range(2):
            left.write_bytes(b'{"n":1}\n{"n":2}\n{"n":')
            await journal.bring(pool)
        await journal.close(pool)
    found = await entries(chain)
    assert found == [{"n": 1}, {"n": 2}, {"what": "entry not written whole", "begins": '{"n":'}]


async def test_a_database_that_is_away_keeps_the_file(chain: sa.URL, tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(b'{"n":1}\n')
    with pytest.raises(Exception, match=r"does not exist|cannot be reached"):
        async with engine(chain.set(database="nowhere")) as pool:
            await journal.bring(pool)
    async with engine(chain) as pool:
        assert await journal.bring(pool) == 1
        await journal.close(pool)


@pytest.mark.skipif(os.geteuid() != 0 and not Path("/dev/full").exists(), reason="needs a device that is full")
async def test_a_full_disk_is_said(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    os.dup2(os.open("/dev/full", os.O_WRONLY), journal._file)
    with pytest.raises(OSError, match="No space left"):
        journal.write(b"{}\n")
    assert journal.waiting == 0


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"file/audit .*NEXTGRAPH_AUDIT_DIR"):
        Journal(tmp_path / "file" / "audit")
