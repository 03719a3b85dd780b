"""The command ``python -m tests.benchmarks``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from db.connection import normalised
from db.server import private_server
from tests.benchmarks.compare import Skipped, compare
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.data import Size, load
from tests.benchmarks.queries import QUERIES
from tests.benchmarks.report import report, table
from tests.benchmarks.servers import Unavailable, running
from tests.benchmarks.statements import PRELOADED, counting
from tests.conftest import FAST, new_database, open_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.contenders import Contender
    from tests.benchmarks.queries import Query

DESCRIPTION = "Compare our server with the fastest and with the ordinary way to answer the same queries."


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison and print what it found."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=DESCRIPTION)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--only", action="append", choices=[query.name for query in QUERIES], help="a query to measure")
    names = [contender.name for contender in CONTENDERS[1:]]
    parser.add_argument("--against", action="append", choices=names, help="another server to measure; all by default")
    parser.add_argument("--rows", type=float, default=1.0, metavar="SCALE", help="size of the data, 1 by default")
    parser.add_argument("--technologies", type=int, help="number of technologies, whatever the scale")
    parser.add_argument("--lines", type=int, help="number of budget lines, whatever the scale")
    parser.add_argument("--seconds", type=float, default=0.8, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of which the median counts")
    parser.add_argument("--url", help="PostgreSQL to use; a private server by default")
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        if given.url:
            server = normalised(given.url)
        else:
            folder = stack.enter_context(open_folder())
            server = stack.enter_context(private_server(folder / "data", {**FAST, **PRELOADED}))
        scaled = Size.scaled(given.rows)
        size = Size(given.technologies or scaled.technologies, given.lines or scaled.budget_lines)
        queries = [query for query in QUERIES if not given.only or query.name in given.only]
        others = [contender for contender in CONTENDERS[1:] if not given.against or contender.name in given.against]
        found = run(server, queries, [CONTENDERS[0], *others], size, given.rounds, given.seconds)
    sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() if given.json else table(found))
    sys.stdout.write("\n")


def run(
    server: sa.URL,
    queries: Sequence[Query],
    contenders: Sequence[Contender],
    size: Size,
    rounds: int,
    seconds: float,
) -> dict[str, Any]:
    """Compare the contenders on a database of their own, which is dropped in the end."""
    with ExitStack() as stack:
        url = stack.enter_context(new_database(server))
        _tell(f"Loading {size.technologies:,} technologies and {size.budget_lines:,} budget lines …")
        asyncio.run(load(url, size))
        ports, absent = {}, []
        for contender in contenders:
            try:
                ports[contender] = stack.enter_context(running(contender, url))
            except Unavailable as error:
                _tell(f"Without {contender.name}: {error}")
                absent += [Skipped(query.name, contender.name, str(error)) for query in queries]
        _tell("Measuring …")

        async def measured() -> dict[str, Any]:
            async with counting(server, url) as counter:
                figures, skipped = await compare(ports, queries, size, counter, rounds=rounds, seconds=seconds)
                version = await counter.connection.scalar(sa.text("SHOW server_version"))
            return report(figures, [*absent, *skipped], size, str(version), rounds=rounds, seconds=seconds)

        return asyncio.run(measured())


def _tell(what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    main()
