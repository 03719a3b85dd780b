"""Migrations: they lead to the models' tables and back, alone at work, and all or nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from db import migrations
from db.connection import engine
from db.models import Base
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

REPOSITORY = Path(__file__).parents[2]
EVERYTHING = """
SELECT 'column' AS what, table_.relname || '.' || column_.attname AS name,
       concat_ws(' ', format_type(atttypid, atttypmod), collname, attnotnull, attgenerated,
                 pg_get_expr(adbin, adrelid), col_description(table_.oid, attnum)) AS definition
FROM pg_class AS table_
JOIN pg_attribute AS column_ ON attrelid = table_.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = table_.oid AND adnum = attnum
LEFT JOIN pg_collation ON pg_collation.oid = attcollation
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION ALL
SELECT 'constraint', relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN pg_class ON conrelid = pg_class.oid WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'table', relname, obj_description(oid, 'pg_class')
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i'
UNION ALL
SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
"""Tables, columns, constraints, indexes and functions, each in words."""


async def everything(pool: AsyncEngine) -> set[tuple[str, str, str]]:
    """Describe a database's tables, apart from the one in which Alembic keeps the revision."""
    async with pool.connect() as connection:
        rows = await connection.execute(sa.text(EVERYTHING))
        return {(row.what, row.name, row.definition) for row in rows if not row.name.startswith("alembic_version")}


async def test_up_down_and_up_again(empty_database: sa.URL) -> None:
    async with engine(empty_database) as pool:
        assert await migrations.current(empty_database) is None
        await migrations.upgrade(empty_database)
        assert await migrations.current(empty_database) == migrations.head()
        first = await everything(pool)
        await migrations.downgrade(empty_database, "base")
        assert await migrations.current(empty_database) is None
        assert await everything(pool) == set()
        await migrations.upgrade(empty_database)
        assert await everything(pool) == first


@pytest.fixture
def other_database(server_url: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url) as url:
        yield url


async def test_migrations_make_what_the_models_say(empty_database: sa.URL, other_database: sa.URL) -> None:
    """Nothing differs, down to collations, comments, and the names and bodies of constraints."""
    await migrations.upgrade(empty_database)
    async with engine(empty_database) as migrated, engine(other_database) as made:
        async with made.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        assert await everything(migrated) == await everything(made)


def test_rows_outlast_later_migrations(server_url: sa.URL, dataset_template: sa.URL) -> None:
    """What a migration adds is absent from rows that are there, and the rest of them stays as it was."""
    with new_database(server_url, str(dataset_template.database)) as url:
        asyncio.run(migrate_again(url))


async def migrate_again(url: sa.URL) -> None:
    question = sa.text("SELECT to_jsonb(row) - 'protocol_order' FROM organizations AS row ORDER BY id")
    async with engine(url) as pool, pool.connect() as connection:
        before = (await connection.scalars(question)).all()
    await migrations.downgrade(url, "0001")
    await migrations.upgrade(url)
    async with engine(url) as pool, pool.connect() as connection:
        assert (await connection.scalars(question)).all() == before
        assert not await connection.scalar(sa.text("SELECT count(protocol_order) FROM organizations"))


def test_one_head() -> None:
    assert ScriptDirectory.from_config(migrations.config()).get_heads() == [migrations.head()]


def test_names_are_not_cut_off() -> None:
    """PostgreSQL keeps 63 bytes of a name."""
    names = [*Base.metadata.tables]
    for table in Base.metadata.tables.values():
        names += (str(item.name) for item in [*table.columns, *table.constraints, *table.indexes])
    assert [name for name in names if len(name.encode()) > 63] == []


def test_the_scripts_do_not_hide_the_library() -> None:
    """A package named alembic in the checkout would be imported instead of Alembic."""
    assert not (REPOSITORY / "alembic" / "__init__.py").exists()


@pytest.mark.slow
async def test_two_programs_migrate_at_once(empty_database: sa.URL) -> None:
    await asyncio.gather(*(migrations.upgrade(empty_database) for _ in range(3)))
    assert await migrations.current(empty_database) == migrations.head()


@pytest.mark.slow
async def test_a_migration_that_fails_halfway_leaves_nothing(empty_database: sa.URL) -> None:
    """A table that is in the way stops the first migration after it has made others."""
    async with engine(empty_database) as pool:
        async with pool.begin() as connection:
            await connection.execute(sa.text("CREATE TABLE thresholds (mine integer)"))
        before = await everything(pool)
        with pytest.raises(sa.exc.ProgrammingError, match="thresholds"):
            await migrations.upgrade(empty_database)
        assert await everything(pool) == before
        assert await migrations.current(empty_database) is None
        async with pool.begin() as connection:
            await connection.execute(sa.text("DROP TABLE thresholds"))
    await migrations.upgrade(empty_database)
    assert await migrations.current(empty_database) == migrations.head()


@pytest.mark.slow
def test_the_alembic_command(empty_database: sa.URL) -> None:
    """Alembic's own command works from the checkout, and finds nothing that a new migration would have to do."""
    address = empty_database.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {**os.environ, "NEXTGRAPH_DATABASE_URL": address}
    for arguments in (["upgrade", "head"], ["check"]):
        command = [sys.executable, "-m", "alembic", *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "No new upgrade operations" in done.stdout
