"""The explorer at ``/``: files that npm built when the package was built, sent as they are.

Where they were not built, ``/`` shows the page that is always at ``/about``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Route

from api.landing import landing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

STATIC = Path(__file__).with_name("static")
PAGE = "index.html"
HOW_TO_BUILD = (
    "The explorer was not built, so / shows a plain page instead. With Node 20.19 or newer, or a package index within "
    "reach: uv sync --reinstall-package nextgraph"
)
# The code editor writes its style into the page while it runs, and has its icons as a font.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The name of a file holds a hash of what is in it, except that of the page.
FOREVER = "public, max-age=31536000, immutable"
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""What may be compressed how, the smaller first, and what the name of such a file ends with."""
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".md": "text/markdown",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}


def explorer_routes(formats: Sequence[str] = (), folder: Path = STATIC) -> list[Route]:
    """Return the routes to the page and its files, or to the plain page alone where there is nothing built.

    The page offers an answer as a file in each of ``formats``, from ``/files/{format}``.
    """
    if not is_built(folder):
        return [Route("/", landing)]
    files = {path.name: path for path in folder.iterdir() if path.suffix not in ENCODINGS.values()}
    html = files.pop(PAGE).read_text("utf-8").replace('data-files=""', f'data-files="{" ".join(formats)}"')

    async def page(_request: Request) -> Response:
        return HTMLResponse(html, headers={"Cache-Control": "no-cache", "Content-Security-Policy": POLICY})

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            raise HTTPException(404)
        # A worker obeys the policy that its own script came with.
        return _sent(request, files[name], {"Cache-Control": FOREVER, "Content-Security-Policy": POLICY})

    return [Route("/", page), Route("/explorer/{name}", asset)]


def is_built(folder: Path = STATIC) -> bool:
    """Return whether there is an explorer to show."""
    return (folder / PAGE).is_file()


def _sent(request: Request, path: Path, headers: dict[str, str]) -> Response:
    """Send a file, compressed if the client takes it and it is there."""
    kind = KINDS.get(path.suffix, "application/octet-stream")
    headers = {**headers, "Vary": "Accept-Encoding"}
    for encoding in _accepted(request.headers.get("accept-encoding", "")):
        smaller = path.with_name(path.name + ENCODINGS[encoding])
        if smaller.is_file():
            return FileResponse(smaller, headers={**headers, "Content-Encoding": encoding}, media_type=kind)
    return FileResponse(path, headers=headers, media_type=kind)


def _accepted(header: str) -> list[str]:
    """Return which of the encodings a client takes, by ``Accept-Encoding``; a weight of 0 refuses one."""
    taken = set()
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(name.strip())
    return [encoding for encoding in ENCODINGS if encoding in taken]
