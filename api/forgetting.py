"""Forgetting a person, as the one at the terminal sees it: what would go, a question, and the release that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from db.bootstrap import prepare
from db.connection import engine
from db.forgetting import forget, personal
from db.releases import ReleaseError

if TYPE_CHECKING:
    import sqlalchemy as sa


async def forgotten(url: sa.URL, person: str, reason: str, *, agreed: bool) -> None:
    """Forget a person after telling which values would go; without ``agreed``, the one at the terminal is asked."""
    await prepare(url)
    async with engine(url) as pool:
        async with pool.connect() as connection:
            found = await personal(connection, person)
        if not found:
            raise ReleaseError(f"Nothing is left of {person} that could be forgotten.")
        typer.echo("These values would go, also from every former version:")
        for row in found:
            typer.echo(f"  {row.id}: {', '.join(row.columns)} (versions: {row.versions})")
        if not agreed and not typer.confirm("Forget them for good? Nothing brings them back"):
            typer.echo("Nothing was forgotten.")
            return
        async with pool.begin() as connection:
            release = await forget(connection, person, reason)
    typer.echo(f"Forgotten, as release {release.number} says.")
