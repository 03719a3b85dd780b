"""The chain of entries: each carries a seal over itself and the seal before, so that none can be changed alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import time_ns
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from db.models.audit import audit_chain, audit_entries
from db.models.base import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

Entry = dict[str, Any]


def seal(before: str, number: int, entry: str) -> str:
    """Return the seal of an entry."""
    return hashlib.sha256(f"{before} {number} {entry}".encode()).hexdigest()


async def append(connection: AsyncConnection, entries: Sequence[str], journal: str | None = None) -> None:
    """Add entries at the end of the chain; others who add wait until the transaction ends."""
    if not entries:
        return
    end = (await connection.execute(sa.select(audit_chain.c.newest, audit_chain.c.seal_newest).with_for_update())).one()
    first, sealed = end.newest + 1, end.seal_newest
    seals = []
    for number, entry in enumerate(entries, first):
        sealed = seal(sealed, number, entry)
        seals.append(sealed)
    # Three arrays and not a row at a time, which took the server, and the database, longer than all else of the audit.
    arrays = sa.func.unnest(
        sa.bindparam("numbers", list(range(first, first + len(entries))), sa.ARRAY(sa.BigInteger)),
        sa.bindparam("entries", entries, sa.ARRAY(Text)),
        sa.bindparam("seals", seals, sa.ARRAY(Text)),
    )
    added = arrays.table_valued("number", "entry", "seal").render_derived(name="added")
    columns = ["number", "entry", "seal", "journal"]
    rows = sa.select(added.c.number, added.c.entry, added.c.seal, sa.bindparam("journal", journal, Text))
    await connection.execute(sa.insert(audit_entries).from_select(columns, rows))
    await connection.execute(sa.update(audit_chain).values(newest=first + len(seals) - 1, seal_newest=sealed))


async def note(connection: AsyncConnection, what: str, **details: Any) -> None:
    """Add one entry in the transaction of what it tells: they are kept together, or neither is."""
    await append(connection, [written({"at": now(), "what": what, **details})])


def now() -> str:
    """Return the time as entries have it, in UTC to the millisecond."""
    second, thousandths = divmod(time_ns() // 1_000_000, 1000)
    return f"{_written_second(second)}.{thousandths:03}+00:00"


@lru_cache(maxsize=1)
def _written_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def written(entry: Mapping[str, Any]) -> str:
    """Return an entry as it is kept, without what is not known."""
    return orjson.dumps({name: value for name, value in entry.items() if value is not None}).decode()


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole chain found: how many entries there are, and the first that is not as it was kept."""

    entries: int
    newest: int
    seal: str
    bad: int | None = None
    reason: str = ""


async def verify(connection: AsyncConnection) -> Verdict:
    """Look at every entry in order, in constant memory; the number named is the first at which the chain breaks."""
    chain = (await connection.execute(sa.select(audit_chain))).mappings().one_or_none()
    if chain is None:
        return Verdict(0, 0, "", 1, "the row that says where the chain begins and ends is gone")
    number, sealed, count = chain["removed"], chain["seal_removed"], 0
    kept = sa.select(audit_entries.c.number, audit_entries.c.entry, audit_entries.c.seal).order_by(
        audit_entries.c.number
    )
    async with connection.stream(kept) as rows:
        async for row in rows:
            if row.number != number + 1:
                return Verdict(count, number, sealed, number + 1, f"it is missing: the next one is {row.number}")
            if row.seal != seal(sealed, row.number, row.entry):
                return Verdict(
                    count, number, sealed, row.number, "its seal is not that of its text and the entry before"
                )
            number, sealed, count = row.number, row.seal, count + 1
    if (number, sealed) != (chain["newest"], chain["seal_newest"]):
        return Verdict(count, number, sealed, number + 1, f"the chain ends here, and should end with {chain['newest']}")
    return Verdict(count, number, sealed)


async def remove_before(connection: AsyncConnection, days: int) -> int:
    """Remove entries that were kept longer than some days ago, note that, and return how many they were.

    The newest entry always stays. The chain then begins with the seal of the last one removed, which the note repeats.
    """
    await connection.execute(sa.select(audit_chain.c.id).with_for_update())
    old = audit_entries.c.kept_at < sa.func.now() - sa.func.make_interval(0, 0, 0, days)
    newest = sa.select(audit_chain.c.newest).scalar_subquery()
    # The first that stays decides, so that the chain has no hole whatever the clock did.
    first = sa.select(sa.func.min(audit_entries.c.number)).where(~old)
    until = await connection.scalar(sa.select(sa.func.coalesce(first.scalar_subquery(), newest))) - 1
    last = await connection.execute(sa.select(audit_entries.c.seal).where(audit_entries.c.number == until))
    if (found := last.scalar_one_or_none()) is None:
        return 0
    await connection.execute(sa.text("SET LOCAL nextgraph.audit_retention = 'on'"))
    gone = await connection.execute(sa.delete(audit_entries).where(audit_entries.c.number <= until))
    await connection.execute(sa.text("SET LOCAL nextgraph.audit_retention = 'off'"))
    await connection.execute(sa.update(audit_chain).values(removed=until, seal_removed=found))
    await note(connection, "audit entries removed", until=until, seal=found, days=days)
    return gone.rowcount
