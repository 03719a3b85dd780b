"""The rules of the house, so that one command checks everything: style, types, layers, size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent
FOLDERS = ("api", "schema", "db", "tests")
LONGEST_MODULE = 400


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy", "lint-imports"])
def test_the_checkers_have_nothing_to_say(command: str) -> None:
    program, *arguments = command.split()
    run = subprocess.run([SCRIPTS / program, *arguments], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_module_can_be_read_in_one_sitting() -> None:
    modules = [module for folder in FOLDERS for module in (HOUSE / folder).rglob("*.py")]
    lines = {str(module.relative_to(HOUSE)): module.read_text("utf-8").count("\n") for module in modules}
    assert {name: length for name, length in lines.items() if length > LONGEST_MODULE} == {}
