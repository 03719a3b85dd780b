"""Installing PostGraphile with npm into the user's cache, once, and starting it there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from db.connection import READING
from tests.benchmarks.npm import install, node
from tests.benchmarks.servers import POOL

if TYPE_CHECKING:
    import sqlalchemy as sa

SOURCES = Path(__file__).parent


def command(url: sa.URL) -> tuple[list[str], dict[str, str]]:
    """Return what starts the server and its environment; raise Unavailable where it cannot be installed."""
    program = node()
    folder = _installed(program)
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
    return [str(program), str(folder / "server.mjs")], environment


def _installed(program: Path) -> Path:
    """Return the folder in which the packages are, after installing them if they are not there yet."""
    folder = platformdirs.user_cache_path("nextgraph", appauthor=False) / "benchmarks" / "postgraphile"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "server.mjs"):
        shutil.copyfile(SOURCES / name, folder / name)
    install(program, folder, SOURCES / "package.json")
    return folder
