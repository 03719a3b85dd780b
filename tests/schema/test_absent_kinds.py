"""Numbers of which one is of no kind differ in kind from the others."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from db import models, releases
from db.connection import engine
from db.models.base import Grade
from tests.schema.oracle.agreement import error_of
from tests.schema.oracle.world import World, published_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

YEARS = {"one": 2026, "same": 2026, "none": None, "neither": None}


@pytest.fixture(scope="module")
def figures(server_url: sa.URL, empty_template: sa.URL) -> Iterator[World]:
    """Four figures that differ in nothing but their years."""
    with published_world(server_url, _publish, empty_template) as world:
        yield world


async def _publish(url: sa.URL) -> None:
    figures = [
        models.Statistic(
            id=f"statistic:{key}",
            grade=Grade.OPEN,
            measure="건수",
            name=key,
            value=Decimal(1),
            unit="건",
            as_printed="1",
            fiscal_year=year,
        )
        for key, year in YEARS.items()
    ]
    async with engine(url) as writer:
        await releases.publish(writer, "하나", put=figures)


@pytest.mark.parametrize(
    ("keys", "total"),
    [(("one", "same"), "2"), (("none", "neither"), "2"), (("one", "none"), None), (("one", "same", "none"), None)],
)
def test_absence_is_a_kind(figures: World, keys: tuple[str, ...], total: str | None) -> None:
    text = "query ($ids: [ID!]) { statistics(where: {id: {in: $ids}}) { aggregate { sum { value } } } }"
    variables = {"ids": [f"statistic:{key}" for key in keys]}
    figures.check(text, variables)
    result = figures.ask(text, variables)
    found = [error_of(error) for error in result.errors or ()]
    assert found == ([] if total else [("MIXED_KINDS", ("statistics", "aggregate", "sum", "value"))])
