"""A server without internet: what docs/operations.md says to carry over is enough to install and to start it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DEPLOYMENT = REPOSITORY / "docs" / "examples" / "deployment"
WHY = "needs root, unshare and ip to cut off the network"
MAY_CUT_OFF = os.name == "posix" and os.geteuid() == 0 and bool(shutil.which("unshare")) and bool(shutil.which("ip"))
OFFLINE = """
set -e
ip link set lo up
{python} -m venv {folder}/venv
{folder}/venv/bin/pip install --quiet --no-index --find-links {folder}/wheels nextgraph
cd /
{folder}/venv/bin/nextgraph serve --port 8199 --data-dir {folder}/data > {folder}/said &
server=$!
{folder}/venv/bin/python - <<'CODE'
import json, time, urllib.request
for _ in range(600):
    try:
        body, kind = b'{{"query": "{{ statutes {{ totalCount }} }}"}}', {{"Content-Type": "application/json"}}
        asked = urllib.request.Request("http://127.0.0.1:8199/graphql", body, kind)
        print(json.load(urllib.request.urlopen(asked))["data"])
        break
    except OSError:
        time.sleep(0.1)
CODE
kill $server
wait $server
"""


NOT_REACHED = "error sending request"
"""What uv says where it cannot reach the index of packages; whatever else is wrong is a fault."""


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if NOT_REACHED in done.stderr:
        pytest.skip("What is to be installed without a network has to be fetched with one first, and there is none.")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not MAY_CUT_OFF, reason=WHY)
def test_a_folder_of_wheels_is_enough() -> None:
    """Migrations, facts and PostgreSQL included; the network is cut off for the installation and for the start."""
    # A folder that the user who runs PostgreSQL for root may enter.
    folder = Path("/var/tmp") / f"nextgraph-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        wheels = str(folder / "wheels")
        run("uv", "build", "--wheel", "--quiet", "--out-dir", wheels)
        (wheel,) = folder.glob("wheels/nextgraph-*.whl")
        run(sys.executable, "-m", "venv", str(folder / "tool"))
        run(str(folder / "tool/bin/pip"), "download", "--quiet", "--dest", wheels, str(wheel))
        script = OFFLINE.format(python=sys.executable, folder=folder)
        assert "{'statutes': {'totalCount': 5}}" in run("unshare", "--net", "bash", "-c", script)
        assert "Stopped" in (folder / "said").read_text()
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_the_service_is_one(tmp_path: Path) -> None:
    unit = tmp_path / "nextgraph.service"
    text = (DEPLOYMENT / "nextgraph.service").read_text()
    unit.write_text(text.replace("/opt/nextgraph/venv/bin/nextgraph", sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
