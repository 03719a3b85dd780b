"""Ask a database in GraphQL, and see what the server asked it in SQL."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from db.reading import open_database
from db.viewers import ANYONE, Viewer
from schema import contract

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    import sqlalchemy as sa

    from db.reading import Database
    from schema.sql import Reader

Statements = list[tuple[str, list[Any]]]


@dataclass
class Recorder:
    """Hands statements on to a reader and keeps a note of them."""

    reader: Reader
    statements: Statements

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        self.statements.append((sql, list(values)))
        return await self.reader.fetch(sql, values)


@dataclass
class Recorded:
    """A database, with a note of the statements that were sent to it."""

    database: Database
    statements: Statements = field(default_factory=list)

    @asynccontextmanager
    async def reading(self, *, several: bool, viewer: Viewer) -> AsyncIterator[Recorder]:
        async with self.database.reading(several=several, viewer=viewer) as reader:
            yield Recorder(reader, self.statements)


def answered(
    url: sa.URL, query: str, variables: Mapping[str, Any] | None = None, viewer: Viewer = ANYONE
) -> tuple[dict[str, Any], Statements]:
    """Return the answer to a query as a client reads it, and the statements that it took with their values."""

    async def ask() -> tuple[dict[str, Any], Statements]:
        executor = contract().executor
        async with open_database(url, size=1, statement_seconds=0) as database:
            recorded = Recorded(database)
            result = await executor.execute(executor.document(query), recorded, variables, viewer=viewer)
        answer: dict[str, Any] = {"data": result.data, "extensions": result.extensions}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        return orjson.loads(orjson.dumps(answer)), recorded.statements

    return asyncio.run(ask())


def is_excerpt(shown: Any, whole: Any) -> bool:
    """Return whether ``shown`` is ``whole`` with members and rows left out."""
    if isinstance(shown, dict) and isinstance(whole, dict):
        return all(key in whole and is_excerpt(value, whole[key]) for key, value in shown.items())
    if isinstance(shown, list) and isinstance(whole, list):
        rest = iter(whole)
        return all(any(is_excerpt(item, other) for other in rest) for item in shown)
    return bool(shown == whole)
