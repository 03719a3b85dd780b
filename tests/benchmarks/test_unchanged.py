"""The command that measures unchanged answers still asks what the limits allow."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.benchmarks.unchanged import QUERIES


@pytest.mark.slow
def test_it_measures_each_kind_of_answer_to_each_query() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.unchanged", "--requests", "10"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    measured = re.findall(r"(\w+): computed [\d,]+ µs, 304 [\d,]+ µs, from memory [\d,]+ µs\n", ran.stdout)
    assert measured == list(QUERIES)
