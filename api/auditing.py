"""The commands ``audit verify`` and ``audit list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from db.audit.chain import verify
from db.bootstrap import prepare
from db.connection import engine
from db.models import audit_entries

if TYPE_CHECKING:
    from db.audit.chain import Verdict


async def verified(url: sa.URL) -> Verdict:
    """Look at the whole chain."""
    await prepare(url)
    async with engine(url) as pool, pool.connect() as connection:
        return await verify(connection)


async def newest_entries(url: sa.URL, last: int) -> list[str]:
    """Return the newest entries, each as it is kept with its number before it."""
    await prepare(url)
    newest = (
        sa.select(audit_entries.c.number, audit_entries.c.entry)
        .order_by(audit_entries.c.number.desc())
        .limit(max(0, last))
    )
    async with engine(url) as pool, pool.connect() as connection:
        rows = (await connection.execute(newest)).all()
    return [orjson.dumps({"number": row.number, **orjson.loads(row.entry)}).decode() for row in reversed(rows)]
