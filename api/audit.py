"""The audit of requests: each is written down before its answer is sent, and brought into the chain soon after."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import orjson

from api.errors import logger
from db.audit.chain import now, remove_before
from db.audit.journal import Journal
from db.connection import data_directory, engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import sqlalchemy as sa

    from api.settings import Settings
    from api.told import Told
    from db.viewers import Viewer

BRING_SECONDS = 1
DAY = 86_400


class Audit:
    """Writes entries to the journal; ``failing`` says why it cannot, where it cannot."""

    def __init__(self, url: sa.URL, settings: Settings) -> None:
        self._named_only = settings.audit == "named"
        self._days = settings.audit_days
        folder = settings.audit_dir or (settings.data_dir or data_directory()) / "audit"
        self.journal = Journal(folder / _place(url))
        self.failing: str | None = None

    def wants(self, viewer: Viewer) -> bool:
        """Return whether what a viewer does is written down."""
        return not self._named_only or viewer.name is not None

    def write(self, told: Told, status: int, size: int, seconds: float, request_id: str, behalf: str | None) -> None:
        """Write down a request; raise OSError where that fails, for then it must not be answered."""
        viewer = told.viewer
        entry: dict[str, Any] = {
            "at": now(),
            "what": told.what,
            "who": viewer.name,
            "organization": viewer.organization,
            "for": behalf,
            "request": request_id,
            "operation": told.operation,
            "document": told.document,
            "variables": told.variables,
            "release": told.release,
            "status": status,
            "code": told.code,
            "objects": told.objects,
            "bytes": size,
            "ms": round(seconds * 1000, 1),
        }
        line = orjson.dumps({name: value for name, value in entry.items() if value is not None}) + b"\n"
        try:
            self.journal.write(line)
        except OSError as error:
            self.failing = f"Entries cannot be written to {self.journal.folder}: {error.strerror or error}."
            raise
        self.failing = None

    @asynccontextmanager
    async def bringing(self, url: sa.URL) -> AsyncIterator[None]:
        """Bring what is written into the chain while the application runs, and the rest of it in the end."""
        async with engine(url) as pool:
            task = asyncio.create_task(self._bring(pool))
            try:
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                try:
                    await self.journal.close(pool)
                except Exception:  # noqa: BLE001 (the next start brings it, which is what the file is for)
                    logger.warning("The audit stays in %s until the next start", self.journal.folder, exc_info=True)

    async def _bring(self, pool: Any) -> None:
        removed_at = float("-inf")
        while True:
            try:
                await self.journal.bring(pool)
                if self._days and time.monotonic() - removed_at > DAY:
                    removed_at = time.monotonic()
                    async with pool.begin() as connection:
                        await remove_before(connection, self._days)
            except Exception:  # noqa: BLE001 (whatever it is, the entries are in the file, and the next turn brings them)
                logger.warning("The audit could not be brought into the database, and is tried again", exc_info=True)
            await asyncio.sleep(BRING_SECONDS)


def _place(url: sa.URL) -> str:
    """Name a database, so that no journal is brought into another than that of which it tells."""
    parts = [url.host, str(url.port or ""), url.database] if url.host else [url.database]
    return re.sub(r"[^A-Za-z0-9._-]", "_", "-".join(part for part in parts if part))
