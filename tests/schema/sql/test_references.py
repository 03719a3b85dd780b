"""What rows refer to is looked up beside them: once for all rows of a page that refer to it, and no more than that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from db.reading import open_database
from schema import contract
from tests.benchmarks.data import Size, load
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

LINES = "{ budgetLines(first: 1000) { nodes { ministry { name code } } } }"
TECHNOLOGIES = "{ technologies(first: 5) { nodes { field { name scheme { name } } } } }"


@pytest.fixture(scope="module")
def url(server_url: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url) as fresh:
        asyncio.run(load(fresh, Size(200, 1_000)))
        yield fresh


def scans(url: sa.URL, text: str) -> dict[str, int]:
    """Run the statement of a query, and return how often each table was looked into, among the steps of its plan."""

    async def run() -> dict[str, int]:
        executor = contract().executor
        async with open_database(url, size=1) as database:
            sent: list[Any] = []
            async with database.connections.lend() as connection:
                connection.add_query_logger(sent.append)
            result = await executor.execute(executor.document(text), database)
            assert result.errors is None
            await asyncio.sleep(0)
            (asked,) = sent
            async with database.connections.lend() as connection:
                plan = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.query}", *asked.args)
        return counted(orjson.loads(plan)[0]["Plan"])

    return asyncio.run(run())


def counted(node: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {node["Node Type"]: 1}
    if "Relation Name" in node:
        found[node["Relation Name"]] = node["Actual Loops"]
    for below in node.get("Plans", ()):
        for table, loops in counted(below).items():
            found[table] = found.get(table, 0) + loops
    return found


def test_what_a_thousand_rows_refer_to_is_looked_up_once_for_all_of_them(url: sa.URL) -> None:
    looked_into = scans(url, LINES)
    assert looked_into["budget_lines"] == 1
    assert "Memoize" in looked_into
    # As many as there are ministries.
    assert looked_into["organizations"] <= 30


def test_no_more_is_looked_up_than_the_page_refers_to(url: sa.URL) -> None:
    looked_into = scans(url, TECHNOLOGIES)
    assert looked_into["technology_fields"] <= 5
    assert looked_into["field_schemes"] <= 5
