"""A command starts with what it needs: the contract is built by those that answer requests or print it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import sqlalchemy as sa

HEAVY = ("alembic", "graphql", "openpyxl", "starlette", "strawberry", "uvicorn")
"""What takes a third of a second or more to import, the contract first of all."""
PROGRAM = f"""
import atexit, sys
sys.argv[0] = "nextgraph"
atexit.register(lambda: sys.stderr.write("loaded: " + " ".join(n for n in {HEAVY} if n in sys.modules)))
from api.cli import main
main()
"""


def loaded(*arguments: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)
    return done.stderr.rpartition("loaded: ")[2].split()


def test_help_builds_no_contract() -> None:
    assert loaded("--help") == []
    assert loaded("import", "--help") == []


def test_what_prints_the_contract_builds_it() -> None:
    assert {"graphql", "strawberry"} <= set(loaded("schema"))


@pytest.mark.parametrize(
    "command", [("import", "nowhere.csv", "--dataset", "rnd-budget-2026"), ("history", "ministry:msit")]
)
def test_a_command_that_finds_its_tables_builds_none(dataset_url: sa.URL, command: tuple[str, ...]) -> None:
    assert loaded(*command, "--database-url", dataset_url.render_as_string(hide_password=False)) == []
