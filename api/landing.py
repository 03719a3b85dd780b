"""The page at ``/about``: what NEXT Graph is, its linked query, and how to send it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from importlib import resources
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_FILES = resources.files("api")
LINKED_QUERY = _FILES.joinpath("linked.graphql").read_text("utf-8").strip()
LINKED_VARIABLES = _FILES.joinpath("linked.json").read_text("utf-8").strip()
_PAGE = _FILES.joinpath("landing.html").read_text("utf-8")


def _hash(element: str) -> str:
    """Return the CSP source that admits the page's one inline element of this name and no other."""
    (content,) = re.findall(rf"<{element}>(.*?)</{element}>", _PAGE, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_hash('style')}; script-src {_hash('script')}; img-src data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}


async def landing(request: Request) -> Response:
    """Show the page, with the address under which the client reached it in the example."""
    contents = {"query": LINKED_QUERY, "variables": LINKED_VARIABLES, "address": f"{request.base_url}graphql"}
    page = re.sub(r"\{\{(\w+)\}\}", lambda name: html.escape(contents[name[1]]), _PAGE)
    return HTMLResponse(page, headers=HEADERS)
