"""An answer that did not change costs under a tenth of one that is made."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.benchmarks.unchanged import QUERIES


@pytest.mark.slow
def test_a_304_costs_under_a_tenth_of_a_large_answer() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.unchanged", "--requests", "50"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {
        line.partition(":")[0]: [int(time.replace(",", "")) for time in re.findall(r"([\d,]+) µs", line)]
        for line in ran.stdout.splitlines()
    }
    assert found.keys() == QUERIES.keys()
    computed, unchanged, _ = found["large"]
    assert unchanged * 10 < computed
