"""A program of a ministry's made of what docs/integrate.md shows, and of nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.attacks.serving import serving
from tests.clients.projects import written
from tests.contract.markdown import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

PAGE = REPOSITORY / "docs" / "integrate.md"
WITH = ("--no-project", "--with", "ariadne-codegen>=0.19,<0.20")
"""Its environment is its own: it needs an older graphql-core than the server."""
COUNT = "{ changes { totalCount } }"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed, which makes the program's environment")
    # The environment of these tests is not the program's.
    outside = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    command = [uv, "run", *WITH, *arguments]
    return subprocess.run(
        command, cwd=folder, env=outside | environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.slow
def test_the_program_of_the_page_reads_every_change(dataset_url: sa.URL, tmp_path: Path) -> None:
    written(PAGE, tmp_path)
    if (reached := run(tmp_path, "python", "-c", "import ariadne_codegen")).returncode:
        pytest.skip(f"ariadne-codegen could not be installed: {reached.stderr.strip()[-300:]}")
    with serving(dataset_url) as client:
        (tmp_path / "schema.graphql").write_bytes(client.get("/graphql/schema.graphql").content)
        made = run(tmp_path, "ariadne-codegen")
        assert made.returncode == 0, made.stderr
        found = run(tmp_path, "main.py", NEXTGRAPH_URL=f"{client.base_url}/graphql")
        assert found.returncode == 0, found.stderr
        changes, *payers = found.stdout.splitlines()
        assert changes.startswith(f"{counted(client)} changes; go on after ")
        assert payers


def counted(client: httpx.Client) -> int:
    count: int = client.post("/graphql", json={"query": COUNT}).json()["data"]["changes"]["totalCount"]
    return count
