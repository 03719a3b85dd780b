"""A front end made of what docs/front-end.md shows, and of nothing else."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.attacks.serving import serving
from tests.benchmarks.npm import install, node
from tests.benchmarks.servers import Unavailable
from tests.clients.projects import written
from tests.contract.markdown import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

PAGE = REPOSITORY / "docs" / "front-end.md"
RELAY = {"private": True, "devDependencies": {"relay-compiler": "^21"}}


def run(folder: Path, program: str, *arguments: str, **environment: str) -> str:
    """Run a program that npm installed, or Node itself, and return what it printed."""
    path = f"{folder / 'node_modules/.bin'}{os.pathsep}{node().parent}{os.pathsep}{os.environ['PATH']}"
    found = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def installed(folder: Path) -> None:
    try:
        install(node(), folder, folder / "package.json")
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.mark.slow
def test_the_project_of_the_page_is_typed_and_answered(dataset_url: sa.URL, tmp_path: Path) -> None:
    written(PAGE, tmp_path)
    installed(tmp_path)
    run(tmp_path, "graphql-codegen", NEXTGRAPH_SCHEMA="schema.graphql")
    run(tmp_path, "tsc")
    asked = tmp_path / "src/gql/persisted-documents.json"
    kept = tmp_path / "documents"
    kept.mkdir()
    (kept / asked.name).write_bytes(asked.read_bytes())
    with serving(dataset_url, persisted_dir=kept, persisted="required") as client:
        shown = run(tmp_path, "node", "src/main.ts", NEXTGRAPH_URL=f"{client.base_url}/graphql").splitlines()
        (identifier,) = orjson.loads(asked.read_bytes())
        variables = {"field": "양자", "year": 2026}
        lines = client.post("/graphql", json={"documentId": identifier, "variables": variables}).json()["data"]
    assert shown == [f"{line['ministry']['name']} {line['amount']}" for line in lines["budgetLines"]["nodes"]]
    assert shown
    # And the types would have told of a field that is not there.
    main = tmp_path / "src/main.ts"
    main.write_text(main.read_text("utf-8").replace("line.amount", "line.amounts"), "utf-8")
    with pytest.raises(AssertionError, match="amounts"):
        run(tmp_path, "tsc")


@pytest.mark.slow
def test_the_relay_compiler_takes_the_schema(tmp_path: Path) -> None:
    written(PAGE, tmp_path)
    (tmp_path / "package.json").write_bytes(orjson.dumps(RELAY))
    installed(tmp_path)
    (tmp_path / "relay/made").mkdir()
    (tmp_path / "persisted.json").write_text("{}")
    run(tmp_path, "relay-compiler")
    documents = orjson.loads((tmp_path / "persisted.json").read_bytes()).values()
    assert sorted(document.split("(")[0] for document in documents) == ["query linesPageQuery", "query linesQuery"]
