"""Answers that need not be made again: the tag by which a client has one already, and those that are kept in memory.

A release has a number, and what an operation answers at one is always the same. So the number of the newest release
tells, together with the document, the variables and the rights of who asks, whether an answer is still the answer.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

import api
from db.newest import Newest
from schema.sql.recent import Recent

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.request import Asked
    from api.told import Told
    from db.viewers import Viewer

MOST_KEPT = 100_000
LARGEST_SHARE = 8
"""One answer takes at most one part in so many of what is kept, so that it does not push out all others."""
ALWAYS = 0
"""The release of answers that none changes."""
PUBLIC, PRIVATE, NOT_KEPT = "public, no-cache", "private, no-cache", "no-store"
"""What others may keep: they ask each time whether it is still the answer."""


@dataclass(frozen=True)
class Kept:
    """An answer, and the release that it is of."""

    release: int
    body: bytes


class Answers:
    """Keeps answers, of at most ``limit`` bytes together."""

    def __init__(self, limit: int) -> None:
        self._newest, self._largest = Newest(), limit // LARGEST_SHARE
        self._kept: Recent[bytes, Kept] | None = Recent(MOST_KEPT, limit) if limit else None

    def of(self, request: Request, asked: Asked, media: str, *, always: bool) -> Answered | None:
        """Return where the answer of a steady operation belongs; None where nobody would have any use of it.

        ``always`` says that no release changes the answer.
        """
        if request.method == "POST" and self._kept is None:
            return None
        try:
            key = _key(asked, request.state.viewer, media)
        except orjson.JSONEncodeError:  # Half a character, or nested beyond measure: the schema takes neither.
            return None
        return Answered(self, request, key, media, always=always)


class Answered:
    """The place of one answer."""

    def __init__(self, answers: Answers, request: Request, key: bytes, media: str, *, always: bool) -> None:
        self._answers, self._request, self._key, self._media = answers, request, key, media
        self._always = always

    async def found(self, told: Told) -> Response | None:
        """Return the answer where the client has it already, or it is kept, and tell of which release it is."""
        tags = self._request.headers.get("if-none-match") if self._request.method != "POST" else None
        kept = self._answers._kept.get(self._key) if self._answers._kept is not None else None
        if tags is None and kept is None:
            return None
        release = ALWAYS if self._always else await self._answers._newest.number(self._request.state.data)
        told.release = release or None
        if tags is not None and self._tag(release) in (tag.strip().removeprefix("W/") for tag in tags.split(",")):
            return Response(status_code=304, headers=self._headers(release))
        if kept is None or kept.release != release:
            return None
        told.objects = kept.body.count(b"{")
        return self._response(kept)

    def made(self, body: bytes, release: int | None) -> Response:
        """Return an answer that was just made, and keep it."""
        kept = Kept(ALWAYS if self._always or release is None else release, body)
        if self._answers._kept is not None and len(body) <= self._answers._largest:
            self._answers._kept.keep(self._key, kept, len(body))
        return self._response(kept)

    def _response(self, kept: Kept) -> Response:
        return Response(kept.body, 200, self._headers(kept.release), f"{self._media}; charset=utf-8")

    def _headers(self, release: int) -> dict[str, str]:
        if self._request.method == "POST":
            return {"Cache-Control": NOT_KEPT}
        anyone = self._request.state.viewer.name is None
        return {"ETag": self._tag(release), "Cache-Control": PUBLIC if anyone else PRIVATE}

    def _tag(self, release: int) -> str:
        digest = sha256(self._key + release.to_bytes(8, "big")).digest()
        return f'"{base64.urlsafe_b64encode(digest[:18]).decode()}"'


def _key(asked: Asked, viewer: Viewer, media: str) -> bytes:
    """Return what an answer depends on, apart from the release; also on the program, for a new one may know better."""
    rights = [viewer.organization, sorted(scope.name for scope in viewer.scopes)]
    said = [asked.query, asked.operation_name, asked.variables, rights, media]
    return sha256(program() + orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).digest()


@cache
def program() -> bytes:
    """Return what tells this version of the program from others: a hash of its sources."""
    home, found = Path(api.__file__).parents[1], sha256()
    for folder in ("api", "schema", "db"):
        for path in sorted((home / folder).rglob("*.py")):
            found.update(path.read_bytes())
    return found.digest()
