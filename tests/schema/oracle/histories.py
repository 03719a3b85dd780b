"""Histories that no source has: releases that insert, replace and remove generated rows, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from random import Random
from typing import TYPE_CHECKING

import sqlalchemy as sa

from db import releases
from db.connection import engine
from db.models import Document, Organization, fact_tables
from db.models.base import Grade
from tests.schema.oracle.generated import lawful, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.models import Fact


@dataclass(frozen=True)
class Change:
    """What one release is given."""

    put: list[Fact]
    remove: list[str]


def history(seed: int) -> Iterator[Change]:
    """Make releases of which the first brings most rows, and each later one changes rows of every kind."""
    choose = Random(seed)
    first = {fact.id: fact for fact in rows(seed)}
    absent = {identifier for identifier, fact in first.items() if _may_go(fact) and choose.random() < 0.3}
    present = {identifier: fact for identifier, fact in first.items() if identifier not in absent}
    yield Change(list(present.values()), [])
    for number in count(1):
        same, other = ({fact.id: fact for fact in rows(each)} for each in (seed, seed + 1000 * number))
        put, remove = [], []
        for identifier, fact in same.items():
            chance = choose.random()
            if identifier in absent:
                if chance < 0.4:
                    put.append(fact)
            elif chance < 0.2:
                put.append(_changed(fact, other[identifier], choose))
            elif chance < 0.35 and _may_go(fact):
                remove.append(identifier)
        absent = (absent - {fact.id for fact in put}) | set(remove)
        left = present | {fact.id: fact for fact in put}
        after = {fact.id: fact for fact in lawful({key: left[key] for key in left if key not in remove}, choose)}
        written = {fact.id for fact in put}
        yield Change(
            [fact for key, fact in sorted(after.items()) if key in written or fact is not present[key]], remove
        )
        present = after


async def publish(url: sa.URL, changes: Iterable[Change]) -> None:
    """Publish changes, a release each; what the even ones say of themselves names rows that may go."""
    async with engine(url) as writer:
        for number, change in enumerate(changes):
            about = releases.About() if number % 2 else _about(change)
            assert await releases.publish(writer, "판", put=change.put, remove=change.remove, about=about)


def _about(change: Change) -> releases.About:
    organizations, documents = (
        sorted(fact.id for fact in change.put if isinstance(fact, kind)) for kind in (Organization, Document)
    )
    return releases.About(
        publisher_id=next(iter(organizations), None),
        reason="까닭",
        source_id=next(iter(documents), None),
        file_name="가.csv",
        file_sha256="0" * 64,
    )


def _changed(fact: Fact, other: Fact, choose: Random) -> Fact:
    """Return a row with other values; one that is unique in several columns together keeps those."""
    several = (
        constraint
        for constraint in _table(fact).constraints
        if isinstance(constraint, sa.UniqueConstraint) and len(constraint.columns) > 1
    )
    if any(several):
        fact.grade = choose.choice(list(Grade))
        return fact
    return other


def _may_go(fact: Fact) -> bool:
    """Return whether no table refers to that of a row."""
    keys = (key for table in fact_tables().values() for key in table.foreign_keys)
    return all(key.column.table is not _table(fact) for key in keys)


def _table(fact: Fact) -> sa.Table:
    table = sa.inspect(type(fact)).local_table
    assert isinstance(table, sa.Table)
    return table
