"""What the terminal shows while a file is read: a bar where it is a terminal, and one line where it is not."""

from __future__ import annotations

import gzip
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.importing import MAPPING
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

ROWS = 80_000
SUMMARY = r"Read 80,000 rows, [\d,]+ rows/s{} in [\d.]+ s"


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[str]:
    with new_database(server_url, str(dataset_template.database)) as copy:
        yield copy.render_as_string(hide_password=False)


def command(folder: Path, url: str, *, ministry: str = "과기1") -> list[str]:
    """Write a packed file and its mapping, and return the command that imports it."""
    (folder / "many.toml").write_text(f'dataset = "many"\n{MAPPING}', "utf-8")
    lines = (f"{n},2026,REQUEST,{ministry},일반 {n * 7919 % 99991},{n}" for n in range(ROWS))
    content = "\n".join(["번호,연도,단계,부처,회계,금액", *lines])
    (folder / "many.csv.gz").write_bytes(gzip.compress(content.encode()))
    arguments = [str(folder / "many.csv.gz"), "--mapping", str(folder / "many.toml"), "--yes", "--database-url", url]
    return [sys.executable, "-m", "api", "import", *arguments]


def shown(arguments: list[str]) -> str:
    """Run a command whose standard error is a terminal, and return what it shows there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 4096):
                parts.append(part)
        except OSError:  # The other side is closed.
            pass
        finally:
            os.close(ours)
    assert process.returncode == 0
    return b"".join(parts).decode()


def test_a_terminal_sees_how_much_of_a_packed_file_is_read(tmp_path: Path, url: str) -> None:
    seen = shown(command(tmp_path, url))
    shares = {int(share) for share in re.findall(r"(\d+)%", seen)}
    assert any(0 < share < 100 for share in shares), seen
    assert re.search(r"[\d,]+ rows, [\d,]+ rows/s", seen)
    assert re.search(SUMMARY.format(""), seen)


def test_elsewhere_one_line_sums_up(tmp_path: Path, url: str) -> None:
    """Refusals are counted in it."""
    arguments = command(tmp_path, url, ministry="없는부")
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "%" not in done.stderr
    assert "\r" not in done.stderr
    assert re.search(SUMMARY.format(", 80,000 refused"), done.stderr), done.stderr
