"""Whether the program runs, and whether it can answer: the database, its tables, the facts in it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa
from starlette.responses import Response

from api.errors import logger
from db import migrations, releases
from db.connection import DatabaseUnavailable, engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from api.audit import Audit

Part = dict[str, bool | str]
OK: Part = {"ok": True}
LOOKS_LAST_SECONDS = 1
LOOK_SECONDS = 3
NO_CACHE = {"Cache-Control": "no-store"}


class Health:
    """The answers to a supervisor; however often it asks, the database is looked at once a second at most."""

    def __init__(self, url: sa.URL, audit: Audit | None = None) -> None:
        self._url, self._audit, self._head = url, audit, migrations.head()
        self._turn = asyncio.Lock()
        self._seen: Mapping[str, Part] = {}
        self._seen_at = float("-inf")

    async def live(self, _request: Request) -> Response:
        """Say that the program runs."""
        return _json({"status": "live"}, 200)

    async def ready(self, _request: Request) -> Response:
        """Say whether requests can be answered, and for each part why not."""
        async with self._turn:
            if time.monotonic() - self._seen_at > LOOKS_LAST_SECONDS:
                self._seen = await self._look()
                self._seen_at = time.monotonic()
        parts = {**self._seen}
        if self._audit:
            parts["audit"] = _failing(self._audit.failing) if self._audit.failing else OK
        ready = all(part["ok"] for part in parts.values())
        return _json({"status": "ready" if ready else "not ready", "parts": parts}, 200 if ready else 503)

    async def _look(self) -> Mapping[str, Part]:
        not_looked_at = _failing("Not looked at, because what it needs is not ready.")
        parts = {"database": OK, "migrations": not_looked_at, "release": not_looked_at}
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                revision = await migrations.current(self._url)
                if revision != self._head:
                    return {**parts, "migrations": _failing("The tables are not those of this version: run `migrate`.")}
                parts["migrations"] = OK
                published = await self._latest_release() > 0
                return {**parts, "release": OK if published else _failing("No release has been published yet.")}
        except DatabaseUnavailable:
            return {**parts, "database": _failing("The database cannot be reached.")}
        except sa.exc.SQLAlchemyError:
            logger.exception("The database answered the question for its readiness with an error")
            return {**parts, "database": _failing("The database answers with an error.")}
        except TimeoutError:
            return {**parts, "database": _failing(f"The database did not answer within {LOOK_SECONDS} seconds.")}

    async def _latest_release(self) -> int:
        async with engine(self._url) as pool, pool.connect() as connection:
            return await releases.latest(connection)


def _failing(reason: str) -> Part:
    return {"ok": False, "reason": reason}


def _json(body: Mapping[str, object], status: int) -> Response:
    return Response(orjson.dumps(body), status, NO_CACHE, "application/json; charset=utf-8")
