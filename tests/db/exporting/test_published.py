"""The files that ministries published: imported, exported in every format, and imported again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db.connection import engine
from db.importing.importer import Choices, import_file
from db.importing.mapping import known_datasets, read_mapping
from tests.conftest import new_database
from tests.db.exporting import states

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

DATA = Path(__file__).parents[4] / "shared" / "data"
FILES = {
    "rnd-budget-2026": "rnd-budget-2026.csv",
    "tax-strategic": "tax-national-strategic-technologies.csv",
    "tax-growth": "tax-new-growth-technologies.csv",
}


@pytest.fixture
def first(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url


@pytest.fixture
def second(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url


@pytest.mark.parametrize("dataset", FILES)
async def test_a_published_list_goes_out_and_comes_back(
    first: sa.URL, second: sa.URL, tmp_path: Path, dataset: str
) -> None:
    if not (DATA / FILES[dataset]).is_file():
        pytest.skip(f"{FILES[dataset]} is not at hand: it is published elsewhere and no part of this repository")
    async with engine(first) as source, engine(second) as pool:
        await import_file(source, DATA / FILES[dataset], read_mapping(known_datasets()[dataset]), Choices())
        before = await states.everything(source)
        for suffix in states.FORMATS:
            file = tmp_path / f"{dataset}.{suffix}"
            await states.exported(source, file, dataset=dataset)
            assert (await states.imported(source, file)).release is None
            assert await states.everything(source) == before
            outcome = await states.imported(pool, file)
            # The first format brings everything, and the others find it there.
            assert (outcome.release is None) == (suffix != states.FORMATS[0])
            assert all(not each.changed and not each.removed for each in outcome.difference.values())
            assert await states.everything(pool) == before
