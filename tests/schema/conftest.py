"""Databases for the planner's tests, each with the oracle that knows its rows."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import pytest

from db import releases
from db.connection import engine
from tests.conftest import new_database
from tests.schema.oracle.generated import lawful, rows
from tests.schema.oracle.world import World, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa


@pytest.fixture(scope="session")
def dataset(dataset_url: sa.URL) -> Iterator[World]:
    """The built-in dataset."""
    with open_world(dataset_url) as world:
        yield world


@pytest.fixture(scope="session")
def odd_url(server_url: sa.URL, empty_template: sa.URL) -> Iterator[sa.URL]:
    """A database of generated rows with nulls, ties and odd characters everywhere, for tests that only read."""
    with new_database(server_url, str(empty_template.database)) as url:
        asyncio.run(_publish_generated(url))
        yield url


@pytest.fixture(scope="session")
def odd(odd_url: sa.URL) -> Iterator[World]:
    """Generated rows, of two releases."""
    with open_world(odd_url) as world:
        yield world


async def _publish_generated(url: sa.URL) -> None:
    async with engine(url) as writer:
        await releases.publish(writer, "하나", put=rows(seed=1))
        changed = {fact.id: fact for fact in rows(seed=2)}
        # Every third row is replaced, so that rows of one table differ in their release.
        kept = {fact.id: fact for fact in rows(seed=1)}
        for identifier in list(kept)[::3]:
            kept[identifier].grade = changed[identifier].grade
        await releases.publish(writer, "둘", put=lawful(kept, Random(1)))
