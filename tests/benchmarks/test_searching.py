"""The command that measures search still runs and measures every kind of text; how fast that is, is not tested."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.benchmarks.searching import KINDS


@pytest.mark.slow
def test_it_measures_each_kind_of_text() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.searching", "--names", "2000", "--searches", "20"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    measured = re.findall(r"^(.+): p50 [\d.]+ ms, p95 [\d.]+ ms", ran.stdout, re.MULTILINE)
    assert measured == [*KINDS, "all"]
