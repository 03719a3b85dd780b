"""Ending the work on a request that nobody waits for any more: its client has gone, or its time is up.

The work is cancelled, which stops its statement in the database and sets the connection free. A request that is
answered at once is not watched: to be put down and struck out again is all that it costs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from api.errors import Code, Refused

if TYPE_CHECKING:
    from types import TracebackType

    from starlette.types import Receive

LOOK_SECONDS = 0.05
"""How often is looked for requests to be watched: those that were there the time before as well."""


class Watchman:
    """Watches requests, each of which has ``seconds`` for its answer."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._present: dict[Watch, None] = {}
        self._looking: asyncio.TimerHandle | None = None

    def over(self, receive: Receive) -> Watch:
        """Give a ``with`` around the work on a request whose body was read; it raises Refused where the work ended."""
        return Watch(self, receive)

    def enter(self, watch: Watch) -> None:
        self._present[watch] = None
        if self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def leave(self, watch: Watch) -> None:
        del self._present[watch]

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        for watch in self._present:
            watch.look(loop)
        self._looking = loop.call_later(LOOK_SECONDS, self._look) if self._present else None


class Watch:
    """The work on one request."""

    __slots__ = ("_deadline", "_ended", "_receive", "_seen", "_since", "_task", "_watcher", "_watchman")

    def __init__(self, watchman: Watchman, receive: Receive) -> None:
        self._watchman, self._receive = watchman, receive
        self._seen = False
        self._ended: Refused | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        self._since = asyncio.get_running_loop().time()
        self._watchman.enter(self)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._watchman.leave(self)
        if self._watcher:
            self._watcher.cancel()
        if self._deadline:
            self._deadline.cancel()
        if self._ended:
            assert self._task
            self._task.uncancel()
            # Work that came to its end all the same is thrown away too, so that what was told stays true.
            raise self._ended from None

    def look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watch the work from now on, if it was seen before."""
        if self._seen and self._watcher is None:
            over = self._since + self._watchman.seconds
            self._deadline = loop.call_at(over, self._end, Refused(504, Code.TIMEOUT))
            self._watcher = loop.create_task(self._wait_for_leaving())
        self._seen = True

    async def _wait_for_leaving(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._end(Refused(499, Code.CANCELLED))

    def _end(self, why: Refused) -> None:
        if self._ended is None and self._task:
            self._ended = why
            self._task.cancel()
