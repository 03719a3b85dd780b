"""The command ``python -m tests.benchmarks.starting``: how long a newcomer waits for the explorer, and the second time.

What is committed is cloned to a new folder, where the command of the README runs in an environment of its own. A
browser that is open already loads the page; it can be used when a question can be clicked, and the editor when it
shows a query.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.conftest import open_folder
from tests.explorer.conftest import BROWSERS, EDITOR, SWITCHES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
COMMAND = "pip install -q uv && exec uv run nextgraph serve"
AGAIN = "exec uv run nextgraph serve"


@dataclass(frozen=True)
class Waited:
    """Seconds from the command to a server that listens, then to a page and an editor that can be used."""

    listens: float
    page: float
    editor: float

    def summary(self) -> str:
        """Return the figures in one line."""
        return (
            f"{self.listens + self.page:.1f} s to the page (server {self.listens:.1f} s, page {self.page:.2f} s), "
            f"the editor {self.editor:.2f} s after it is asked for"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Start twice in a fresh clone, and print what was waited for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.starting", description=main.__doc__)
    parser.add_argument("--cold", action="store_true", help="download everything, as if nothing had been before")
    given = parser.parse_args(arguments)
    with open_folder() as folder:
        clone, environment = prepared(folder, cold=given.cold)
        for name, command in (("first", COMMAND), ("second", AGAIN)):
            sys.stdout.write(f"{name}: {waited(command, clone, environment).summary()}\n")
            sys.stdout.flush()


def prepared(folder: Path, *, cold: bool) -> tuple[Path, Mapping[str, str]]:
    """Clone what is committed, make an environment with nothing but pip, and say where everything is to be kept."""
    clone, python = folder / "nextgraph", folder / "python"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(python)], check=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    environment |= {
        "PATH": os.pathsep.join([str(python / "bin"), os.environ["PATH"]]),
        "NEXTGRAPH_DATA_DIR": str(folder / "data"),
        "NEXTGRAPH_AUDIT_DIR": str(folder / "audit"),
        "NEXTGRAPH_PORT": "0",
    }
    if cold:
        environment |= {name: str(folder / name) for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache")}
    return clone, environment


def waited(command: str, clone: Path, environment: Mapping[str, str]) -> Waited:
    """Run a command that starts the server, and use the explorer as soon as it can be used."""
    with browsing() as browser:
        began = time.perf_counter()
        with serving(command, clone, environment) as address:
            listens = time.perf_counter() - began
            page = browser.new_page()
            began = time.perf_counter()
            page.goto(address)
            page.locator(".groups a").first.click()
            until_page = time.perf_counter() - began
            began = time.perf_counter()
            page.goto(address + EDITOR)
            page.locator(".graphiql-query-editor .view-lines").wait_for()
            return Waited(listens, until_page, time.perf_counter() - began)


@contextmanager
def browsing() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit(f"None of the browsers {', '.join(BROWSERS)} is installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@contextmanager
def serving(command: str, folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run a command of a shell that starts the server, give the address that it prints, and stop it as Ctrl-C does."""
    with subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout
        try:
            lines: list[str] = []
            for line in server.stdout:
                lines.append(line)
                if address := re.search(r"http://\S+", line):
                    yield address[0].rstrip("/")
                    break
            else:
                raise RuntimeError("".join(lines))
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.stdout.read()


if __name__ == "__main__":
    main()
