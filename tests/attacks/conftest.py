"""A database whose rows hold what attackers send, so that attacks find something."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db import migrations, releases
from db.connection import engine
from tests.attacks.strings import ATTACKS, is_text
from tests.schema.oracle.generated import rows
from tests.schema.oracle.world import World, published_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.models import Fact

SEED = 3


@pytest.fixture(scope="session")
def armed(server_url: sa.URL) -> Iterator[World]:
    """Generated rows, of two releases, with an attack in most of their texts."""
    with published_world(server_url, _publish) as world:
        yield world


async def _publish(url: sa.URL) -> None:
    await migrations.upgrade(url)
    async with engine(url) as writer:
        await releases.publish(writer, "'; --", put=rows(SEED))
        await releases.publish(writer, '"$1"', put=_armed_rows())


def _armed_rows() -> Iterator[Fact]:
    choose = Random(SEED)
    stored = [text for text in ATTACKS if is_text(text)]
    for fact in rows(SEED):
        for name in _texts(type(fact)):
            if getattr(fact, name) is not None and choose.random() < 0.7:
                setattr(fact, name, choose.choice(stored))
        yield fact


def _texts(model: type[Fact]) -> list[str]:
    """Return the attributes that may hold any text."""
    mapper = sa.inspect(model)
    table = mapper.local_table
    assert isinstance(table, sa.Table)
    tied = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint | sa.ForeignKeyConstraint)
        for column in constraint.columns
    }
    composed = {column.name for composite in mapper.composites for column in composite.columns}
    return [
        attribute.key
        for attribute in mapper.column_attrs
        for column in attribute.columns[:1]
        if isinstance(column, sa.Column)
        and isinstance(column.type, sa.Text)
        and not column.unique
        and column.name not in tied | composed | {"id", "subject_id", "type"}
    ]
