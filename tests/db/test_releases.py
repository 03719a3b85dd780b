"""Releases: what one writes, what it leaves as it was, and the law that states and changes obey."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from db.connection import engine
from db.models import (
    BudgetLine,
    Document,
    Fact,
    FuzzyDate,
    Milestone,
    Ministry,
    Release,
    Statute,
    fact_tables,
    history_of,
)
from db.models.base import Grade
from db.models.budgets import LineLevel, MoneyUnit, Stage
from db.models.missions import MilestoneStatus
from db.models.sources import DocumentKind, Standing
from db.releases import ReleaseError, apply, changes, latest, publish, state
from tests.db import facts
from tests.db.facts import current, ministry, name_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from db.releases import State

pytestmark = pytest.mark.anyio

CHECKS_KEYS = sa.text("SHOW session_replication_role")


async def committed(pool: AsyncEngine) -> tuple[int, State]:
    async with pool.connect() as connection:
        return await current(connection)


async def count(connection: AsyncConnection, table: sa.FromClause) -> int:
    return await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@settings(max_examples=4, deadline=None)
@given(first=facts.first_release, later=st.lists(facts.later_release(), min_size=1, max_size=3))
async def test_law(tables: sa.URL, first: facts.Release, later: list[facts.Release]) -> None:
    """State plus changes is the later state, and every state is the one reckoned in plain Python."""
    # Nothing is committed, so the next example finds the tables empty.
    async with engine(tables) as pool, pool.connect() as connection:
        await assert_life(connection, [first, *later])


async def assert_life(connection: AsyncConnection, life: list[facts.Release]) -> None:
    """Publish one release after another, and assert that each does what plain Python says, or is refused."""
    states: list[State] = [{table: {} for table in fact_tables()}]
    checks = await connection.scalar(CHECKS_KEYS)
    for release in life:
        put = [facts.fact_of(key, row) for key, row in release.items() if row is not None]
        remove = [key for key, row in release.items() if row is None]
        expected = facts.after(states[-1], release, len(states))
        if expected is None:
            with pytest.raises(ReleaseError):
                await publish(connection, "refused", put=put, remove=remove)
        elif expected == states[-1]:
            assert await publish(connection, "nothing", put=put, remove=remove) is None
        else:
            published = await publish(connection, "release", put=put, remove=remove)
            assert published is not None
            assert published.number == len(states)
            states.append(expected)
        assert await latest(connection) == len(states) - 1
        assert await connection.scalar(CHECKS_KEYS) == checks
    await assert_law(connection, states)


async def assert_law(connection: AsyncConnection, states: list[State]) -> None:
    for until, later in enumerate(states):
        assert await state(connection, until) == later
        for after, earlier in enumerate(states[: until + 1]):
            found = await changes(connection, after, until)
            assert apply(earlier, found) == later
            assert [(change.table, change.id) for change in found] == differing(earlier, later)


def differing(earlier: State, later: State) -> list[tuple[str, str]]:
    return sorted(
        (table, key)
        for table in later
        for key in earlier[table].keys() | later[table].keys()
        if earlier[table].get(key) != later[table].get(key)
    )


async def test_a_release_counts_what_it_does(connection: AsyncConnection) -> None:
    """New and changed rows are written, equal ones are not touched, removed ones are counted apart."""
    await publish(connection, "1", put=[ministry("a"), ministry("b"), ministry("c")])
    second = await publish(
        connection, "2", put=[ministry("a"), ministry("b", "다라부"), ministry("d")], remove=["ministry:c"]
    )
    assert second is not None
    assert (second.number, second.id, second.title) == (2, "release:2", "2")
    assert (second.rows_written, second.rows_removed) == (2, 1)
    _, after = await current(connection)
    assert {key: row["released_in"] for key, row in after["organizations"].items()} == {
        "ministry:a": 1,
        "ministry:b": 2,
        "ministry:d": 2,
    }


async def test_nothing_to_publish(connection: AsyncConnection) -> None:
    """Facts that are as they were make no release."""
    await publish(connection, "1", put=[ministry("a")])
    assert await publish(connection, "again", put=[ministry("a")]) is None
    assert await publish(connection, "empty") is None
    assert await count(connection, Release.__table__) == 1


@pytest.mark.parametrize("identifier", ["document:a", "milestone:a", "statistic:a"])
async def test_a_change_in_any_column_is_a_change(connection: AsyncConnection, identifier: str) -> None:
    table = fact_tables()[facts.table_of(identifier)]
    columns = [column for column in table.columns if column.name != "id" and not column.foreign_keys]
    row: facts.Row = {column.name: None if column.nullable else some(column) for column in columns}
    await publish(connection, "1", put=[facts.fact_of(identifier, row)])
    for column in columns:
        row[column.name] = another(column)
        published = await publish(connection, column.name, put=[facts.fact_of(identifier, row)])
        assert published is not None, column.name


def some(column: sa.Column[Any]) -> Any:
    kind = column.type.python_type
    return next(iter(kind)) if issubclass(kind, Enum) else kind()


def another(column: sa.Column[Any]) -> Any:
    kind = column.type.python_type
    if issubclass(kind, Enum):
        return [*kind][-1]
    others = {date: date(2030, 1, 1), datetime: datetime(2030, 1, 1, tzinfo=UTC), Decimal: Decimal("0.5"), int: 2030}
    return others.get(kind, "다른 것")


async def test_every_kind_of_value(connection: AsyncConnection) -> None:
    """A time as printed goes in as one value; one that the source does not give stays null."""
    printed = FuzzyDate(as_printed="~'26.下")
    status = MilestoneStatus.PLANNED
    dated = Milestone(id="milestone:a", grade=Grade.OPEN, title="가", status=status, due=printed)
    undated = Milestone(id="milestone:b", grade=Grade.OPEN, title="나", status=status)
    await publish(connection, "1", put=[dated, undated])
    _, after = await current(connection)
    assert {key: row["due_as_printed"] for key, row in after["milestones"].items()} == {
        "milestone:a": "~'26.下",
        "milestone:b": None,
    }


async def test_rows_may_swap_unique_values(connection: AsyncConnection) -> None:
    """Two rows exchange a value that only one may have."""
    await publish(connection, "1", put=[statute("a", "1"), statute("b", "2")])
    await publish(connection, "2", put=[statute("a", "2"), statute("b", "1")])
    _, after = await current(connection)
    assert {key: row["law_id"] for key, row in after["statutes"].items()} == {"statute:a": "2", "statute:b": "1"}


def statute(key: str, law_id: str) -> Statute:
    return Statute(id=f"statute:{key}", grade=Grade.OPEN, law_id=law_id, name="가", short_name="가")


async def test_rows_are_written_in_the_order_in_which_they_are_listed(connection: AsyncConnection) -> None:
    """Whoever lists them finds them side by side, also while they are being published."""
    lines = [
        BudgetLine(
            id=f"budget-line:{n}",
            grade=Grade.OPEN,
            fiscal_year=2020 + n % 3,
            stage=Stage.REQUEST,
            level=LineLevel.PROJECT,
            ministry_id="ministry:a",
            amount=n,
            printed_unit=MoneyUnit.WON,
        )
        for n in range(20)
    ]
    await publish(connection, "1", put=[ministry("a"), *lines])
    written = await connection.scalars(sa.select(BudgetLine.id).order_by(sa.literal_column("ctid")))
    listed = await connection.scalars(sa.select(BudgetLine.id).order_by(BudgetLine.fiscal_year, BudgetLine.id))
    assert written.all() == listed.all()


def handed_out(at: datetime) -> Document:
    return Document(
        id="document:a",
        grade=Grade.OPEN,
        title="가",
        kind=DocumentKind.NOTICE,
        standing=Standing.OFFICIAL,
        distributed_at=at,
    )


REFUSED: dict[str, tuple[list[Fact], list[str]]] = {
    "ministry:zz cannot be removed": ([], ["ministry:zz"]),
    "nonsense is not an identifier": ([], ["nonsense"]),
    "ministry:a is removed twice": ([], ["ministry:a", "ministry:a"]),
    "ministry:b is put twice": ([ministry("b"), ministry("b")], []),
    "ministry:a is both put and removed": ([ministry("a", "다라부")], ["ministry:a"]),
    "statute:x is not an identifier of a Ministry": ([Ministry(id="statute:x", name="가나부")], []),
    "None is not an identifier of a Ministry": ([Ministry(name="가나부")], []),
    "ministry:b has no kind": ([Ministry(id="ministry:b", grade=Grade.OPEN, name="가나부")], []),
    "ministry:b: name is 3, not a str": ([ministry("b", 3)], []),
    "distributed_at is 2026-06-18 00:00:00, which names no time zone": ([handed_out(datetime(2026, 6, 18))], []),  # noqa: DTZ001
    "invalid byte sequence .* 0x00": ([ministry("b", "가\0나")], []),
    "fk_organization_names_organization_id: .*ministry:zz": ([ministry("b"), name_of("ministry:zz", "b")], []),
    "fk_organization_names_organization_id: .*ministry:a": ([], ["ministry:a"]),
    "uq_statutes_law_id: .*014409": ([ministry("b"), statute("b", "014409")], []),
}


@pytest.mark.parametrize("sentence", REFUSED)
async def test_a_refusal_names_its_cause_and_writes_nothing(connection: AsyncConnection, sentence: str) -> None:
    await publish(connection, "1", put=[ministry("a"), name_of("ministry:a", "a"), statute("a", "014409")])
    before = await current(connection)
    put, remove = REFUSED[sentence]
    with pytest.raises(ReleaseError, match=sentence):
        await publish(connection, "2", put=put, remove=remove)
    assert await current(connection) == before
    published = await publish(connection, "2", put=[ministry("b")])
    assert published is not None
    assert published.number == 2


async def test_a_fault_of_the_database_halfway_writes_nothing(pool: AsyncEngine) -> None:
    """The last table of a release fails for a reason that no check foresees."""
    await publish(pool, "1", put=[ministry("a"), statute("a", "1")])
    before = await committed(pool)
    async with pool.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE statutes_history ADD CHECK (law_id <> '1')"))
    with pytest.raises(ReleaseError, match="statutes_history"):
        await publish(pool, "2", put=[ministry("a", "다라부"), statute("a", "2")])
    async with pool.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE statutes RENAME TO hidden"))
    with pytest.raises(sa.exc.ProgrammingError):
        await publish(pool, "2", put=[ministry("a", "다라부"), statute("a", "2")])
    async with pool.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE hidden RENAME TO statutes"))
    assert await committed(pool) == before


async def test_a_publisher_that_is_cancelled_writes_nothing(pool: AsyncEngine) -> None:
    """Whoever waits for the lock, or is stopped at work, leaves no trace and no lock behind."""
    await publish(pool, "1", put=[ministry("a")])
    before = await committed(pool)
    for delay in (0.0, 0.005, 0.01, 0.02, 0.04):
        many = [ministry(f"{n}") for n in range(2000)]
        task = asyncio.create_task(publish(pool, "2", put=many))
        await asyncio.sleep(delay)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await committed(pool) == before
    assert await publish(pool, "2", put=[ministry("b")]) is not None


async def test_the_callers_transaction_decides(pool: AsyncEngine) -> None:
    """On a connection, releases stand or fall with the caller's transaction, and a refusal leaves it usable."""
    async with pool.connect() as connection:
        await publish(connection, "1", put=[ministry("a")])
        with pytest.raises(ReleaseError):
            await publish(connection, "2", put=[name_of("ministry:zz", "a")])
        await publish(connection, "2", put=[name_of("ministry:a", "a")])
        assert await latest(connection) == 2
        await connection.rollback()
    assert await committed(pool) == (0, {table: {} for table in fact_tables()})


async def test_concurrent_publishers_are_numbered_as_they_commit(pool: AsyncEngine) -> None:
    """Eight publishers at once: none is lost, and no number is left out."""
    published = await asyncio.gather(*(publish(pool, f"{n}", put=[ministry(f"{n}")]) for n in range(8)))
    assert sorted(release.number for release in published if release) == list(range(1, 9))
    number, after = await committed(pool)
    assert number == 8
    assert len(after["organizations"]) == 8


async def test_the_later_number_has_the_later_time(pool: AsyncEngine) -> None:
    """Whoever opened a transaction first and publishes last is dated last."""
    async with pool.connect() as early:
        assert await latest(early) == 0
        await asyncio.sleep(1.1)
        await publish(pool, "1", put=[ministry("a")])
        await publish(early, "2", put=[ministry("b")])
        times = list(await early.scalars(sa.select(Release.published_at).order_by(Release.number)))
    assert len(times) == 2
    assert times == sorted(times)


async def test_the_second_of_two_sees_what_the_first_did(pool: AsyncEngine) -> None:
    """Two publish the same facts at once: one release results."""
    published = await asyncio.gather(*(publish(pool, "same", put=[ministry("a")]) for _ in range(2)))
    assert [release.number for release in published if release] == [1]


async def test_changes_run_forward(connection: AsyncConnection) -> None:
    with pytest.raises(ValueError, match="Release 2 is later than release 1"):
        await changes(connection, 2, 1)


@pytest.mark.slow
async def test_a_ministrys_whole_list(pool: AsyncEngine) -> None:
    """100,000 rows come in, and half of them change."""

    async def published(names: dict[str, str]) -> None:
        facts = [ministry("a"), *(name_of("ministry:a", key, name) for key, name in names.items())]
        await publish(pool, "list", put=facts)

    names = {f"{n}": "가" for n in range(100_000)}
    await published(names)
    await published(names | dict.fromkeys(list(names)[::2], "나"))
    async with pool.connect() as connection:
        assert await count(connection, history_of(fact_tables()["organization_names"])) == 50_000
