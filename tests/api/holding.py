"""Keys for tests, made as the operator makes them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from db import keys
from db.connection import engine
from db.viewers import Scope

if TYPE_CHECKING:
    from collections.abc import Collection

    import sqlalchemy as sa

OWNER = "ministry:msit"


def made_key(
    url: sa.URL,
    organization: str = OWNER,
    scopes: Collection[Scope] = (Scope.PUBLISH,),
    lasts: timedelta | None = None,
    *,
    persisted_only: bool = False,
) -> str:
    """Make a key and return it as it is sent."""

    async def make() -> str:
        async with engine(url) as pool, pool.begin() as connection:
            _, text = await keys.create(
                connection, "a test", organization, scopes, lasts, persisted_only=persisted_only
            )
            return text

    return asyncio.run(make())


def revoke_key(url: sa.URL, text: str) -> None:
    """Revoke a key by itself."""

    async def end() -> None:
        async with engine(url) as pool, pool.begin() as connection:
            await keys.revoke(connection, text.split("_")[1])

    asyncio.run(end())
