"""The command ``python -m tests.benchmarks.filing``: what a large file takes, and what others feel of it meanwhile.

A server makes a file of all budget lines in each format. Its memory is the largest that was seen, without the pages
that it shares with others. One client asks small queries all the while, and before each, when nothing else is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TYPE_CHECKING

import httpx
import psutil

from db.server import private_server
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.data import Size, load
from tests.benchmarks.servers import running
from tests.conftest import FAST, new_database, open_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

QUERY = "{ budgetLines { nodes { id fiscalYear stage amount(unit: MILLION) account ministry { name } } } }"
SMALL = "{ ministries(first: 5, orderBy: [{id: ASC}]) { nodes { id name } } }"
FORMATS = ("csv", "ndjson", "jsonld", "xlsx", "parquet")
QUIET_SECONDS = 30.0
MEGABYTE = 2**20


@dataclass
class Felt:
    """How long small queries took."""

    seconds: list[float] = field(default_factory=list)

    def summary(self) -> str:
        """Return the median and the 95th percentile."""
        return f"{median(self.seconds) * 1e3:.2f} / {quantiles(self.seconds, n=20)[-1] * 1e3:.2f} ms"


class Others(threading.Thread):
    """Someone who asks small queries one after another, and looks at the memory of the server now and then."""

    def __init__(self, port: int, server: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._url, self._server = f"http://127.0.0.1:{port}/graphql", server
        self.felt, self.most_memory, self.is_over = Felt(), 0, threading.Event()

    def run(self) -> None:
        with httpx.Client() as client:
            while not self.is_over.is_set():
                began = time.perf_counter()
                client.post(self._url, json={"query": SMALL}).raise_for_status()
                self.felt.seconds.append(time.perf_counter() - began)
                self.most_memory = max(self.most_memory, self._server.memory_full_info().uss)
                time.sleep(0.01)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make files of a million rows; print seconds, bytes, memory, and what others felt (median / 95th percentile)."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.filing", description=main.__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="number of budget lines")
    parser.add_argument("--only", action="append", choices=FORMATS, help="a format to make")
    parser.add_argument("--lifted", action="store_true", help="lift the limits of points and of a file's seconds")
    given = parser.parse_args(arguments)
    if given.lifted:
        os.environ |= {"NEXTGRAPH_LIMIT_QUOTA": "1000000000", "NEXTGRAPH_LIMIT_FILE_SECONDS": "3600"}
    with ExitStack() as stack:
        folder = stack.enter_context(open_folder())
        url = stack.enter_context(new_database(stack.enter_context(private_server(folder / "data", FAST))))
        asyncio.run(load(url, Size(1, given.lines)))
        port = stack.enter_context(running(CONTENDERS[0], url))
        server = listening(port)
        for format_ in given.only or FORMATS:
            quiet = watched(port, server, lambda: time.sleep(QUIET_SECONDS))
            sys.stdout.write(f"alone: memory {quiet.most_memory / MEGABYTE:.0f} MB, others {quiet.felt.summary()}\n")
            size, began = 0, time.perf_counter()

            def make(format_: str = format_) -> None:
                nonlocal size
                with httpx.stream(
                    "GET", f"http://127.0.0.1:{port}/files/{format_}", params={"query": QUERY}, timeout=None
                ) as response:
                    response.raise_for_status()
                    size = sum(map(len, response.iter_raw()))

            found = watched(port, server, make)
            sys.stdout.write(
                f"{format_}: {time.perf_counter() - began:.0f} s, {size / MEGABYTE:.0f} MB, "
                f"memory {found.most_memory / MEGABYTE:.0f} MB, others {found.felt.summary()}\n"
            )
            sys.stdout.flush()


def watched(port: int, server: psutil.Process, work: Callable[[], None]) -> Others:
    """Do work while someone else asks, and return what they felt and saw."""
    others = Others(port, server)
    others.start()
    try:
        work()
    finally:
        others.is_over.set()
        others.join()
    return others


def listening(port: int) -> psutil.Process:
    """Return the process of ours that listens on a port."""
    for process in psutil.Process().children(recursive=True):
        if any(each.laddr.port == port and each.status == "LISTEN" for each in process.net_connections("tcp")):
            return process
    raise RuntimeError(f"nothing of ours listens on {port}")


if __name__ == "__main__":
    main()
