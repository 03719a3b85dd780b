"""Publishing that waits, for tests of what happens meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from db import releases
from db.connection import engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa


@contextmanager
def publishing_held(url: sa.URL) -> Iterator[None]:
    """Keep everybody from publishing."""
    with asyncio.Runner() as runner:

        async def begin() -> Any:
            opening = engine(url)
            pool = await opening.__aenter__()
            connection = await pool.connect()
            await releases.lock(connection)
            return opening, connection

        opening, connection = runner.run(begin())
        yield
        runner.run(connection.close())
        runner.run(opening.__aexit__(None, None, None))
