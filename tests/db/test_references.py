"""References of large releases, which are checked all at once: they hold as those of small ones do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from db.connection import engine
from db.models import CHANGES, fact_tables, history_of
from db.releases import ReleaseError, publish, references
from tests.db import facts
from tests.db.facts import current, ministry, name_of
from tests.db.test_releases import assert_life

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from db.models import Fact

pytestmark = pytest.mark.anyio

NAME_OF_X = "fk_organization_names_organization_id: Key (organization_id)=(ministry:x) is not present in table"
X_IS_NAMED = 'fk_organization_names_organization_id: Key (id)=(ministry:x) is still referenced from table "organization'


@pytest.fixture(autouse=True, scope="module")
def every_release_is_large() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(references, "MANY", 0)
        yield


async def is_checked_by_row(connection: AsyncConnection) -> bool:
    return bool(await connection.scalar(sa.text("SHOW session_replication_role")) == "origin")


@settings(max_examples=3, deadline=None)
@given(first=facts.first_release, later=st.lists(facts.later_release(), min_size=1, max_size=3))
async def test_law(tables: sa.URL, first: facts.Release, later: list[facts.Release]) -> None:
    """What is refused is what plain Python refuses, and the rest obeys the law of releases."""
    async with engine(tables) as pool, pool.connect() as connection:
        assert await is_checked_by_row(connection)
        await assert_life(connection, [first, *later])


async def test_both_directions_are_refused_in_the_words_of_the_key(connection: AsyncConnection) -> None:
    """A row that names what is not there or goes, and the removal of what is named; nothing of it is written."""
    await publish(connection, "1", put=[ministry("x"), name_of("ministry:x", "x")])
    before = await current(connection)
    refused: dict[str, tuple[list[Fact], list[str]]] = {
        NAME_OF_X.replace("ministry:x", "ministry:y"): ([name_of("ministry:y", "y")], []),
        NAME_OF_X: ([name_of("ministry:x", "y")], ["ministry:x", "name:x"]),
        X_IS_NAMED: ([], ["ministry:x"]),
    }
    for sentence, (put, remove) in refused.items():
        with pytest.raises(ReleaseError) as raised:
            await publish(connection, "2", put=put, remove=remove)
        assert str(raised.value).startswith(sentence)
        assert await current(connection) == before
        assert await is_checked_by_row(connection)
    assert await publish(connection, "2", put=[ministry("z", "다")], remove=["ministry:x", "name:x"])


async def test_a_reference_may_come_before_what_it_names(connection: AsyncConnection) -> None:
    """Names go before organizations here, and two organizations are each other's owners."""
    one, two = ministry("x"), ministry("y")
    one.owner_id, two.owner_id = str(two.id), str(one.id)
    assert await publish(connection, "1", put=[name_of("ministry:x", "x"), one, two])


async def test_a_role_that_may_not_switch_is_checked_row_by_row(connection: AsyncConnection) -> None:
    """The keys themselves refuse: their sentences have a full stop, and so have those of this module."""
    await connection.execute(sa.text("CREATE ROLE plain"))
    await connection.execute(sa.text("GRANT ALL ON ALL TABLES IN SCHEMA public TO plain"))
    await connection.execute(sa.text("SET LOCAL ROLE plain"))
    switched: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        switched.extend([statement] if references.CHECKED_BY_ROW in statement and "SET" in statement[:4] else [])

    sa.event.listen(connection.sync_connection, "before_cursor_execute", note)
    await publish(connection, "1", put=[ministry("x"), name_of("ministry:x", "x")])
    with pytest.raises(ReleaseError) as raised:
        await publish(connection, "2", put=[], remove=["ministry:x"])
    assert str(raised.value).startswith(X_IS_NAMED)
    assert switched == []
    await connection.execute(sa.text("RESET ROLE"))
    await connection.execute(sa.text("GRANT SET ON PARAMETER session_replication_role TO plain"))
    await connection.execute(sa.text("SET LOCAL ROLE plain"))
    await publish(connection, "2", put=[ministry("y")])
    assert len(switched) == 2


async def _waits(pool: AsyncEngine) -> None:
    """Return when somebody waits for a lock."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
    async with pool.connect() as connection:
        while not await connection.scalar(waiting):
            await connection.rollback()
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("what", ["what is named goes", "what goes is named"])
@pytest.mark.parametrize("kept", [True, False])
async def test_a_release_waits_for_changes_by_hand(pool: AsyncEngine, what: str, *, kept: bool) -> None:
    """Someone takes away what a release names, or names what it takes away, and has not committed yet."""
    await publish(pool, "1", put=[ministry("x"), ministry("y"), name_of("ministry:y", "y")])
    if what == "what is named goes":
        by_hand, put, remove, sentence = "DELETE FROM organizations WHERE id = 'ministry:x'", ["x"], [], NAME_OF_X
    else:
        by_hand = "UPDATE organization_names SET organization_id = 'ministry:x'"
        put, remove, sentence = [], ["ministry:x"], X_IS_NAMED
    async with pool.connect() as other:
        await other.execute(sa.text(by_hand))
        publishing = asyncio.create_task(
            publish(pool, "2", put=[name_of(f"ministry:{key}", key) for key in put], remove=remove)
        )
        await _waits(pool)
        assert not publishing.done()
        await (other.commit() if kept else other.rollback())
    if kept:
        with pytest.raises(ReleaseError) as raised:
            await publishing
        assert str(raised.value).startswith(sentence)
    else:
        assert await publishing


async def test_a_change_by_hand_waits_for_a_release(pool: AsyncEngine) -> None:
    """What a release has named cannot go, and what it has removed cannot be named, once it has begun."""
    await publish(pool, "1", put=[ministry("x"), ministry("y"), name_of("ministry:y", "y")])
    for put, remove, by_hand in (
        ([name_of("ministry:x", "x")], [], "DELETE FROM organizations WHERE id = 'ministry:x'"),
        ([], ["name:x", "ministry:x"], "UPDATE organization_names SET organization_id = 'ministry:x'"),
    ):
        async with pool.connect() as releasing, pool.connect() as other:
            await publish(releasing, "2", put=put, remove=remove)
            changing = asyncio.create_task(other.execute(sa.text(by_hand)))
            await _waits(pool)
            await releasing.commit()
            await changing
            with pytest.raises(sa.exc.IntegrityError, match="fk_organization_names_organization_id"):
                await other.commit()


async def test_what_a_large_release_writes_has_no_triggers_but_those_of_keys(pool: AsyncEngine) -> None:
    """It writes as a replica does, and would pass any other trigger by; one that must not be passed by is ALWAYS."""
    facts_and_former = [table.name for each in fact_tables().values() for table in (each, history_of(each))]
    written = sa.literal([*facts_and_former, CHANGES.name], sa.ARRAY(sa.Text))
    passed_by = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A' AND tgrelid::regclass::text"
    deferrable = (
        "SELECT conname FROM pg_constraint WHERE contype IN ('u', 'x') AND condeferrable AND conrelid::regclass::text"
    )
    async with pool.connect() as connection:
        for question in (passed_by, deferrable):
            asked = sa.text(f"{question} = ANY (:written)").bindparams(
                sa.bindparam("written", written.value, written.type)
            )
            assert list(await connection.scalars(asked)) == []
