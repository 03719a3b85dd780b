"""The files that ministries published: each is opened as it is, where it is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.db.importing.writing import read

DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.parametrize(
    ("name", "path", "count", "some"),
    [
        ("rnd-budget-2026.csv", "[]", 3_826, {"세부사업명", "26년 예산", "반도체/디스플레이"}),
        ("tax-national-strategic-technologies.csv", "[]", 96, {"index", "tech_name"}),
        ("tax-new-growth-technologies.csv", "[]", 589, {"index", "subsector"}),
        (
            "technology-map-2026-04.json",
            "sectors[].subsectors[].items[]",
            137,
            {"sectors.name", "sectors.laws.strategic", "subsectors.name", "name", "specs.strategic"},
        ),
        ("nst-core-technologies-2024-candidate.tsv", "[]", 50, {"no", "name_as_in_source"}),
    ],
)
def test_published_files(name: str, path: str, count: int, some: set[str]) -> None:
    """Every row is given, with a cell for each column."""
    if not (DATA / name).is_file():
        pytest.skip(f"{name} is not at hand: it is published elsewhere and no part of this repository")
    columns, rows = read(DATA / name, rows=path)
    assert len(rows) == count
    assert some <= set(columns)
    assert {len(cells) for _, cells in rows} == {len(columns)}
