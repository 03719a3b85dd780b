"""Runs in a network of its own: starts the server by its command, goes through the explorer, and prints what happened.

``python -m tests.explorer.alone FOLDER`` keeps the server's data in a folder. What it prints is one object in JSON.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.benchmarks.starting import browsing, serving
from tests.explorer.conftest import EDITOR
from tests.explorer.test_browser import QUANTUM
from tests.explorer.test_editor import suggested, type_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
ELSEWHERE = ("192.0.2.1", 80)
"""An address that is kept for documentation: nobody answers there."""
SECONDS = 5
"""Within this time of being asked for, the page can be used."""


def raise_loopback() -> None:
    """Let the machine reach itself; a new network has nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        (flags,) = struct.unpack_from("h", asked, 16)
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def reached() -> str:
    """Return what comes of asking someone outside."""
    try:
        with socket.create_connection(ELSEWHERE, timeout=2):
            return "reached"
    except OSError as error:
        return error.strerror or str(error)


def environment(folder: Path) -> dict[str, str]:
    """Return the settings of a server that keeps everything in a folder."""
    kept = {"NEXTGRAPH_DATA_DIR": str(folder / "data"), "NEXTGRAPH_AUDIT_DIR": str(folder / "audit")}
    return {**os.environ, **kept, "NEXTGRAPH_PORT": "0"}


def visit(page: Page, address: str) -> Iterator[str]:
    """Go the way of the documentation, and say after each step what was there."""
    page.goto(address, timeout=SECONDS * 1000)
    page.get_by_role("link", name=QUANTUM).click(timeout=SECONDS * 1000)
    yield "question"
    table = page.get_by_role("table", name="분야 배분 묶음")
    expect(table).to_contain_text("2,982.065")
    yield "table"
    expect(page.locator("figure")).to_contain_text("2,982.065")
    yield "picture"
    page.reload()
    expect(table).to_contain_text("2,982.065")
    yield "reloaded"
    with page.expect_download() as downloading:
        page.get_by_role("link", name="XLSX 내려받기").click()
    assert load_workbook(BytesIO(downloading.value.path().read_bytes())).worksheets
    yield "xlsx"
    with page.expect_download() as downloading:
        page.get_by_role("link", name="분야 배분 묶음: CSV 내려받기").click()
    assert "2982.065" in downloading.value.path().read_text("utf-8-sig")
    yield "csv"
    page.goto(address + EDITOR)
    page.locator(".graphiql-query-editor .view-lines").wait_for(timeout=SECONDS * 1000)
    type_query(page, "{ statut")
    suggested(page, "statuteVersions").click()
    yield "completed"
    page.get_by_role("button", name="문서 열기").click()
    page.locator(".graphiql-doc-explorer").get_by_role("link", name="Query").first.click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("budgetLines")
    yield "documented"
    type_query(page, "{ statutes { totalCount ")
    page.keyboard.press("Escape")
    # What is typed counts a moment later.
    page.wait_for_timeout(500)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text("totalCount")
    yield "ran"


def watch(page: Page, address: str, said: dict[str, Any]) -> None:
    """Note what the page asks of others, what of its own fails, and what it complains of."""

    def note(kind: str, what: str, *, concerns: bool) -> None:
        if concerns:
            said[kind].append(what)

    own = (address, "data:", "blob:")
    page.on("request", lambda asked: note("outside", asked.url, concerns=not asked.url.startswith(own)))
    # Downloads and going on to another page end requests that are under way.
    page.on("requestfailed", lambda asked: note("failed", asked.url, concerns=asked.failure != "net::ERR_ABORTED"))
    page.on("pageerror", lambda error: note("complaints", str(error), concerns=True))
    page.on("console", lambda told: note("complaints", told.text, concerns=told.type in ("error", "warning")))


def main(folder: Path) -> None:
    """Print what was seen, what was asked of others, and what went wrong."""
    raise_loopback()
    said: dict[str, Any] = {"reached": reached(), "seen": [], "outside": [], "failed": [], "complaints": []}
    command = f"exec {Path(sys.executable).with_name('nextgraph')} serve"
    with serving(command, folder, environment(folder)) as address, browsing() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        watch(page, address, said)
        said["seen"] += visit(page, address)
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
