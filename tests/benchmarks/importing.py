"""The command ``python -m tests.benchmarks.importing``: how fast a large file comes in, and what readers notice."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

import httpx

from db.bootstrap import prepare
from db.connection import engine
from db.releases import publish
from db.server import private_server
from tests.api.holding import made_key
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.load import measure, measure_while
from tests.benchmarks.queries import graphql_request
from tests.benchmarks.servers import running
from tests.conftest import new_database, open_folder
from tests.db.facts import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from tests.benchmarks.load import Sample

MAPPING = """
title = "합성 예산 | Synthetic budget"
[document]
title = "합성 예산"
standing = "UNOFFICIAL"
[[facts]]
type = "BudgetLine"
key = "{번호}"
[facts.values]
fiscal_year = { column = "연도" }
stage = { column = "단계" }
level = "PROJECT"
ministry_id = { column = "부처", find = "Ministry" }
ministry_code = { column = "부처" }
account = { column = "회계" }
amount = { column = "금액", unit = "THOUSAND" }
printed_unit = "THOUSAND"
"""
MINISTRIES = ("과기1", "과기2", "산업부", "복지부", "국토부", "해수부")
READ = "{ budgetLines(first: 20) { nodes { id amount ministry { name } } } technologies(first: 20) { nodes { name } } }"
"""What readers ask all the while."""
SMALL = '{ ministry(name: "재정부") { id name } }'


def main(arguments: Sequence[str] | None = None) -> None:
    """Import generated files into a database that has the built-in facts, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.importing", description=main.__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the file")
    parser.add_argument("--http", action="store_true", help="hand the files to the server that readers ask")
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = stack.enter_context(open_folder())
        # As durable as in use: what is measured ends on the disk.
        server = stack.enter_context(private_server(folder / "data"))
        url = stack.enter_context(new_database(server))
        files = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        asyncio.run(prepare(url))
        os.environ |= {"NEXTGRAPH_MAPPINGS_DIR": str(files)}
        port = stack.enter_context(running(CONTENDERS[0], url))
        if given.http:
            asyncio.run(_measure_http(port, files, given.rows, made_key(url)))
        else:
            asyncio.run(_measure(url, port, files, given.rows))


def _written(folder: Path, dataset: str, rows: int, first_year: int = 2020) -> tuple[Path, Path]:
    mapping, file = folder / f"{dataset}.toml", folder / f"{dataset}.csv"
    mapping.write_text(f'dataset = "{dataset}"\nowner = "과학기술정보통신부"\n{MAPPING}', "utf-8")
    random = Random(dataset)
    with file.open("w", encoding="utf-8") as lines:
        lines.write("번호,연도,단계,부처,회계,금액\n")
        for n in range(rows):
            ministry, amount = MINISTRIES[n % len(MINISTRIES)], random.randrange(1, 1_000_000)
            lines.write(f'{n},{first_year + n % 7},ASSEMBLY_APPROVED,{ministry},일반회계 {n % 5},"{amount:,}"\n')
    return mapping, file


async def _measure(url: sa.URL, port: int, files: Path, rows: int) -> None:
    requests = [graphql_request(READ, {})]
    mapping, file = _written(files, "synthetic", rows)
    seconds, memory = await asyncio.to_thread(_import, url, file, mapping)
    _tell(f"First import: {rows:,} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows/s, {memory:.0f} MB of memory")
    seconds, _ = await asyncio.to_thread(_import, url, file, mapping)
    _tell(f"The same file again: {seconds:.1f} s, the start of the program included")
    async with engine(url) as pool:
        await publish(pool, "다른 이름", put=[name_of("ministry:msit", "another", "다른 이름")])
    seconds, _ = await asyncio.to_thread(_import, url, file, mapping)
    _tell(f"The same file after a release that concerns it: {seconds:.1f} s, {rows / seconds:,.0f} rows/s")
    await measure(port, requests, 1, 1)
    # Lines are listed by year: the second file comes to stand before all that readers ask for.
    for dataset, first_year in (("same-years", 2020), ("earlier-years", 2010)):
        _tell(f"Readers before: {_shown(await measure(port, requests, 1, 15))}")
        mapping, file = _written(files, dataset, rows, first_year)
        importing = asyncio.create_task(asyncio.to_thread(_import, url, file, mapping))
        during = await measure_while(port, requests, importing)
        seconds, _ = await importing
        _tell(f"Import of {dataset}: {rows:,} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows/s")
        _tell(f"Readers during all of it: {_shown(during)}")


async def _measure_http(port: int, files: Path, rows: int, key: str) -> None:
    requests = [graphql_request(SMALL, {})]
    _, file = _written(files, "synthetic", rows)
    await measure(port, requests, 1, 2)
    for _ in range(3):
        _tell(f"Readers before: {_shown(await measure(port, requests, 1, 5))}")
    importing = asyncio.create_task(asyncio.to_thread(_post, port, file, key))
    during = []
    while not importing.done():
        during.append(await measure(port, requests, 1, 2))
    _tell(f"Import over HTTP beside readers: {rows:,} rows in {await importing:.1f} s")
    for sample in during[:-1]:
        _tell(f"Readers in two seconds of it: {_shown(sample)}")


def _post(port: int, file: Path, key: str) -> float:
    began = perf_counter()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv", "Idempotency-Key": "k"}
    address = f"http://127.0.0.1:{port}/import/{file.stem}"
    response = httpx.post(address, content=file.open("rb"), headers=headers, timeout=600)
    if response.status_code != 200:
        raise RuntimeError(response.text)
    return perf_counter() - began


def _import(url: sa.URL, file: Path, mapping: Path) -> tuple[float, float]:
    """Run the command, and return the seconds that it took and the megabytes that it had at most."""
    address = ["--database-url", url.render_as_string(hide_password=False)]
    command = [sys.executable, "-m", "api", "import", str(file), "--mapping", str(mapping), "--yes", *address]
    began = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"The import ended with {status}.")
    return perf_counter() - began, usage.ru_maxrss / 1024


def _shown(sample: Sample) -> str:
    return f"{sample.requests_per_second:,.0f} requests/s, p50 {sample.p50:.2f} ms, p99 {sample.p99:.2f} ms"


def _tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")


if __name__ == "__main__":
    main()
