"""What one engine compiled serves the next."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from db.connection import engine
from db.dialect import COMPILED


def test_a_statement_is_compiled_once_for_all_engines(empty_database: sa.URL) -> None:
    kept = []

    async def ask() -> None:
        async with engine(empty_database) as pool, pool.connect() as connection:
            assert await connection.scalar(sa.select(sa.literal_column("42").label("of_this_test"))) == 42
        kept.append(len(COMPILED))

    before = len(COMPILED)
    for _ in range(2):
        asyncio.run(ask())
    assert kept[0] > before
    assert kept[1] == kept[0]
