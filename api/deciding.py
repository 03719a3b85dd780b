"""A steward's decision as the person at the terminal sees it: what it would change, a question, and the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from api.importing import described
from db.bootstrap import prepare
from db.claims.deciding import decide
from db.connection import engine

if TYPE_CHECKING:
    import sqlalchemy as sa

    from db.claims.deciding import Decision


async def decided(url: sa.URL, decision: Decision, *, agreed: bool) -> None:
    """Publish a decision after telling what that would do; without ``agreed``, the person is asked."""
    await prepare(url)
    async with engine(url) as pool:
        async with pool.begin() as connection:
            difference, _ = await decide(connection, decision, dry_run=True)
        for line in described(difference):
            typer.echo(line)
        # Nothing is held while the person thinks; what was published meanwhile is weighed again.
        if not agreed and not typer.confirm("Publish this as a release?"):
            typer.echo("Nothing was published.")
            return
        async with pool.begin() as connection:
            _, release = await decide(connection, decision, dry_run=False)
        assert release is not None, "every decision is a claim that was not there"
        typer.echo(f"Published as release {release.number}.")
