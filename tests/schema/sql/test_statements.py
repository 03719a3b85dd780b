"""One statement for a root field, however many rows there are; several root fields see one state of the data."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from db import models, releases
from db.connection import engine
from db.models.base import Grade
from db.models.technologies import TechnologyStatus
from db.reading import Database, open_database
from schema import contract
from tests.conftest import new_database
from tests.schema.test_linked import LINKED, VARIABLES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import sqlalchemy as sa

    from db.viewers import Viewer

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK")


@pytest.fixture
def copy(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    """The built-in dataset in a database that a test may write to."""
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url


@asynccontextmanager
async def logged(url: sa.URL) -> AsyncIterator[tuple[Database, list[str]]]:
    """Open a database over a single connection, which writes down every statement that it sends."""
    sent: list[str] = []
    async with open_database(url, size=1) as database:
        async with database.connections.lend() as connection:
            connection.add_query_logger(lambda record: sent.append(record.query))
        yield database, sent


async def ask(database: Any, text: str, variables: dict[str, Any] | None = None) -> Any:
    executor = contract().executor
    result = await executor.execute(executor.document(text), database, variables or {})
    assert result.errors is None, result.errors
    # asyncpg writes its log a moment later.
    await asyncio.sleep(0)
    return orjson.loads(orjson.dumps(result.data))


def test_the_linked_query_is_one_statement_a_root_field_and_then_one(copy: sa.URL) -> None:
    async def run() -> None:
        async with logged(copy) as (database, sent):
            # A document of its own, which no other test has asked before.
            alone = re.sub(r"query \w+", "query Alone", LINKED, count=1)
            assert alone != LINKED
            first = await ask(database, alone, VARIABLES)
            kinds = [statement.split(maxsplit=1)[0].strip(";") for statement in sent]
            assert [kind for kind in kinds if kind not in TRANSACTION] == ["SELECT"] * 5
            assert kinds[0] == "BEGIN"
            assert kinds[-1] == "COMMIT"
            assert "REPEATABLE READ" in sent[0]
            assert "READ ONLY" in sent[0]
            sent.clear()
            assert await ask(database, alone, VARIABLES) == first
            assert len(sent) == 1

    asyncio.run(run())


def test_one_root_field_needs_no_transaction(copy: sa.URL) -> None:
    async def run() -> None:
        async with logged(copy) as (database, sent):
            await ask(
                database, "{ terms { totalCount nodes { claims { nodes { passage { document { title } } } } } } }"
            )
            assert len(sent) == 1

    asyncio.run(run())


def test_ten_times_the_rows_need_no_more_statements(copy: sa.URL) -> None:
    async def counted() -> tuple[int, int]:
        async with logged(copy) as (database, sent):
            await ask(database, LINKED, VARIABLES)
            sent.clear()
            found = await ask(database, LINKED, VARIABLES)
            return len(sent), len(found["technologyFields"]["nodes"][0]["technologies"]["nodes"])

    async def grow() -> None:
        async with open_database(copy, size=1) as database:
            rows = await database.pool.fetch("SELECT * FROM technologies")
        more = [
            models.Technology(
                id=f"{row['id']}-{number}",
                grade=Grade.OPEN,
                regime_id=row["regime_id"],
                field_id=row["field_id"],
                name=f"{row['name']} {number}",
                ordinal=row["ordinal"],
                status=TechnologyStatus[row["status"]],
            )
            for row in rows
            for number in range(9)
        ]
        async with engine(copy) as writer:
            await releases.publish(writer, "열 배", put=more)

    before = asyncio.run(counted())
    asyncio.run(grow())
    after = asyncio.run(counted())
    assert before == (1, 10)
    assert after == (1, 25)


SEVERAL = """{ before: releases(orderBy: [{number: DESC}], first: 1) { nodes { number } } terms { totalCount }
    after: releases(orderBy: [{number: DESC}], first: 1) { nodes { number } } people { totalCount } }"""


def test_a_release_that_lands_meanwhile_is_not_seen(copy: sa.URL) -> None:
    """Between the first and the second root field a release is published: all four answer as of the first."""

    class Publishing:
        """A reader that lets a release land between its first statement and the others."""

        def __init__(self, reader: Any, writer: Any) -> None:
            self._reader, self._writer = reader, writer
            self._turn, self._landed = asyncio.Lock(), False

        async def fetch(self, sql: str, values: Any) -> bytes:
            async with self._turn:
                answer: bytes = await self._reader.fetch(sql, values)
                if not self._landed:
                    term = models.Term(id="term:new", grade=Grade.OPEN, form="새말", meaning="뜻", synonyms=[])
                    person = models.Person(id="person:new", grade=Grade.OPEN, name="새 사람")
                    self._landed = await releases.publish(self._writer, "사이에", put=[term, person]) is not None
            return answer

    class Meanwhile:
        def __init__(self, database: Database, writer: Any) -> None:
            self._database, self._writer = database, writer

        @asynccontextmanager
        async def reading(self, *, several: bool, viewer: Viewer) -> AsyncIterator[Publishing]:
            async with self._database.reading(several=several, viewer=viewer) as reader:
                yield Publishing(reader, self._writer)

    async def run() -> None:
        async with open_database(copy, size=1) as database, engine(copy) as writer:
            first = await ask(database, SEVERAL)
            assert await ask(Meanwhile(database, writer), SEVERAL) == first
            second = await ask(database, SEVERAL)
            assert second["before"]["nodes"] == second["after"]["nodes"] == [{"number": 2}]
            for counted in ("terms", "people"):
                assert second[counted]["totalCount"] == first[counted]["totalCount"] + 1

    asyncio.run(run())


def test_a_fragment_at_the_root_sees_one_state_too(copy: sa.URL) -> None:
    async def run() -> None:
        async with logged(copy) as (database, sent):
            await ask(database, "{ ...F } fragment F on Query { terms { totalCount } people { totalCount } }")
            assert sent[0].startswith("BEGIN")
            assert len(sent) == 4

    asyncio.run(run())


def test_nothing_can_be_written_while_reading(copy: sa.URL) -> None:
    async def run() -> None:
        async with open_database(copy, size=1) as database:
            with pytest.raises(Exception, match="read-only"):
                await database.pool.execute("DELETE FROM terms")

    asyncio.run(run())
