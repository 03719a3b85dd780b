"""Who goes first on a busy machine: whoever asks, before whoever imports.

An import yields to others, and keeps off one processor where there are several: a reader who wakes while all are busy
waits for up to a tick of the system's clock, however little the import counts.
"""

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
_FOR_READERS = {min(os.sched_getaffinity(0))} if sys.platform == "linux" else set[int]()
_BACKEND = sa.select(
    sa.func.pg_backend_pid(), sa.func.current_database(), sa.func.inet_server_addr().is_(None).label("is_local")
)


@contextmanager
def going_last() -> Iterator[None]:
    """Let other processes go first, and be as before where the system allows it."""
    if sys.platform == "win32":
        yield
        return
    niceness, processors = os.getpriority(os.PRIO_PROCESS, 0), processors_of(0)
    _go_last(0)
    try:
        yield
    finally:
        # To go up again is for root.
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
        _keep_to(0, processors)


async def let_readers_go_first(connection: AsyncConnection) -> None:
    """Let the other processes of the database go before the one that serves this connection, where it runs here.

    The system allows it to the user as whom PostgreSQL runs, and to root.
    """
    backend = (await connection.execute(_BACKEND)).one()
    if backend.is_local and _serves(backend.pg_backend_pid, backend.current_database):
        with suppress(PermissionError, ProcessLookupError):
            _go_last(backend.pg_backend_pid)


def processors_of(number: int) -> set[int]:
    """Return the processors on which a process may run; none where the system does not say."""
    return os.sched_getaffinity(number) if sys.platform == "linux" else set()


def _go_last(number: int) -> None:
    os.setpriority(os.PRIO_PROCESS, number, max(os.getpriority(os.PRIO_PROCESS, number), NICENESS))
    _keep_to(number, processors_of(number) - _FOR_READERS)


def _keep_to(number: int, processors: set[int]) -> None:
    if sys.platform == "linux" and processors:
        os.sched_setaffinity(number, processors)


def _serves(number: int, database: str) -> bool:
    """Return whether a process is one of PostgreSQL's: in a container, its number may be that of another one here."""
    try:
        title = Path(f"/proc/{number}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return False
    return title.startswith("postgres:") and f" {database} " in title
