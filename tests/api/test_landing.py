"""The page at ``/about``: understandable without JavaScript, strict about what it loads."""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from api.landing import LINKED_QUERY, LINKED_VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def test_it_shows_the_linked_query_and_how_to_send_it(client: httpx.Client) -> None:
    response = client.get("/about")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    page = html.unescape(response.text)
    assert page.count(LINKED_QUERY) == 2
    assert page.count(LINKED_VARIABLES) == 2
    assert f"curl --get {client.base_url}/graphql" in page
    assert "{{" not in response.text
    for path in re.findall(r'href="(/[^"]*)"', page):
        assert client.get(path).status_code == 200


def test_its_form_works_without_javascript(client: httpx.Client) -> None:
    page = client.get("/about").text
    assert '<form action="/graphql" method="get">' in page
    fields = re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    answer = client.get("/graphql", params={name: html.unescape(value) for name, value in fields})
    assert list(answer.json()) == ["data", "extensions"]


def test_it_loads_nothing_and_may_load_nothing(client: httpx.Client) -> None:
    response = client.get("/about")
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    for directive, element in (("style-src", "style"), ("script-src", "script")):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", response.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', response.text)
    assert not re.search(r'\s(?:style|on\w+)="', response.text)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_a_hostile_host_header_stays_text(client: httpx.Client) -> None:
    response = client.get("/", headers={"Host": '"><script>alert(1)</script>'})
    assert response.status_code < 500
    assert "<script>alert" not in response.text


def test_it_is_accessible_in_outline(client: httpx.Client) -> None:
    page = client.get("/about").text
    assert '<html lang="ko">' in page
    assert page.count("<h1>") == page.count("<main>") == 1
    labels = set(re.findall(r'<label for="(\w+)"', page))
    assert labels == set(re.findall(r'<textarea id="(\w+)"', page))


def test_a_browser_accepts_it(client: httpx.Client, tmp_path: Path) -> None:
    """The browser applies the style and runs the script: a policy that forbids its own page would be reported."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"none of the browsers {', '.join(BROWSERS)} is installed")
    switches = ["--headless", "--disable-gpu", f"--user-data-dir={tmp_path}", "--enable-logging=stderr"]
    if os.geteuid() == 0:
        switches.append("--no-sandbox")
    command = [browser, *switches, "--virtual-time-budget=3000", "--dump-dom", f"{client.base_url}/about"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "국가전략기술 연결 데이터" in run.stdout
    assert "CONSOLE" not in run.stderr
