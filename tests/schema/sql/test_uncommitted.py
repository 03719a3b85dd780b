"""Readers of a list leap over the rows of a release that is not committed yet, wherever these will stand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
import pytest

from db.reading import open_database
from schema import contract
from tests.benchmarks.data import Size, load
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

UNCOMMITTED = 20_000
NEXT_RELEASE = """INSERT INTO releases (number, title, published_at, rows_written, rows_removed)
SELECT max(number) + 1, '', now(), 0, 0 FROM releases"""
LINES = """
INSERT INTO budget_lines (id, grade, released_in, fiscal_year, stage, level, ministry_id, amount, printed_unit)
SELECT 'budget-line:0:' || n, grade, (SELECT max(number) FROM releases), $1 + n % 3, stage, level, ministry_id, n, 'WON'
FROM generate_series(1, $2) AS n, (SELECT * FROM budget_lines LIMIT 1) AS any_line"""


@pytest.fixture(scope="module")
def url(server_url: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url) as fresh:
        asyncio.run(load(fresh, Size(20, 1_000)))
        yield fresh


@pytest.mark.parametrize("first_year", [1990, 2024, 2090])
@pytest.mark.parametrize("page", ["first: 20", "last: 20"])
def test_a_page_reads_nothing_of_an_uncommitted_release(url: sa.URL, page: str, first_year: int) -> None:
    async def run() -> tuple[list[str], list[str], int]:
        executor, text = contract().executor, f"{{ budgetLines({page}) {{ nodes {{ id }} }} }}"
        async with open_database(url, size=1) as database:

            async def ids() -> list[str]:
                result = await executor.execute(executor.document(text), database)
                return [row["id"] for row in orjson.loads(orjson.dumps(result.data))["budgetLines"]["nodes"]]

            before, sent = await ids(), list[Any]()
            writer = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
            try:
                await writer.execute("BEGIN")
                await writer.execute(NEXT_RELEASE)
                await writer.execute(LINES, first_year, UNCOMMITTED)
                async with database.connections.lend() as connection:
                    connection.add_query_logger(sent.append)
                meanwhile = await ids()
                await asyncio.sleep(0)
                (asked,) = sent
                async with database.connections.lend() as connection:
                    plan = await connection.fetchval(
                        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked.query}", *asked.args
                    )
            finally:
                await writer.close()
        return before, meanwhile, orjson.loads(plan)[0]["Plan"]["Shared Hit Blocks"]

    before, meanwhile, blocks = asyncio.run(run())
    assert len(before) == 20
    assert meanwhile == before
    # The rows that are not committed fill some four hundred.
    assert blocks < 100
