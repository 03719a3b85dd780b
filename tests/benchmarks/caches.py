"""The command ``python -m tests.benchmarks.caches``: what a known text costs, one of other literals, and a new one.

Each is executed in this process, one after another, on the built-in dataset.
"""

from __future__ import annotations

import asyncio
import sys
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from db.bootstrap import prepare
from db.reading import open_database
from db.server import private_server
from schema import contract
from schema.sql import Executor
from tests.conftest import FAST, open_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    from schema.sql import Data

RUNS = 1_000
NEW = 50
LOOKUP = '{ ministry(name: "%s") { id name nameEn validFrom } }'
LINKED = """{ technologies(where: {name: {gt: "%s"}}, orderBy: [{name: ASC}], first: 20) { nodes {
  id name status regime { code term statute { name shortName ministry { name nameEn } } }
  field { name scheme { code name } } designations { nodes { id change promulgatedOn notice { title publishedOn } } }
} } }"""


async def measure(url: sa.URL) -> Iterable[str]:
    """Measure each query in each of the three ways, in microseconds of the median request."""
    await prepare(url)
    lines = [f"{'query':<10}{'known text':>16}{'other literals':>16}{'new document':>16}   µs"]
    async with open_database(url, size=1) as data:
        for name, query in (("lookup", LOOKUP), ("linked", LINKED)):
            executor = contract().executor
            await _median(executor, data, [query % "가"] * 10)
            figures = (
                await _median(executor, data, [query % "가"] * RUNS),
                await _median(executor, data, [query % f"가{number}" for number in range(RUNS)]),
                await _median(executor, data, [f"query New{number} {query}" % "가" for number in range(NEW)]),
            )
            lines.append(f"{name:<10}" + "".join(f"{figure * 1e6:>16,.0f}" for figure in figures))
    return lines


async def _median(executor: Executor, data: Data, texts: list[str]) -> float:
    taken = []
    for text in texts:
        began = perf_counter()
        result = await executor.execute(executor.document(text), data)
        taken.append(perf_counter() - began)
        assert not result.errors
    return median(taken)


if __name__ == "__main__":
    with open_folder() as folder, private_server(folder / "data", FAST) as address:
        sys.stdout.write("\n".join(asyncio.run(measure(address))) + "\n")
