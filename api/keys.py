"""Keys of systems as the operator at the terminal makes, lists and revokes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from db import keys
from db.bootstrap import prepare
from db.connection import engine
from db.importing.mapping import MappingError
from db.importing.publisher import named_organization
from db.viewers import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from db.keys import Key

ONCE = "This is the key. It is shown this once only; whoever has it may do what it grants:"


def scopes_named(names: Sequence[str]) -> list[Scope]:
    """Return scopes by their names; raise KeyRefused where there is none of a name."""
    for name in names:
        if name not in Scope.__members__:
            raise keys.KeyRefused(f"There is no scope {name!r}; known are {', '.join(Scope.__members__)}.")
    return [Scope[name] for name in names]


async def created(
    url: sa.URL, name: str, organization: str, scopes: Sequence[Scope], days: int, *, persisted_only: bool
) -> None:
    """Make a key and show it."""
    await prepare(url)
    async with engine(url) as pool, pool.begin() as connection:
        try:
            owner = await named_organization(connection, organization, "organization")
        except MappingError as error:
            raise keys.KeyRefused(str(error)) from None
        key, text = await keys.create(
            connection, name, owner, scopes, timedelta(days=days) if days else None, persisted_only=persisted_only
        )
    # What explains goes elsewhere than the key, so that a program can take the one without the other.
    typer.echo(f"{_described(key)}\n{ONCE}", err=True)
    typer.echo(text)


async def listed(url: sa.URL) -> None:
    """Tell all keys, without what would let anyone use them."""
    await prepare(url)
    async with engine(url) as pool, pool.connect() as connection:
        found = await keys.every(connection)
    for key in found:
        typer.echo(_described(key))
    if not found:
        typer.echo("There are no keys: `nextgraph keys create` makes one.")


async def revoked(url: sa.URL, identifier: str) -> None:
    """Revoke a key."""
    await prepare(url)
    async with engine(url) as pool, pool.begin() as connection:
        key = await keys.revoke(connection, identifier)
    typer.echo(_described(key))
    typer.echo("Servers that run stop taking it within a few seconds.")


def _described(key: Key) -> str:
    parts = [key.id, key.state, key.organization_id, " ".join(key.scopes) or "(no scopes)"]
    if key.persisted_only:
        parts.append("(persisted documents only)")
    parts.append(f"until {key.expires_at.astimezone():%Y-%m-%d %H:%M}" if key.expires_at else "without end")
    return "  ".join([*parts, key.name])
