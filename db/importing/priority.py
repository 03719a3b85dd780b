"""Who goes first on a busy machine: whoever asks, before whoever imports."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

NICENESS = 10
_BACKEND = sa.select(
    sa.func.pg_backend_pid(), sa.func.current_database(), sa.func.inet_server_addr().is_(None).label("is_local")
)


@contextmanager
def going_last() -> Iterator[None]:
    """Let other processes go first, and be as before where the system allows it."""
    if sys.platform == "win32":
        yield
        return
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(before, NICENESS))
    try:
        yield
    finally:
        # To go up again is for root.
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, before)


async def let_readers_go_first(connection: AsyncConnection) -> None:
    """Let the other processes of the database go before the one that serves this connection, where it runs here.

    The system allows it to the user as whom PostgreSQL runs, and to root.
    """
    backend = (await connection.execute(_BACKEND)).one()
    if backend.is_local and _serves(backend.pg_backend_pid, backend.current_database):
        with suppress(PermissionError, ProcessLookupError):
            number = backend.pg_backend_pid
            os.setpriority(os.PRIO_PROCESS, number, max(os.getpriority(os.PRIO_PROCESS, number), NICENESS))


def _serves(number: int, database: str) -> bool:
    """Return whether a process is one of PostgreSQL's: in a container, its number may be that of another one here."""
    try:
        title = Path(f"/proc/{number}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return False
    return title.startswith("postgres:") and f" {database} " in title
