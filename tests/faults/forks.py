"""Processes that begin where all modules are loaded: what is killed in them is the work, and not its start."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

from api.cli import main

if sys.platform == "win32":
    PROCESSES = multiprocessing.get_context("spawn")
else:
    # A fork would copy the running event loop; the server that forks has only imported.
    PROCESSES = multiprocessing.get_context("forkserver")
    PROCESSES.set_forkserver_preload([__name__, "api.importing", "db.bootstrap", "pytest", "tests.db.facts"])


def command(folder: Path, *words: str) -> None:
    """Run a command in a folder, and say nothing."""
    os.chdir(folder)
    sys.argv = ["nextgraph", *words]
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (the process ends with it)
    main()
