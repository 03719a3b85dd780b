"""The number of the newest release, for many who ask at once by one statement.

Nobody is told an older number than that of a release which they saw committed: the statement that answers a request
begins after the request came. Those who come while one runs share the next.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from db.viewers import ANYONE, Viewer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

NEWEST = "SELECT coalesce(max(number), 0) FROM releases"


class Reader(Protocol):
    """Runs a statement that returns one row."""

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]: ...


class Data(Protocol):
    """Gives something to read from."""

    def reading(self, *, several: bool, viewer: Viewer) -> AbstractAsyncContextManager[Reader]: ...


class Newest:
    """Asks for the newest release."""

    def __init__(self) -> None:
        self._running: asyncio.Task[int] | None = None
        self._coming: asyncio.Task[int] | None = None

    async def number(self, data: Data) -> int:
        """Return the number of the newest release, 0 before the first."""
        if self._coming is None:
            self._coming = asyncio.create_task(self._asked(self._running, data))
            self._coming.add_done_callback(_looked_at)
        # Others wait for it as well, and go on waiting where this one goes away.
        return await asyncio.shield(self._coming)

    async def _asked(self, before: asyncio.Task[int] | None, data: Data) -> int:
        if before:
            await asyncio.wait([before])
        # Whoever comes from here on has to be answered by a statement that has not begun.
        self._running, self._coming = self._coming, None
        async with data.reading(several=False, viewer=ANYONE) as reader:
            (number,) = await reader.fetch(NEWEST, [])
        return int(number)


def _looked_at(task: asyncio.Task[int]) -> None:
    """Take note of how it ended, also where nobody waits for it any more: asyncio complains of what nobody heard."""
    if not task.cancelled():
        task.exception()
