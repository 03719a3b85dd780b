"""The chain of the audit: whatever is changed in it, by whoever may write to the database, is named."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from db.audit.chain import append, note, remove_before, verify, written
from db.connection import engine
from db.releases import publish
from tests.conftest import new_database
from tests.db.facts import ministry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

pytestmark = pytest.mark.anyio

ENTRIES = 40
TRIALS = 100
UNGUARDED = "ALTER TABLE audit_entries DISABLE TRIGGER only_added"
"""What someone does first who means to change entries: the guard is against mistakes, the chain against them."""


@pytest.fixture
def kept(server_url: sa.URL, empty_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(empty_template.database)) as url:

        async def fill() -> None:
            async with engine(url) as pool, pool.begin() as connection:
                await append(connection, [written({"what": "read", "n": n, "text": "가 " * n}) for n in range(ENTRIES)])

        asyncio.run(fill())
        yield url


async def run(connection: AsyncConnection, sql: str, **values: Any) -> None:
    await connection.execute(sa.text(sql), values)


async def test_what_is_kept_is_found_as_it_was(kept: sa.URL) -> None:
    async with engine(kept) as pool, pool.connect() as connection:
        verdict = await verify(connection)
    assert (verdict.entries, verdict.newest, verdict.bad) == (ENTRIES, ENTRIES, None)


async def test_any_byte_and_any_row_is_missed(kept: sa.URL) -> None:
    """A hundred times, one thing is changed anywhere; the first entry that is wrong is named each time."""
    random = Random(14)
    async with engine(kept) as pool, pool.connect() as connection:
        for _ in range(TRIALS):
            number, expected = random.randint(1, ENTRIES), 0
            async with connection.begin_nested() as trial:
                await run(connection, UNGUARDED)
                match random.choice(["entry", "seal", "delete", "exchange", "insert"]):
                    case "delete":
                        await run(connection, "DELETE FROM audit_entries WHERE number = :n", n=number)
                        expected = number
                    case "exchange":
                        number = min(number, ENTRIES - 1)
                        swap = "UPDATE audit_entries e SET entry = o.entry FROM audit_entries o WHERE "
                        pair = "(e.number, o.number) IN ((:n, :m), (:m, :n))"
                        await run(connection, swap + pair, n=number, m=number + 1)
                        expected = number
                    case "insert":
                        await run(connection, "INSERT INTO audit_entries VALUES (:n, '{}', 'x')", n=ENTRIES + 1)
                        expected = ENTRIES + 1
                    case column:
                        changed = f"{column} = overlay({column} PLACING :c FROM :at FOR 1)"
                        flip = f"UPDATE audit_entries SET {changed} WHERE number = :n"
                        old = await connection.scalar(
                            sa.text(f"SELECT {column} FROM audit_entries WHERE number = :n"), {"n": number}
                        )
                        at = random.randrange(len(str(old)))
                        other = "x" if str(old)[at] != "x" else "y"
                        await run(connection, flip, c=other, at=at + 1, n=number)
                        expected = number
                assert (await verify(connection)).bad == expected
                await trial.rollback()
        assert (await verify(connection)).bad is None


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_entries SET entry = '{}'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"]
)
async def test_a_mistake_is_refused(kept: sa.URL, sql: str) -> None:
    async with engine(kept) as pool:
        with pytest.raises(sa.exc.DBAPIError, match="Entries of the audit are only added"):
            async with pool.begin() as connection:
                await run(connection, sql)


async def test_old_entries_go_and_the_chain_holds(kept: sa.URL) -> None:
    old = "UPDATE audit_entries SET kept_at = now() - interval '40 days' WHERE number <= 25"
    async with engine(kept) as pool:
        async with pool.begin() as connection:
            assert await remove_before(connection, 30) == 0
        await unguarded(pool, old)
        async with pool.begin() as connection:
            assert await remove_before(connection, 30) == 25
            verdict = await verify(connection)
            assert (verdict.entries, verdict.newest, verdict.bad) == (ENTRIES - 25 + 1, ENTRIES + 1, None)
            last = await connection.scalar(sa.text("SELECT entry FROM audit_entries ORDER BY number DESC LIMIT 1"))
            assert '"until":25' in str(last)
        await unguarded(pool, "DELETE FROM audit_entries WHERE number = 26")
        async with pool.connect() as connection:
            assert (await verify(connection)).bad == 26


async def unguarded(pool: AsyncEngine, sql: str) -> None:
    async with pool.begin() as connection:
        await run(connection, UNGUARDED)
        await run(connection, sql)
        await run(connection, "ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER only_added")


async def test_several_who_add_at_once_make_one_chain(kept: sa.URL) -> None:
    async def add(number: int) -> None:
        async with engine(kept) as pool, pool.begin() as connection:
            await note(connection, "read", by=number)

    await asyncio.gather(*(add(number) for number in range(8)))
    async with engine(kept) as pool, pool.connect() as connection:
        verdict = await verify(connection)
    assert (verdict.entries, verdict.bad) == (ENTRIES + 8, None)


async def test_a_release_is_published_with_its_entry_or_not_at_all(kept: sa.URL) -> None:
    async with engine(kept) as pool:
        async with pool.connect() as connection:
            await publish(connection, "하나", put=[ministry("a")])
            assert (await verify(connection)).entries == ENTRIES + 1
            await connection.rollback()
        async with pool.connect() as connection:
            assert (await verify(connection)).entries == ENTRIES
        await publish(pool, "하나", put=[ministry("a")])
        async with pool.connect() as connection:
            entry = await connection.scalar(sa.text("SELECT entry FROM audit_entries ORDER BY number DESC LIMIT 1"))
    assert '"what":"release","release":1,"title":"하나"' in str(entry)
