"""Two databases that no stranger can tell apart: in one of them rows are planted that strangers may not see."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db import releases
from db.connection import engine
from db.models import Organization
from db.models.base import Grade
from db.releases.publishing import lock, publish_staged
from tests.conftest import execute
from tests.schema.oracle.generated import ROWS, copied, rows
from tests.schema.oracle.openness import named
from tests.schema.oracle.world import World, published_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.models import Fact

SEED = 11
TITLES = ("하나", "둘", "셋")
WORDS = ("name", "title", "note", "meaning", "locator")


@dataclass(frozen=True)
class Planted:
    """The worlds ``without`` and ``full`` of hidden rows, their identifiers, and the organization that owns them."""

    without: World
    full: World
    hidden: list[str]
    owner: str


@contextmanager
def planted_worlds(server_url: sa.URL, empty: sa.URL) -> Iterator[Planted]:
    """Publish three releases into each: what all may see, what is planted, and other words for some of that."""
    visible, hidden, owner = split()
    changed = [_reworded(fact) for fact in hidden[::3]]
    gone = _may_go(hidden[1::3], [*visible, *hidden])

    async def without(url: sa.URL) -> None:
        async with engine(url) as writer:
            await releases.publish(writer, TITLES[0], put=visible)
            for title in TITLES[1:]:
                async with writer.begin() as connection:
                    await _publish_nothing(connection, title)

    async def full(url: sa.URL) -> None:
        async with engine(url) as writer:
            await releases.publish(writer, TITLES[0], put=visible)
            await releases.publish(writer, TITLES[1], put=hidden)
            put = [fact for fact in changed if fact.id not in gone]
            await releases.publish(writer, TITLES[2], put=put, remove=gone)

    with published_world(server_url, without, empty) as one, published_world(server_url, full, empty) as other:
        for world in (one, other):
            # What was known when is not what is asked here.
            execute(world.database.url, "UPDATE releases SET published_at = '2026-06-18T00:00:00Z'")
            execute(world.database.url, "ANALYZE")
        yield Planted(one, other, sorted(str(fact.id) for fact in hidden), owner)


def split() -> tuple[list[Fact], list[Fact], str]:
    """Return open rows, and rows that are hidden because they are of one organization, with that.

    The last row of every type is hidden, and so is whatever names a hidden row.
    """
    made = {str(fact.id): fact for fact in rows(SEED)}
    said = {key: _said(fact) for key, fact in made.items()}
    hidden = {key for key in made if key.endswith(f":{ROWS - 1}")}
    while more := {key for key in made.keys() - hidden if hidden.intersection(named(key, said[key]))}:
        hidden |= more
    owner = next(key for key, fact in made.items() if key not in hidden and isinstance(fact, Organization))
    for key, fact in made.items():
        fact.grade = Grade.CONFIDENTIAL if key in hidden else Grade.OPEN
        fact.owner_id = owner if key in hidden or fact.owner_id in hidden else fact.owner_id
    return (
        [fact for key, fact in made.items() if key not in hidden],
        [fact for key, fact in made.items() if key in hidden],
        owner,
    )


def _reworded(fact: Fact) -> Fact:
    """Return a row with other words where it has some that may change."""
    words = {each.name for each in _columns(fact) if each.name in WORDS and not each.unique}
    return copied(fact, **dict.fromkeys(words, f"비밀 {fact.id}"))


def _may_go(facts: list[Fact], every: list[Fact]) -> list[str]:
    """Return the identifiers of those rows that no other row names."""
    names = {identifier for fact in every for identifier in named(str(fact.id), _said(fact))}
    return [str(fact.id) for fact in facts if fact.id not in names]


def _said(fact: Fact) -> dict[str, Any]:
    return {column.name: getattr(fact, column.name, None) for column in _columns(fact)}


def _columns(fact: Fact) -> Any:
    return sa.inspect(type(fact)).local_table.columns


async def _publish_nothing(connection: AsyncConnection, title: str) -> None:
    await lock(connection)
    assert await publish_staged(connection, title, {}, {}, even_if_nothing=True)
