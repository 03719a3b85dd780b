"""The newest release: one statement for many, and never one that began before who asks came."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from db.newest import Newest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from db.viewers import Viewer

pytestmark = pytest.mark.anyio


class Slow:
    """Data whose newest release is read when a statement begins, and told when it is let go."""

    def __init__(self) -> None:
        self.number, self.began, self.error = 1, 0, False
        self.go = asyncio.Event()

    @asynccontextmanager
    async def reading(self, *, several: bool, viewer: Viewer) -> AsyncIterator[Slow]:
        assert not several
        yield self

    async def fetch(self, _sql: str, _values: Sequence[Any]) -> tuple[int]:
        self.began += 1
        seen = self.number
        await self.go.wait()
        if self.error:
            raise OSError
        return (seen,)


async def begun(data: Slow, count: int) -> None:
    while data.began < count:  # noqa: ASYNC110 (there is nothing that would set an event)
        await asyncio.sleep(0)


async def test_who_comes_after_a_statement_began_waits_for_the_next() -> None:
    data, newest = Slow(), Newest()
    first = [asyncio.create_task(newest.number(data)) for _ in range(5)]
    await begun(data, 1)
    data.number = 2
    second = [asyncio.create_task(newest.number(data)) for _ in range(100)]
    await asyncio.sleep(0.01)
    assert data.began == 1
    data.go.set()
    assert await asyncio.gather(*first) == [1] * 5
    assert await asyncio.gather(*second) == [2] * 100
    assert data.began == 2
    data.number = 3
    assert await newest.number(data) == 3


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    data, newest = Slow(), Newest()
    leaving, staying = (asyncio.create_task(newest.number(data)) for _ in range(2))
    await begun(data, 1)
    leaving.cancel()
    data.go.set()
    assert await staying == 1
    assert leaving.cancelled() or leaving.cancelling()


async def test_a_failure_is_told_to_those_who_wait_and_to_nobody_else() -> None:
    data, newest = Slow(), Newest()
    data.error = True
    waiting = [asyncio.create_task(newest.number(data)) for _ in range(3)]
    await begun(data, 1)
    data.go.set()
    assert {type(found) for found in await asyncio.gather(*waiting, return_exceptions=True)} == {OSError}
    data.error = False
    assert await newest.number(data) == 1
