"""The technology map: made-up texts of areas that are there, and the items of a list that their lines name."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from db import models, releases
from db.connection import engine
from db.importing.difference import Difference
from db.importing.importer import Choices, ImportStopped, Watcher, import_file
from db.importing.mapping import known_datasets, read_mapping
from db.models.base import Grade
from db.models.technologies import TechnologyStatus
from tests.conftest import new_database
from tests.contract.answers import answered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from db.importing.facts import Refusal

LAWS = ("strategic", "tax_strategic", "tax_growth", "advanced", "protection")
MAP = read_mapping(known_datasets()["technology-map-2026-04"])
QUERY = """{
  commonAreas(where: {name: {eq: "AI 반도체"}}) { nodes {
    note coverages(orderBy: [{id: ASC}]) { nodes { scope regime { code } items(orderBy: [{id: ASC}]) { nodes {
      technology { name } source { title } } } } } } } }
"""


def area(name: str, note: str | None = None, **specs: str) -> dict[str, Any]:
    """Return an area as the map has it."""
    texts = {law: specs.get(law) for law in LAWS}
    return {"name": name, "laws": {law: bool(texts[law]) for law in LAWS}, "note": note, "specs": texts}


def technology(key: str, name: str, regime: str, status: TechnologyStatus = TechnologyStatus.DESIGNATED) -> models.Fact:
    return models.Technology(id=f"technology:{key}", grade=Grade.OPEN, regime_id=regime, name=name, status=status)


TECHNOLOGIES = [
    technology("a", "인공지능ㆍ연산 칩", "regime:tax-nst"),
    technology("b", "두 번 있는 기술", "regime:tax-nst"),
    technology("c", "두 번 있는 기술", "regime:tax-nst"),
    technology("d", "신경망 칩", "regime:tax-ngt"),
    technology("e", "신경망 칩", "regime:tax-ngt", TechnologyStatus.RELEASED),
]


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        asyncio.run(publish(fresh))
        yield fresh


async def publish(url: sa.URL) -> None:
    async with engine(url) as pool:
        await releases.publish(pool, "목록", put=TECHNOLOGIES)


def bring(url: sa.URL, file: Path, *areas: dict[str, Any]) -> tuple[Difference, list[Refusal], list[Refusal]]:
    """Import a map of these areas; what is refused and what is unmatched is returned too."""
    sector = {"id": 1, "name": "반도체", "icon": "", "laws": dict.fromkeys(LAWS, "반도체"), "subsectors": []}
    below = {"name": "1-1. 가", "items": list(areas)}
    content = {"meta": {"title": "가", "laws": [{"id": "strategic"}]}, "sectors": [sector | {"subsectors": [below]}]}
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    refused: list[Refusal] = []
    unmatched: list[Refusal] = []
    differences: list[Difference] = []

    async def run() -> None:
        async with engine(url) as pool:
            watcher = Watcher(refused.append, found=differences.append, unmatched=unmatched.append)
            await import_file(pool, file, MAP, Choices(), watcher)

    try:
        asyncio.run(run())
    except ImportStopped:
        assert refused
    return (differences or [{}])[0], refused, unmatched


def test_texts_become_claims_and_lines_items(url: sa.URL, tmp_path: Path) -> None:
    lines = "▶인공지능·연산  칩: 빠르다\n\n▶ (공통) 인공지능ㆍ연산 칩: 다시\n<이런 분야>\n▶두 번 있는 기술"
    chips = area("AI반도체", "비고문", strategic="가\n나", tax_strategic=lines, tax_growth="신경망 칩: 작다")
    difference, refused, unmatched = bring(url, tmp_path / "map.json", chips)
    assert refused == []
    assert [(each.row, each.column, each.cell) for each in unmatched] == [
        (1, "specs.tax_strategic", "<이런 분야>"),
        (1, "specs.tax_strategic", "두 번 있는 기술"),
    ]
    assert (difference["area_coverages"].changed, difference["claims"].added) == (3, 4)
    (found,) = answered(url, QUERY)[0]["data"]["commonAreas"]["nodes"]
    assert found["note"] == "비고문"
    title = MAP.mapping.document.title
    scopes = {node["regime"]["code"]: (node["scope"], node["items"]["nodes"]) for node in found["coverages"]["nodes"]}
    assert scopes == {
        "NST": ("가\n나", []),
        "TAX_NST": (lines, [{"technology": {"name": "인공지능ㆍ연산 칩"}, "source": {"title": title}}]),
        "TAX_NGT": ("신경망 칩: 작다", [{"technology": {"name": "신경망 칩"}, "source": {"title": title}}]),
    }


def test_a_text_of_a_list_that_does_not_cover_the_area_is_refused(url: sa.URL, tmp_path: Path) -> None:
    _, refused, _ = bring(
        url, tmp_path / "map.json", area("AI 반도체", protection="가"), area("없는 분야", strategic="가")
    )
    assert [(each.row, each.column) for each in refused] == [(1, "area_id, regime_id"), (2, "name")]
    assert refused[0].reason.startswith("no AreaCoverage has area_id = area:ai-semiconductors, regime_id = regime:nct:")


def test_a_map_without_a_text_takes_it_back(url: sa.URL, tmp_path: Path) -> None:
    bring(url, tmp_path / "first.json", area("AI 반도체", "비고문", tax_strategic="인공지능ㆍ연산 칩"))
    difference, *_ = bring(url, tmp_path / "second.json", area("AI 반도체", strategic="가"))
    assert (difference["coverage_items"].removed, difference["claims"].removed) == (1, 2)
    (found,) = answered(url, QUERY)[0]["data"]["commonAreas"]["nodes"]
    scopes = {node["regime"]["code"]: (node["scope"], node["items"]["nodes"]) for node in found["coverages"]["nodes"]}
    assert (found["note"], scopes) == (None, {"NST": ("가", []), "TAX_NST": (None, []), "TAX_NGT": (None, [])})
