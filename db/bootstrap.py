"""First start: the tables and the built-in facts, however often and by however many programs it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import migrations, releases
from db.connection import engine
from db.dataset import load_dataset

if TYPE_CHECKING:
    import sqlalchemy as sa

TITLE = "기본 데이터 | Built-in dataset"


async def prepare(url: sa.URL) -> None:
    """Bring the tables up to date and, in a database without a release, publish the built-in dataset as the first."""
    await migrations.upgrade(url)
    async with engine(url) as pool, pool.begin() as connection:
        await releases.lock(connection)
        if await releases.latest(connection) == 0:
            await releases.publish(connection, TITLE, put=load_dataset())
