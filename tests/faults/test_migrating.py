"""Migrations that are killed, and migrations under readers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from db import migrations
from tests.conftest import execute, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

REPOSITORY = Path(__file__).parents[2]
KILLS = 20
BEFORE = "0009"
"""A revision from which the later ones bring much."""


@pytest.fixture
def old(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    """The built-in dataset in the tables of an earlier version."""
    with new_database(server_url, str(dataset_template.database)) as url:
        asyncio.run(migrations.downgrade(url, BEFORE))
        yield url


def migrating(url: sa.URL) -> subprocess.Popen[bytes]:
    address = url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "api", "migrate", "--database-url", address]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_killed_at_any_point_a_migration_leaves_tables_of_a_revision(old: sa.URL) -> None:
    """Those of before or of afterwards, and never some of each; the next one finishes."""
    random, found = Random(10), set()
    began = time.monotonic()
    with migrating(old) as process:
        assert process.wait(60) == 0
    longest = time.monotonic() - began
    head = _tables(old)
    asyncio.run(migrations.downgrade(old, BEFORE))
    before = _tables(old)
    assert head != before
    for _ in range(KILLS):
        with migrating(old) as process:
            time.sleep(random.uniform(longest * 0.5, longest))
            process.kill()
        revision = asyncio.run(migrations.current(old))
        assert _tables(old) == {BEFORE: before, migrations.head(): head}.get(str(revision), _tables(old))
        found.add(revision)
        if revision == migrations.head():
            asyncio.run(migrations.downgrade(old, BEFORE))
    assert BEFORE in found
    asyncio.run(migrations.upgrade(old))
    assert _tables(old) == head


def _tables(url: sa.URL) -> set[tuple[Any, ...]]:
    columns = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    indexes = "SELECT indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public'"
    return set(execute(url, f"{columns} UNION ALL {indexes}"))


def test_readers_go_on_while_tables_are_migrated(old: sa.URL) -> None:
    """No read fails, though each would after two seconds of waiting for a lock."""
    reads, failures = 0, []
    done = threading.Event()

    async def read() -> None:
        nonlocal reads
        address = old.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(address, server_settings={"statement_timeout": "2000"})
        try:
            while not done.is_set():
                try:
                    assert await connection.fetchval(
                        "SELECT count(*) FROM technologies JOIN regimes r ON r.id = regime_id"
                    )
                    assert await connection.fetchval(
                        "SELECT count(*) FROM changes JOIN releases ON number = released_in"
                    )
                    reads += 1
                except asyncpg.PostgresError as error:
                    failures.append(error)
        finally:
            await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(read()))
    thread.start()
    try:
        while not reads and thread.is_alive():
            time.sleep(0.01)
        first = reads
        asyncio.run(migrations.upgrade(old))
    finally:
        done.set()
        thread.join()
    assert failures == []
    assert reads > first
