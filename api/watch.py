"""Ending the work on a request that nobody waits for any more: its client has gone, or its time is up.

The work is cancelled, which stops its statement in the database and sets the connection free. A request that is
answered at once is not watched: a timer that is set and taken back is all that it costs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from api.errors import Code, Refused

if TYPE_CHECKING:
    from types import TracebackType

    from starlette.types import Receive

LOOK_SECONDS = 0.05
"""After this time a request is watched; one that takes less is answered, whether or not its client is still there."""


class Watch:
    """A ``with`` around the work on a request whose body was read; raises Refused where it ended the work."""

    __slots__ = ("_ended", "_loop", "_over", "_receive", "_seconds", "_task", "_timer", "_watcher")

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive, self._seconds = receive, seconds
        self._ended: Refused | None = None
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._over = self._loop.time() + self._seconds
        self._timer = self._loop.call_later(min(LOOK_SECONDS, self._seconds), self._look)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        if self._watcher:
            self._watcher.cancel()
        if self._ended:
            assert self._task
            self._task.uncancel()
            # Work that came to its end all the same is thrown away too, so that what was told stays true.
            raise self._ended from None

    def _look(self) -> None:
        self._timer = self._loop.call_at(self._over, self._end, Refused(504, Code.TIMEOUT))
        self._watcher = self._loop.create_task(self._wait_for_leaving())

    async def _wait_for_leaving(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end(Refused(499, Code.CANCELLED))

    def _end(self, why: Refused) -> None:
        if self._ended is None and self._task:
            self._ended = why
            self._task.cancel()
