"""Where the database is, and what a connection to it is like."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa

from db.connection import DatabaseUnavailable, data_directory, database, engine, normalised, open_pool
from tests.conftest import execute, open_folder, scratch

pytestmark = pytest.mark.anyio
SHOW = "SELECT current_setting('TimeZone'), current_setting('DateStyle'), current_setting('application_name')"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEXTGRAPH_DATABASE_URL", "NEXTGRAPH_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_every_usual_spelling(scheme: str) -> None:
    url = normalised(f"{scheme}://me:p%40ss@db.example:6432/facts?sslmode=require")
    assert url.drivername == "postgresql+asyncpg"
    assert (url.username, url.password, url.host, url.port, url.database) == ("me", "p@ss", "db.example", 6432, "facts")
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:///secret.db", "PostgreSQL only, not on sqlite:"),
        ("postgresql+psycopg://me:secret@host/facts", r"not on postgresql\+psycopg:"),
        ("postgresql://me:pass@secret:word@host/facts", "cannot be read: write postgresql://"),
        ("secret", "cannot be read: write postgresql://"),
    ],
)
def test_an_unusable_url_is_refused(url: str, message: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=message) as raised:
        normalised(url)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_the_argument_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTGRAPH_DATABASE_URL", "postgres://host/environment")
    with database("postgres://host/argument") as url:
        assert url.database == "argument"
    with database() as url:
        assert url.database == "environment"


@pytest.mark.slow
def test_the_private_server_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTGRAPH_DATABASE_URL", "")
    with open_folder(scratch()) as folder:
        monkeypatch.setenv("NEXTGRAPH_DATA_DIR", str(folder / "used"))
        with database() as url:
            assert execute(url, "SELECT current_database()") == [("nextgraph",)]
        monkeypatch.setenv("NEXTGRAPH_DATA_DIR", str(folder / "unused"))
        with database(data_dir=folder / "used") as same:
            assert same == url
        assert not (folder / "unused").exists()


def test_the_data_directory_has_a_usual_place() -> None:
    assert data_directory().is_absolute()
    assert data_directory().name == "nextgraph"


async def test_engine_and_pool_share_their_settings(empty_database: sa.URL) -> None:
    settings = ("Asia/Seoul", "ISO, MDY", "nextgraph")
    async with engine(empty_database) as writer, writer.connect() as connection:
        assert tuple((await connection.execute(sa.text(SHOW))).one()) == settings
    async with await open_pool(empty_database) as pool:
        assert tuple(await pool.fetchrow(SHOW)) == settings


async def test_the_pool_only_reads(empty_database: sa.URL) -> None:
    async with await open_pool(empty_database) as pool:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await pool.execute("CREATE TABLE written ()")


async def test_the_pool_keeps_long_statements(empty_database: sa.URL) -> None:
    """And a statement costs one round trip: nothing is sent when its connection goes back."""
    long = f"SELECT '{'x' * 20_000}'"
    async with await open_pool(empty_database, size=1) as pool:
        for _ in range(2):
            await pool.fetchval(long)
        assert await pool.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE length(statement) > 20000") == 1
        sent = "SELECT query FROM pg_stat_activity WHERE pid = $1"
        async with pool.acquire() as connection:
            process = connection.get_server_pid()
            await connection.fetchval("SELECT 'last'")
        async with await open_pool(empty_database) as other:
            assert await other.fetchval(sent, process) == "SELECT 'last'"


async def test_an_open_transaction_does_not_stay(empty_database: sa.URL) -> None:
    loop = asyncio.get_running_loop()
    handler, told = loop.get_exception_handler(), []
    loop.set_exception_handler(lambda _, context: told.append(context["message"]))
    async with await open_pool(empty_database, size=1) as pool:
        async with pool.acquire() as connection:
            await connection.execute("BEGIN")
            await connection.execute("SET LOCAL work_mem = '7MB'")
        async with pool.acquire() as connection:
            assert not connection.is_in_transaction()
            assert await connection.fetchval("SELECT current_setting('work_mem')") != "7MB"
    loop.set_exception_handler(handler)
    assert "active transaction" in told[0]


async def test_names_with_special_characters(server_url: sa.URL) -> None:
    """The URL means the same to SQLAlchemy and to asyncpg."""
    role, name = 'te:st/r@o l+e%?#[]"', "기술 d@t:a/b+a?s&e"
    quoted = role.replace('"', '""')
    await asyncio.to_thread(execute, server_url, f'CREATE ROLE "{quoted}" LOGIN')
    await asyncio.to_thread(execute, server_url, f'CREATE DATABASE "{name}"')
    try:
        url = normalised(
            server_url.set(username=role, password=role, database=name).render_as_string(hide_password=False)
        )
        async with await open_pool(url) as pool:
            assert tuple(await pool.fetchrow("SELECT current_user, current_database()")) == (role, name)
    finally:
        await asyncio.to_thread(execute, server_url, f'DROP DATABASE "{name}" WITH (FORCE)')
        await asyncio.to_thread(execute, server_url, f'DROP ROLE "{quoted}"')


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "127.0.0.1", "port": 1, "query": {}},
        {"query": {"host": str(Path("/nowhere"))}},
        {"database": "no_such_database"},
        {"username": "no_such_role"},
    ],
)
async def test_a_database_out_of_reach(server_url: sa.URL, changes: dict[str, object]) -> None:
    url = server_url.set(**{"password": "secret", **changes})  # type: ignore[arg-type]
    with pytest.raises(DatabaseUnavailable, match="cannot be reached") as raised:
        await open_pool(url)
    assert "secret" not in str(raised.value)
    async with engine(url) as writer:
        with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
            await writer.connect()


async def test_both_find_the_server_again(server_url: sa.URL, empty_database: sa.URL) -> None:
    """A connection that the server cut is replaced without a word."""
    async with engine(empty_database) as writer, await open_pool(empty_database, size=1) as pool:
        async with writer.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))
        await pool.fetchval("SELECT 1")
        cut = (
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{empty_database.database}'"
        )
        assert await asyncio.to_thread(execute, server_url, cut) == [(True,), (True,)]
        await asyncio.sleep(0.1)
        assert await pool.fetchval("SELECT 1") == 1
        async with writer.connect() as connection:
            assert (await connection.execute(sa.text("SELECT 1"))).scalar() == 1
