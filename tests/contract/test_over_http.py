"""GraphQL over HTTP to the letter: all 61 audits of graphql-http 1.23.1, by themselves and by their own program."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import platformdirs
import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.running import running
from tests.benchmarks.npm import install, node
from tests.benchmarks.servers import Unavailable
from tests.contract.over_http import AUDITS, Audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

HERE = Path(__file__).parent
PACKAGE = {"private": True, "type": "module", "dependencies": {"graphql": "16.15.0", "graphql-http": "1.23.1"}}


@pytest.fixture(scope="module")
def client(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with running(create_app(dataset_url, Settings())) as connected:
        yield connected


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.name)
def test_audit(client: httpx.Client, audit: Audit) -> None:
    response = audit.run(client)
    for check in audit.checks:
        assert check(response), (audit, response.status_code, response.headers, response.text)


def test_there_are_as_many_as_graphql_http_has() -> None:
    assert len({audit.name for audit in AUDITS}) == len(AUDITS) == 61


@pytest.mark.slow
def test_graphql_http_itself_finds_nothing(client: httpx.Client) -> None:
    """Where Node is; npm fetches the audits the first time, into the user's cache."""
    folder = platformdirs.user_cache_path("nextgraph", appauthor=False) / "audits"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_bytes(orjson.dumps(PACKAGE))
    shutil.copyfile(HERE / "audit.mjs", folder / "audit.mjs")
    try:
        program = node()
        install(program, folder, folder / "package.json")
    except Unavailable as error:
        pytest.skip(str(error))
    command = [str(program), "audit.mjs", str(client.base_url.join("/graphql"))]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    found = orjson.loads(run.stdout)
    assert [each for each in found if each["status"] != "ok"] == []
    assert {each["id"] for each in found} == {audit.name for audit in AUDITS}
