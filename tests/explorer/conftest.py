"""The whole application over the built-in dataset, and a real browser in front of it."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from playwright.sync_api import Browser, Page

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
    def visit(width: int = 1280, **options: Any) -> Iterator[Visit]:
        address = str(client.base_url).rstrip("/")
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


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((SOURCES / "questions" / "index.json").read_text("utf-8"))
    return found


def questions() -> list[dict[str, Any]]:
    return [question for group in groups() for question in group["questions"]]
