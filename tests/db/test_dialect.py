"""What one engine compiled serves the next."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from db import releases
from db.connection import engine
from db.dialect import COMPILED
from tests.conftest import new_database


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


def test_what_tells_who_sees_a_row_is_compiled_once_too(empty_template: sa.URL, server_url: sa.URL) -> None:
    """The statements of releases are nobody's, so what a viewer may see of a row does not tell two of them apart."""
    kept = []

    async def ask(url: sa.URL) -> None:
        async with engine(url) as pool, pool.connect() as connection:
            for number in range(3):
                await releases.state(connection, number)
                kept.append([*COMPILED.values()])

    COMPILED.clear()
    with new_database(server_url, str(empty_template.database)) as url:
        asyncio.run(ask(url))
    assert any("grade" in str(each) for each in kept[0])
    assert kept[0] == kept[1] == kept[2]
