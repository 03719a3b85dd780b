"""Exported files that people edited, or brought to the wrong place: every fault is named, and nothing is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db.importing.importer import Choices, ImportStopped, Watcher, import_file
from db.importing.mapping import MappingError, read_any_mapping, read_mapping
from db.releases import latest, publish
from tests.db.exporting.states import term

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.importing.facts import Refusal
    from db.importing.importer import Outcome

pytestmark = pytest.mark.anyio

MAPPING = 'dataset = "made-up"\ntitle = "판"\nexact = true\n'


class Desk:
    """Imports lines as an exported file."""

    def __init__(self, pool: AsyncEngine, folder: Path) -> None:
        self.pool, self._folder = pool, folder
        self.refusals: list[Refusal] = []

    async def bring(self, *lines: str, choices: Choices | None = None) -> Outcome:
        file, mapping = self._folder / "facts.csv", self._folder / "facts.csv.toml"
        file.write_text("\n".join(lines), "utf-8")
        mapping.write_text(MAPPING, "utf-8")
        watcher = Watcher(self.refusals.append)
        return await import_file(self.pool, file, read_any_mapping(mapping), choices or Choices(), watcher)


@pytest.fixture
def desk(pool: AsyncEngine, tmp_path: Path) -> Desk:
    return Desk(pool, tmp_path)


async def test_rows_are_the_facts_and_what_is_left_out_is_removed(desk: Desk) -> None:
    await publish(desk.pool, "1", put=[term("made-up/1"), term("made-up/2"), term("built-in")])
    outcome = await desk.bring("id,grade,form,meaning", "term:made-up/2,OPEN, 나 ,나", "term:made-up/3,OPEN,다,나")
    terms = outcome.difference["terms"]
    assert (terms.added, terms.changed, terms.removed) == (1, 1, 1)
    (change,) = terms.first_changed
    assert (change.field, change.before, change.after) == ("form", "가", " 나 ")
    assert outcome.release is not None
    assert outcome.release.title == "판"


async def test_a_partial_file_only_adds(desk: Desk) -> None:
    await publish(desk.pool, "1", put=[term("made-up/1")])
    outcome = await desk.bring("id,grade,form,meaning", "term:made-up/2,OPEN,나,나", choices=Choices(partial=True))
    assert (outcome.difference["terms"].added, outcome.difference["terms"].removed) == (1, 0)


async def test_every_fault_of_every_row_is_named(desk: Desk) -> None:
    with pytest.raises(ImportStopped, match="8 of 9 rows are refused"):
        await desk.bring(
            "id,grade,form,meaning,type,kind,name,title",
            "term:made-up/1,OPEN,가,나,,,,",
            "term:made-up/2,SECRET,,나,,,,제목",
            "term:built-in,OPEN,가,나,,,,",
            "term:made-up-2/1,OPEN,가,나,,,,",
            "term:made-up,OPEN,가,나,,,,",
            ",OPEN,가,나,,,,",
            "nothing:made-up/1,OPEN,가,나,,,,",
            "ministry:made-up/1,OPEN,,,INSTITUTION,MINISTRY,가,",
            '"""가"" 나",OPEN,가,나,,,,',
        )
    found = [(refusal.row, refusal.column, refusal.cell, refusal.reason.partition(":")[0]) for refusal in desk.refusals]
    grades = "this is none of OPEN, SENSITIVE, CONFIDENTIAL"
    assert found == [
        (3, "title", "제목", "a Term has no title"),
        (3, "grade", "SECRET", grades),
        (3, "form", "", "there is no form, which a Term needs"),
        (4, "id", "term:built-in", "this fact is none of the dataset made-up"),
        (5, "id", "term:made-up-2/1", "this fact is none of the dataset made-up"),
        (6, "id", "term:made-up", "this fact is none of the dataset made-up"),
        (7, "id", "", "this is no identifier of a fact"),
        (8, "id", "nothing:made-up/1", "this is no identifier of a fact"),
        (9, "id", "ministry:made-up/1", "this is an identifier of a Ministry, and the row is of another type"),
        (10, "id", '"가" 나', "this is no identifier of a fact"),
    ]
    async with desk.pool.connect() as connection:
        assert await latest(connection) == 0


async def test_one_fact_in_two_rows(desk: Desk) -> None:
    with pytest.raises(ImportStopped, match="1 of 2 rows"):
        await desk.bring("id,grade,form,meaning", "term:made-up/1,OPEN,가,나", "term:made-up/1,OPEN,가,다")
    assert desk.refusals[0].reason == "the rows 2, 3 state the same fact differently"


async def test_a_fact_that_is_referred_to_and_not_there(desk: Desk) -> None:
    with pytest.raises(ImportStopped, match="1 values do not fit what is there"):
        await desk.bring("id,grade,form,meaning,regime_id", "term:made-up/1,OPEN,가,나,regime:none")
    (refusal,) = desk.refusals
    assert (refusal.row, refusal.column, refusal.cell) == (2, "regime_id", "regime:none")
    async with desk.pool.connect() as connection:
        assert await latest(connection) == 0


@pytest.mark.parametrize(
    ("head", "sentence"),
    [("id,grade,비고,released_in", "No type has the columns '비고', 'released_in'"), ("grade,form", "no column 'id'")],
)
async def test_a_head_that_is_no_exports(desk: Desk, head: str, sentence: str) -> None:
    with pytest.raises(MappingError, match=sentence):
        await desk.bring(head, ",".join("가" for _ in head.split(",")))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [("grade = 'OPEN'", "grade: Extra inputs"), ("facts = []", "facts: Extra inputs"), ("exact = false", "exact: ")],
)
def test_a_mapping_of_exported_facts_says_no_more(tmp_path: Path, more: str, sentence: str) -> None:
    file = tmp_path / "facts.csv.toml"
    file.write_text(f"{MAPPING.replace('exact = true', '')}\n{more}\n" + ("" if "exact" in more else "exact = true"))
    with pytest.raises(MappingError, match=sentence):
        read_any_mapping(file)


def test_a_mapping_of_columns_is_something_else(tmp_path: Path) -> None:
    file = tmp_path / "facts.csv.toml"
    file.write_text(MAPPING)
    with pytest.raises(MappingError, match="maps no columns"):
        read_mapping(file)
