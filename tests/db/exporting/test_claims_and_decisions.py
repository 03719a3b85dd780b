"""The law of exports where facts hold what others claim of them: after claims, decisions and undos, too."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from db.connection import engine
from db.exporting.files import ExportStopped
from db.releases import latest
from tests.conftest import new_database
from tests.db.exporting.states import FORMATS, everything, exported, imported
from tests.db.importing.claiming import Desk
from tests.db.importing.test_settling import Sequence

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncEngine

STEPS = 10
DATASETS = ("own", "competent", "newer", "older", "unsure")
"""That of the projects goes first: the others speak of them."""


class Exporting(Sequence):
    """Exports and imports again what there is, after every step."""

    def __init__(self, desk: Desk, seed: int, folder: Path) -> None:
        super().__init__(desk, seed)
        self._folder, self._choose = folder, Random(seed)
        self.tried: list[str] = []

    async def check(self) -> None:
        """See that no export changes anything, as facts and as a release."""
        await super().check()
        async with engine(self.desk.url) as pool:
            for name in DATASETS:
                file = self._folder / f"{len(self.tried)}-{name}.{self._choose.choice(FORMATS)}"
                try:
                    await exported(pool, file, dataset=name)
                except ExportStopped:
                    continue
                self.tried.append(name)
                before = await seen(pool)
                outcome = await imported(pool, file)
                assert {(each.added, each.changed, each.removed) for each in outcome.difference.values()} == {(0, 0, 0)}
                assert outcome.release is None
                assert await seen(pool) == before


async def seen(pool: AsyncEngine) -> Any:
    async with pool.connect() as connection:
        return await latest(connection), await everything(pool)


class Undecided(Exporting):
    """Leaves it to the rule which value is right: a decision belongs to no dataset, and is exported with none."""

    async def decide(self) -> None:
        """Claim something instead."""
        await self.claim()


async def lived(kind: type[Exporting], url: sa.URL, folder: Path, seed: int) -> Exporting:
    sequence = kind(Desk(url, folder), seed, folder)
    await sequence.own()
    for _ in range(STEPS):
        await sequence.step()
    return sequence


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 5])
def test_an_export_changes_nothing_whatever_was_claimed_decided_or_undone(
    server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path, seed: int
) -> None:
    with new_database(server_url, str(dataset_template.database)) as url:
        sequence = asyncio.run(lived(Exporting, url, tmp_path, seed))
    assert any(state.decisions and state.claims for state in sequence.states)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_another_database_comes_to_hold_the_same(
    server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path, seed: int
) -> None:
    async def brought(url: sa.URL, other: sa.URL) -> None:
        sequence = await lived(Undecided, url, tmp_path, seed)
        assert any(state.claims for state in sequence.states)
        async with engine(url) as source, engine(other) as target:
            for name in sorted(set(sequence.tried), key=DATASETS.index):
                await exported(source, tmp_path / f"{name}.ndjson", dataset=name)
                await imported(target, tmp_path / f"{name}.ndjson")
            assert await everything(target) == await everything(source)

    template = str(dataset_template.database)
    with new_database(server_url, template) as url, new_database(server_url, template) as other:
        asyncio.run(brought(url, other))
