"""How the files of the explorer are sent: compressed, kept for good, under a strict policy."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette

from api.explorer import HOW_TO_BUILD, STATIC, explorer_routes
from tests.explorer.conftest import needs_build

if TYPE_CHECKING:
    from pathlib import Path

PAGE = '<html lang="ko" data-files=""><script type="module" src="/explorer/index-Ab12.js"></script>'
SCRIPT = b"console.log('" + b"x" * 500 + b"')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "index-Ab12.js").write_bytes(SCRIPT)
    (tmp_path / "index-Ab12.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "codicon-Cd34.ttf").write_bytes(b"font")
    return tmp_path


async def fetched(folder: Path, path: str, accepting: str = "", formats: tuple[str, ...] = ()) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=explorer_routes(formats, folder)))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.get(path, headers={"Accept-Encoding": accepting})


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("accepting", "encoding"),
    [("gzip, br", "gzip"), ("GZIP;q=0.5", "gzip"), ("br", None), ("gzip;q=0", None), ("identity", None), ("", None)],
)
async def test_a_file_is_compressed_for_who_takes_it(folder: Path, accepting: str, encoding: str | None) -> None:
    response = await fetched(folder, "/explorer/index-Ab12.js", accepting)
    assert response.headers.get("Content-Encoding") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.content == SCRIPT


@pytest.mark.anyio
async def test_a_named_file_is_kept_and_the_page_is_asked_for_again(folder: Path) -> None:
    assert "immutable" in (await fetched(folder, "/explorer/codicon-Cd34.ttf")).headers["Cache-Control"]
    assert (await fetched(folder, "/")).headers["Cache-Control"] == "no-cache"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name", ["other.js", "index.html", "..%2F__init__.py", "%2e%2e/__init__.py", "index-Ab12.js.gz", "", "a/b"]
)
async def test_nothing_else_is_sent(folder: Path, name: str) -> None:
    assert (await fetched(folder, f"/explorer/{name}")).status_code == 404


@pytest.mark.anyio
async def test_the_page_offers_the_formats_that_there_are(folder: Path) -> None:
    assert 'data-files="csv xlsx"' in (await fetched(folder, "/", formats=("csv", "xlsx"))).text
    assert 'data-files=""' in (await fetched(folder, "/")).text


@pytest.mark.anyio
async def test_without_a_build_the_plain_page_is_there(tmp_path: Path) -> None:
    response = await fetched(tmp_path, "/")
    assert "한 번에 묻기" in response.text
    assert "uv sync" in HOW_TO_BUILD


@needs_build
def test_the_page_loads_only_what_is_its_own(client: httpx.Client) -> None:
    response = client.get("/")
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
    loaded = re.findall(r'(?:src|href)="([^"]+)"', response.text)
    assert len(loaded) >= 3
    for path in loaded:
        assert path.startswith("/")
        assert client.get(path).status_code == 200


@needs_build
def test_every_text_is_there_in_three_forms(client: httpx.Client) -> None:
    scripts = [path.name for path in STATIC.glob("*.js")]
    assert scripts
    for name in scripts:
        sizes = {}
        for accepting in ("br", "gzip", "identity"):
            with client.stream("GET", f"/explorer/{name}", headers={"Accept-Encoding": accepting}) as response:
                assert response.headers.get("Content-Encoding", "identity") == accepting
                sizes[accepting] = int(response.headers["Content-Length"])
        assert sizes["br"] <= sizes["gzip"] < sizes["identity"]


@needs_build
def test_the_licences_of_what_is_inside_come_along() -> None:
    licences = (STATIC / "THIRD-PARTY.md").read_text("utf-8")
    for name in ("react", "graphql", "graphiql", "monaco-editor"):
        assert f"## {name} - " in licences
