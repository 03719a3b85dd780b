"""What measures the start still finds the page and the editor; how long they take is not tested."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.benchmarks.starting import ROOT, waited
from tests.conftest import open_folder
from tests.explorer.conftest import BROWSERS, needs_build


@pytest.mark.slow
@needs_build
@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason=f"none of {', '.join(BROWSERS)} is installed")
def test_it_measures_a_server_that_starts() -> None:
    """Without the clone, which needs a package index: with the environment that there is."""
    with open_folder() as folder:
        kept = {"NEXTGRAPH_DATA_DIR": str(folder / "data"), "NEXTGRAPH_AUDIT_DIR": str(folder / "audit")}
        command = f"exec {Path(sys.executable).with_name('nextgraph')} serve"
        found = waited(command, ROOT, {**os.environ, **kept, "NEXTGRAPH_PORT": "0"})
    assert found.listens > 0
    assert found.page > 0
    assert found.editor > 0
