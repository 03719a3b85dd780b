"""The command ``python -m tests.benchmarks.unchanged``: what an answer costs that the client or the server has already.

One client asks over one connection, as fast as it is answered, so what is measured is the time of a request. The three
kinds take turns, so that whatever else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import orjson

from api.landing import LINKED_QUERY, LINKED_VARIABLES
from db.bootstrap import prepare
from db.server import private_server
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.servers import running
from tests.conftest import new_database, open_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

TURNS = 10
QUERIES = {
    "linked": {"query": LINKED_QUERY, "variables": LINKED_VARIABLES},
    "large": {
        "query": """{
          technologies(first: 100) { nodes { id name claims(first: 3) { ...cited } regime { term statute { name } } } }
          commonAreas(first: 100) { nodes {
            id name claims(first: 3) { ...cited } coverages(first: 5) { nodes { regime { term } } }
          } }
          missions(first: 100) { nodes { title claims(first: 3) { ...cited } field { name scheme { name } } } }
          budgetLines(first: 100) { nodes {
            amount claims(first: 3) { ...cited } ministry { name names(first: 3) { nodes { name kind } } }
            allocations(first: 12) { nodes { amount claims(first: 3) { ...cited } field { name } } }
          } }
        }
        fragment cited on ClaimConnection { nodes { certainty passage { locator document { title } } } }"""
    },
    "small": {"query": '{ ministry(name: "재정부") { id name } }'},
    "page": {"query": "{ technologies(first: 100) { nodes { id name status regime { term statute { name } } } } }"},
}


@dataclass(frozen=True)
class Kind:
    """A way of asking: of which server, whether with the tag, and the status that has to come back."""

    name: str
    port: int
    tag: bytes | None
    status: bytes


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask for whole answers, for none because nothing changed, and for answers from memory; print the medians."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.unchanged", description=main.__doc__)
    parser.add_argument("--requests", type=int, default=300, help="How many requests of each kind, 10 at least.")
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = stack.enter_context(open_folder())
        server = stack.enter_context(private_server(folder / "data"))
        url = stack.enter_context(new_database(server))
        asyncio.run(prepare(url))
        (folder / "documents").mkdir()
        documents = {name: parameters["query"] for name, parameters in QUERIES.items()}
        (folder / "documents" / "documents.json").write_bytes(orjson.dumps(documents))
        os.environ |= {"NEXTGRAPH_PERSISTED_DIR": str(folder / "documents"), "NEXTGRAPH_ANSWERS_BYTES": "0"}
        without = stack.enter_context(running(CONTENDERS[0], url))
        os.environ["NEXTGRAPH_ANSWERS_BYTES"] = "10000000"
        keeping = stack.enter_context(running(CONTENDERS[0], url))
        for name, parameters in QUERIES.items():
            asked_for = {**parameters, "query": "", "documentId": name}
            found = compared(without, keeping, f"/graphql?{urlencode(asked_for)}", given.requests // TURNS)
            print(f"{name}: " + ", ".join(f"{kind} {seconds * 1e6:,.0f} µs" for kind, seconds in found.items()))


def compared(without: int, keeping: int, path: str, requests: int) -> dict[str, float]:
    """Return the median seconds of each kind of request, of two servers that keep nothing and something."""
    with connection(without) as first:
        tag = header(asked(first, path, None)[0], b"etag")
    kinds = [
        Kind("computed", without, None, b"200"),
        Kind("304", without, tag, b"304"),
        Kind("from memory", keeping, None, b"200"),
    ]
    with ExitStack() as stack:
        open_ = {kind: stack.enter_context(connection(kind.port)) for kind in kinds}
        times: dict[str, list[float]] = {kind.name: [] for kind in kinds}
        for turn in range(TURNS + 1):
            for kind in kinds:
                for _ in range(requests):
                    began = perf_counter()
                    head, body = asked(open_[kind], path, kind.tag)
                    # In the first turn documents are planned, and what is kept is put there.
                    if turn:
                        times[kind.name].append(perf_counter() - began)
                    if head.split(b" ", 2)[1] != kind.status:
                        raise RuntimeError((head + body).decode())
    return {name: median(found) for name, found in times.items()}


def connection(port: int) -> socket.socket:
    """Connect to a server."""
    connected = socket.create_connection(("127.0.0.1", port))
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def asked(connected: socket.socket, path: str, tag: bytes | None) -> tuple[bytes, bytes]:
    """Send a GET and return the head and the body of its answer."""
    sent = b"GET %s HTTP/1.1\r\nHost: localhost\r\n" % path.encode()
    connected.sendall(sent + (b"If-None-Match: %s\r\n\r\n" % tag if tag else b"\r\n"))
    head, body = b"", b""
    while not body and b"\r\n\r\n" not in head:
        head += connected.recv(1 << 20)
    head, _, body = head.partition(b"\r\n\r\n")
    length = int(header(head, b"content-length") or 0)
    while len(body) < length:
        body += connected.recv(1 << 20)
    return head, body


def header(head: bytes, name: bytes) -> bytes:
    """Return the value of a header, empty where it is not there."""
    lines = (line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    return next((value for each, value in lines if each.lower() == name), b"")


if __name__ == "__main__":
    main()
