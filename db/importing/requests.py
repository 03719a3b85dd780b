"""Imports that were asked for under a key: the same one asked again is answered as it was, and not done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from db.models import import_requests

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

ASKING = 7_001_001_003
"""What tells the advisory locks of keys from others: a transaction holds one until it ends."""


class KeyReused(ValueError):
    """A key under which something else was asked for before."""


async def answer_given(connection: AsyncConnection, key: str, fingerprint: str) -> str | None:
    """Return what was answered under a key, or None where nothing was; whoever else asks under it waits.

    The wait is for the caller's transaction, which must be READ COMMITTED to see what the one before it noted.
    """
    both = sa.func.hashtextextended(key, ASKING)
    await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(both)))
    found = await connection.execute(
        sa.select(import_requests.c.fingerprint, import_requests.c.answer).where(import_requests.c.key == key)
    )
    row = found.first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused(key)
    return str(row.answer)


async def note_answer(connection: AsyncConnection, key: str, fingerprint: str, answer: str) -> None:
    """Note an answer in the transaction of what it tells of."""
    values = {"key": key, "fingerprint": fingerprint, "answer": answer}
    await connection.execute(sa.insert(import_requests).values(values))
