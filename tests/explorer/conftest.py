"""The whole application over the built-in dataset, and a real browser in front of it."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import sync_playwright

import api.explorer
from api.app import create_app
from api.explorer import is_built
from api.settings import Settings
from schema.limits import Limits
from tests.api.running import running
from tests.wide import MANY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    import sqlalchemy as sa
    from playwright.sync_api import Browser, Locator, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SOURCES = Path(api.explorer.__file__).parent
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_build = pytest.mark.skipif(not is_built(), reason="the explorer was not built: Node or npm was not reachable")


@pytest.fixture(scope="session")
def client(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    # All the tests together ask for more in a minute than one visitor may.
    settings = Settings.model_validate({"limit": replace(Limits(), quota=MANY)})
    with running(create_app(dataset_url, settings)) as connected:
        yield connected


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread while it is open: tests of other modules need it for their own.
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"none of the browsers {', '.join(BROWSERS)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page in the browser, and what happened in it that should not."""

    page: Page
    address: str
    clicks: int = 0
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def complain(self, what: str) -> None:
        self.complaints.append(what)

    def see(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def click(self, role: Any, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).click()


@pytest.fixture
def visiting(client: httpx.Client, browser: Browser) -> Callable[..., Any]:
    """Open a page of some width, and hold at the end that it asked nobody else and complained of nothing."""

    @contextmanager
    def visit(width: int = 1280, at: httpx.Client = client, **options: Any) -> Iterator[Visit]:
        address = str(at.base_url).rstrip("/")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(20_000)
        page = context.new_page()
        visited = Visit(page, address)
        page.on("pageerror", lambda error: visited.complain(str(error)))
        page.on("console", lambda said: visited.complain(said.text) if said.type in ("error", "warning") else None)
        page.on("request", lambda request: visited.see(request.url))
        yield visited
        assert visited.outside == []
        assert visited.complaints == []
        context.close()

    return visit


def ready(page: Page) -> None:
    """Wait until what the page shows is all there."""
    if "query=" in page.url or "editor" in page.url:
        page.locator(".graphiql-query-editor .view-lines").wait_for()
    elif "question=" in page.url:
        page.locator(".answer").wait_for()
    else:
        page.locator(".groups").wait_for()


def rows_of(table: Locator) -> list[list[str]]:
    """Return the cells of a table as they are read, without the buttons that lead to sources."""
    found: list[list[str]] = table.evaluate(
        "table => [...table.tBodies[0].rows].map(row => [...row.cells].filter(cell => !cell.querySelector('button'))"
        ".map(cell => cell.innerText))"
    )
    return found


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((SOURCES / "questions" / "index.json").read_text("utf-8"))
    return found


def places() -> dict[str, str]:
    """Return the address of each ready-made question."""
    return {question["id"]: f"/?question={question['id']}" for question in questions()}


EDITOR = "/?" + urlencode({"query": "{ terms(first: 2) { totalCount nodes { form } } }"})
"""A query in the editor."""


def questions() -> list[dict[str, Any]]:
    return [question for group in groups() for question in group["questions"]]
