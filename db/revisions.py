"""Which revision the tables of a database have, and which is the newest: known without Alembic, which takes a while."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

VERSION = sa.table("alembic_version", sa.column("version_num", sa.Text))


def scripts() -> Path:
    """Return the folder of the migrations."""
    # An installed package carries them inside; beside it then lies Alembic's own package, of the same name.
    inside, beside = Path(__file__).with_name("alembic"), Path(__file__).parents[1] / "alembic"
    return inside if inside.is_dir() else beside


def newest() -> str:
    """Return the newest revision: migrations are numbered, and their files' names begin with their numbers."""
    return max(each.name.partition("_")[0] for each in (scripts() / "versions").glob("[0-9]*.py"))


async def current(connection: AsyncConnection) -> str | None:
    """Return the revision that a database has, or None where it has no tables yet."""
    if await connection.scalar(sa.select(sa.func.to_regclass(VERSION.name))) is None:
        return None
    found: str | None = await connection.scalar(sa.select(VERSION.c.version_num))
    return found
