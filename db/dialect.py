"""SQLAlchemy's dialect, such that what one engine compiled serves the next on a server of the same version.

An engine is opened for a task and closed after it, and to compile the statements of a release takes longer than to run
them on a few rows. A compiled statement is looked up by its dialect, too, and a dialect by itself equals no other.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.util import LRUCache

DRIVER = "postgresql+alike"
COMPILED: LRUCache[Any, Any] = LRUCache(1_000)
"""What the engines of this program compiled, for all of them."""


class AlikeDialect(PGDialect_asyncpg):
    """The dialect of one engine; the version of its server is known from the first connection on."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AlikeDialect) and self._version == other._version

    def __hash__(self) -> int:
        return hash(AlikeDialect)

    @property
    def _version(self) -> Any:
        return getattr(self, "server_version_info", None)


registry.register(DRIVER.replace("+", "."), __name__, AlikeDialect.__name__)
