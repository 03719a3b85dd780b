"""The first command to the first answer on a machine that has no network but itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import open_folder
from tests.explorer.conftest import BROWSERS, needs_build

ALONE = ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-current-user", "--keep-caps"])]
"""A program that starts another in a network of its own; who is not root has to own a namespace for it."""


def is_permitted() -> bool:
    """Return whether a process may be started here in a network of its own."""
    unshare = shutil.which(ALONE[0])
    return unshare is not None and subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    needs_build,
    pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason=f"none of {', '.join(BROWSERS)} is installed"),
    pytest.mark.skipif(not is_permitted(), reason="no network namespaces: unshare is not there or not permitted"),
]


def test_without_a_network_the_explorer_works() -> None:
    """Server, database and browser see nothing but each other; the page is there within 5 seconds, and works."""
    with open_folder() as folder:
        command = [*ALONE, sys.executable, "-m", "tests.explorer.alone", str(folder)]
        ran = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}
        )
        assert ran.returncode == 0, ran.stderr[-4000:]
        said = json.loads(ran.stdout)
    assert said["reached"] == "Network is unreachable"
    assert said["outside"] == []
    assert said["failed"] == []
    assert said["complaints"] == []
    assert said["seen"] == ["question", "table", "picture", "reloaded", "xlsx", "csv", "completed", "documented", "ran"]
