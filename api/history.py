"""What releases did, as the person at the terminal sees it: a fact's history, and a release undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
import typer

from db.bootstrap import prepare
from db.connection import engine
from db.models import CHANGES, ChangeKind
from db.models.base import Text
from db.models.identity import model_of
from db.releases import About, ReleaseError, check_undo, feed, undo, with_fields

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

ABSENT = "(none)"
SAID = {"published for": "publisher_id", "reason": "reason", "source": "source_id", "file": "file_name"}
"""What a release says of itself, where it does."""
SHOWN = 5
"""How many rows of a kind an undo names beforehand."""
UNDOING = {
    ChangeKind.REMOVED: "Rows that it removed would come back",
    ChangeKind.CHANGED: "Rows that it changed would be as before",
    ChangeKind.ADDED: "Rows that it added would go",
}


async def told(url: sa.URL, identifier: str) -> None:
    """Tell every change of a fact, the first one first."""
    if model_of(identifier) is None:
        raise ReleaseError(f"{identifier} is not an identifier of any fact: it is kind, colon, key, as ministry:msit.")
    await prepare(url)
    async with engine(url) as pool, pool.connect() as connection:
        changes = with_fields(feed(ids=sa.literal([identifier], sa.ARRAY(Text))))
        found = (await connection.execute(changes)).mappings().all()
    if not found:
        raise ReleaseError(f"No release has ever brought {identifier}.")
    for change in found:
        moment = change["published_at"].astimezone().strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{change['released_in']}  {moment}  {change['title']}  {change['kind'].name}")
        for label, name in SAID.items():
            if change[name] is not None:
                typer.echo(f"   {label}: {change[name]}")
        for name, before, after in change["fields"]:
            typer.echo(f"   {name}: {_shown(before)} -> {_shown(after)}")


async def undone(url: sa.URL, number: int, reason: str | None, *, agreed: bool) -> None:
    """Undo a release after telling what that would do; without ``agreed``, the person is asked."""
    await prepare(url)
    async with engine(url) as pool:
        async with pool.connect() as connection:
            await check_undo(connection, number)
            for line in await _inverse(connection, number):
                typer.echo(line)
        # Nothing is held while the person thinks; what was published meanwhile is looked at again.
        if agreed or typer.confirm("Publish this as a release?"):
            release = await undo(pool, number, about=About(reason=reason))
            typer.echo(f"Published as release {release.number}.")
        else:
            typer.echo("Nothing was published.")


async def _inverse(connection: AsyncConnection, number: int) -> list[str]:
    """Describe what undoing a release would do, with the first rows of each kind."""
    lines = []
    for kind, sentence in UNDOING.items():
        changed = sa.select(CHANGES.c.id).where(CHANGES.c.released_in == number, CHANGES.c.kind == kind)
        if count := await connection.scalar(sa.select(sa.func.count()).select_from(changed.subquery())):
            first = await connection.scalars(changed.order_by(CHANGES.c.id).limit(SHOWN))
            lines += [f"{sentence}: {count:,}", *(f"  {identifier}" for identifier in first)]
            lines += ["  …"] if count > SHOWN else []
    return lines


def _shown(value: str | None) -> str:
    return ABSENT if value is None else value
