"""Serving a contender, each a real HTTP server in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import sqlalchemy as sa
import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.contenders import Contender

POOL = 10
"""How many connections to the database each contender has."""


class Unavailable(Exception):
    """A contender cannot run on this machine; the message says why."""


@contextmanager
def running(contender: Contender, url: sa.URL) -> Iterator[int]:
    """Serve a contender in a process of its own, and give its port."""
    command = contender.command(url)
    environment = {**os.environ, **command.environment}
    with subprocess.Popen(command.arguments, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{contender.name} did not start.")
            yield int(line)
        finally:
            process.terminate()


def serve(name: str, address: str) -> None:
    """Serve a contender on any free port, which the first line of the output names."""
    application = import_module(f"tests.benchmarks.{name}").application(sa.make_url(address))
    # The backlog takes requests from now on; they are answered when the application has started.
    listener = socket.create_server(("127.0.0.1", 0))
    # asyncio does not see that such a socket is TCP, and leaves on what would hold an answer's body back for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(listener.getsockname()[1], flush=True)
    # Everything else is uvicorn's default, the same for all.
    config = uvicorn.Config(application, log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    serve(*sys.argv[1:])
