"""Run the migrations over the connection that the caller gives, or over the configured database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from alembic import context
from db import migrations, models
from db.connection import database

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa
    from alembic.operations import MigrationScript
    from alembic.runtime.migration import MigrationContext


def number(_: MigrationContext, last: Iterable[str | None], scripts: list[MigrationScript]) -> None:
    """Number a new migration after the last one instead of drawing its name by lot."""
    if scripts:
        scripts[0].rev_id = f"{max((int(revision or 0) for revision in last), default=0) + 1:04}"


def migrate(connection: sa.Connection) -> None:
    """Run the migrations, each in a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=models.Base.metadata,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
        process_revision_directives=number,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_configured() -> None:
    """Run the migrations on the database that the settings name."""
    with database() as url:
        async with migrations.alone(url) as connection:
            await connection.run_sync(migrate)


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(migrate_configured())
else:
    migrate(given)
