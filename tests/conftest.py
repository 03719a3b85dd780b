"""What every test may ask for: a PostgreSQL server for the whole run, and databases on it."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import settings

from db import migrations
from db.bootstrap import prepare
from db.connection import engine, normalised
from db.server import private_server

if TYPE_CHECKING:
    from collections.abc import Iterator

# An example takes as long as the machine lets it: one that is slow for once is no fault.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
# The contract, and the rows of an oracle, are some million objects that stay: to look at all of them, which Python does
# after every few thousand new ones, took half of the time of tests that ask much.
gc.set_threshold(100_000, 50, 100)
# The test databases are thrown away: nothing has to outlast a power failure.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
DISK, MEMORY = Path("/tmp"), Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that have to be free in memory for the folders of test servers to be there."""


def scratch() -> Path:
    """Name the place for folders of which only the speed matters: a database of a thousand files is copied often."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    # PostgreSQL's programs may be copied there, where its user cannot reach them elsewhere.
    return MEMORY if usable and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC else DISK


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def audit_folder() -> Iterator[None]:
    """Keep the journals of test servers, and of the programs that tests start, out of the user's own folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NEXTGRAPH_AUDIT_DIR"] = folder
        yield
        del os.environ["NEXTGRAPH_AUDIT_DIR"]


@pytest.fixture(scope="session")
def server_url() -> Iterator[sa.URL]:
    """A server of its own for this run, or the one that NEXTGRAPH_TEST_DATABASE_URL names."""
    if given := os.environ.get("NEXTGRAPH_TEST_DATABASE_URL"):
        yield normalised(given)
    else:
        # The log grows to a gigabyte otherwise, which is much where it lies in memory.
        options = {**FAST, "max_wal_size": "256MB"}
        with open_folder(scratch()) as folder, private_server(folder / "data", options) as url:
            yield url


@pytest.fixture
def empty_database(server_url: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url) as url:
        yield url


@pytest.fixture(scope="session")
def empty_template(server_url: sa.URL) -> Iterator[sa.URL]:
    """A database with all tables and no row, to be copied from: nothing may stay connected to it."""
    with new_database(server_url) as url:
        asyncio.run(migrations.upgrade(url))
        yield url


@pytest.fixture(scope="session")
def dataset_template(server_url: sa.URL) -> Iterator[sa.URL]:
    """A database that holds the built-in dataset, to be copied from: nothing may stay connected to it."""
    with new_database(server_url) as url:
        asyncio.run(prepare(url))
        yield url


@pytest.fixture(scope="session")
def dataset_url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    """A database that holds the built-in dataset, for tests that only read."""
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url


@contextmanager
def open_folder(parent: Path = DISK) -> Iterator[Path]:
    """Make a temporary folder that the user who runs PostgreSQL for root may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="nextgraph-test-", dir=parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def new_database(server_url: sa.URL, template: str = "template1") -> Iterator[sa.URL]:
    """Create a database, as a copy of ``template``, and drop it afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    # Nothing writes to a template meanwhile, so its files may be copied as they are instead of being logged.
    execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield server_url.set(database=name)
    finally:
        execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def execute(url: sa.URL, statement: str) -> list[tuple[object, ...]]:
    """Run one statement outside a transaction and return its rows, if it has any."""

    async def run() -> list[tuple[object, ...]]:
        async with engine(url) as pool, pool.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            result = await connection.execute(sa.text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []

    return asyncio.run(run())
