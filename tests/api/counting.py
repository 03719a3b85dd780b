"""Data that count the statements which are run on them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from db.reading import open_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import sqlalchemy as sa

    from db.viewers import Viewer
    from schema.sql import Data, Reader


class Counted:
    """Opens a database, and notes every statement that is run on it."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self._data: Data | None = None

    @asynccontextmanager
    async def __call__(self, url: sa.URL, **options: Any) -> AsyncIterator[Counted]:
        async with open_database(url, **options) as self._data:
            yield self

    @asynccontextmanager
    async def reading(self, *, several: bool, viewer: Viewer) -> AsyncIterator[Noted]:
        assert self._data
        async with self._data.reading(several=several, viewer=viewer) as reader:
            yield Noted(reader, self.statements)

    def taken(self) -> list[str]:
        """Return what was noted since this was asked last."""
        noted = self.statements[:]
        self.statements.clear()
        return noted


class Noted:
    """A reader whose statements are noted."""

    def __init__(self, reader: Reader, statements: list[str]) -> None:
        self._reader, self._statements = reader, statements

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        self._statements.append(sql)
        return await self._reader.fetch(sql, values)
