"""Importing files: what is published, what is refused, and what stays as it was."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from db import models, releases
from db.connection import engine
from db.importing.importer import Choices, ImportStopped, Watcher, import_file
from db.importing.mapping import MappingError, known_datasets, read_mapping
from db.models.base import Grade
from tests.conftest import new_database
from tests.db.facts import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.importing.difference import Difference
    from db.importing.facts import Refusal
    from db.importing.importer import Outcome
    from db.importing.mapping import Read

pytestmark = pytest.mark.anyio

BUDGET = read_mapping(known_datasets()["rnd-budget-2026"])
FIELDS = (
    "인공지능,첨단바이오,양자,우주항공해양,반도체/디스플레이,첨단모빌리티,"
    "첨단로봇제조,차세대통신,수소,차세대원자력,이차전지,사이버보안"
)
POLICIES = "기초,탄소중립,국방,출연직할,재난안전,지역,기술사업화,인력양성"
HEAD = f"번호(내역),번호(세부),연번,세부사업명,내역사업명,부처명,전문위,26년 예산,{FIELDS},{POLICIES}"


def row(number: str, name: str, amount: str, *, part: str = "", ministry: str = "과기1", field: str = "") -> str:
    """Return a row of a made-up file in the layout of the R&D allocation."""
    project = "" if part else number
    return f'{number},{project},1,{name},{part},{ministry},기초기반,"{amount}","{field}"{"," * 19}'


FIRST = [
    row("1.0", "가 사업", "3,000", field="1,000"),
    row("1.01", "가 사업", "1,000", part="가-1"),
    row("1.02", "가 사업", "2,000", part="가-2"),
    row("2.0", "나 사업", "500", ministry="과기2"),
]


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


class Desk:
    """Imports files made of lines, and notes what is told on the way."""

    def __init__(self, url: sa.URL, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.refusals: list[Refusal] = []
        self.differences: list[Difference] = []

    async def bring(
        self, lines: list[str], choices: Choices | None = None, read: Read = BUDGET, *, agrees: bool = True
    ) -> Outcome:
        file = self.folder / f"{abs(hash(tuple(lines)))}.csv"
        file.write_text("\n".join([HEAD, *lines]), "utf-8")
        watcher = Watcher(self.refusals.append, found=self.differences.append, agrees=lambda: agrees)
        async with engine(self.url) as pool:
            return await import_file(pool, file, read, choices or Choices(), watcher)

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with engine(self.url) as pool, pool.connect() as connection:
            return [tuple(found) for found in await connection.execute(sa.text(sql))]

    async def newest(self) -> int:
        return int((await self.rows("SELECT max(number) FROM releases"))[0][0])


@pytest.fixture
def desk(url: sa.URL, tmp_path: Path) -> Desk:
    return Desk(url, tmp_path)


LINES = """
SELECT split_part(l.id, '/', 2), l.level, l.amount, o.name, p.name, above.name FROM budget_lines l
JOIN projects p ON p.id = l.project_id LEFT JOIN projects above ON above.id = p.parent_id
JOIN organizations o ON o.id = l.ministry_id WHERE l.id LIKE '%rnd-budget-2026/%' ORDER BY l.id
"""


async def test_rows_become_facts_of_one_release(desk: Desk) -> None:
    outcome = await desk.bring(FIRST)
    assert outcome.release is not None
    assert (outcome.rows, outcome.release.number) == (4, 2)
    msit = "과학기술정보통신부"
    assert await desk.rows(LINES) == [
        ("1.0", "PROJECT", 3_000_000_000, msit, "가 사업", None),
        ("2.0", "PROJECT", 500_000_000, msit, "나 사업", None),
        ("part-1.01", "PART", 1_000_000_000, msit, "가-1", "가 사업"),
        ("part-1.02", "PART", 2_000_000_000, msit, "가-2", "가 사업"),
    ]
    allocated = "SELECT f.name, a.amount FROM budget_allocations a JOIN technology_fields f ON f.id = a.field_id"
    assert await desk.rows(f"{allocated} WHERE a.id LIKE '%/%'") == [("인공지능", 1_000_000_000)]
    assert await desk.rows("SELECT title FROM documents WHERE id = 'document:rnd-budget-2026'")
    assert outcome.difference["projects"].added == 4


async def test_an_import_writes_to_no_table_in_which_nothing_changes(desk: Desk, url: sa.URL, tmp_path: Path) -> None:
    """A dataset may have facts in every table: to look for what has gone is one statement, and not one a table."""
    await desk.bring(FIRST)
    file, asked = tmp_path / "second.csv", list[str]()
    file.write_text("\n".join([HEAD, row("1.0", "가 사업", "4,000")]), "utf-8")
    async with engine(url) as pool:
        sa.event.listen(pool.sync_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        outcome = await import_file(pool, file, BUDGET, Choices(), None)
    assert outcome.release is not None
    written = {found[1] for each in asked if (found := re.search(r"(?:INSERT INTO|DELETE FROM) (\w+)", each))}
    facts = {each for each in written if each in models.fact_tables()}
    assert facts == {name for name, each in outcome.difference.items() if each.added or each.changed or each.removed}
    assert len([each for each in asked if each.count("count(*)") >= len(models.fact_tables())]) == 2


async def test_the_same_file_changes_nothing(desk: Desk) -> None:
    """It is known while nothing was published on which it depends: the dataset's facts, and the names in it."""

    async def publish(*facts: models.Fact) -> None:
        async with engine(desk.url) as pool:
            await releases.publish(pool, "다른 판", put=facts)

    await desk.bring(FIRST)
    again = await desk.bring(FIRST)
    assert (again.known, again.release, await desk.newest()) == (True, None, 2)
    await publish(models.Term(id="term:x", grade=Grade.OPEN, form="x", meaning="x", synonyms=[]))
    await desk.bring(FIRST, read=replace_dataset(BUDGET, "rnd-budget-2026-2"))
    again = await desk.bring(FIRST)
    assert (again.known, again.release, await desk.newest()) == (True, None, 4)
    await publish(name_of("ministry:msit", "x", "새 이름"))
    compared = await desk.bring(FIRST)
    assert (compared.known, compared.release, await desk.newest()) == (False, None, 5)
    assert compared.difference["projects"].unchanged == 4
    assert (await desk.bring(FIRST)).known
    await desk.bring([row("1.0", "가 사업", "9")], Choices(partial=True))
    restored = await desk.bring(FIRST)
    assert (restored.known, restored.difference["budget_lines"].changed) == (False, 1)


async def test_a_file_that_changes_while_it_is_read_is_refused(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "changing.csv"
    file.write_text("\n".join([HEAD, *FIRST]), "utf-8")

    def change(*_: object) -> None:
        file.write_text("\n".join([HEAD, FIRST[0]]), "utf-8")

    async with engine(desk.url) as pool:
        with pytest.raises(ImportStopped, match=r"changing\.csv was changed while it was read.*import it again"):
            await import_file(pool, file, BUDGET, Choices(), Watcher(progress=change))
    assert await desk.newest() == 1


async def test_what_changes_is_shown_field_by_field_and_what_is_left_out_is_removed(desk: Desk) -> None:
    await desk.bring(FIRST)
    outcome = await desk.bring([row("1.0", "가 사업", "3,500", field="1,000"), *FIRST[1:3]])
    lines = outcome.difference["budget_lines"]
    assert (lines.added, lines.changed, lines.removed, lines.unchanged) == (0, 1, 1, 2)
    (change,) = lines.first_changed
    assert (change.id, change.field) == ("budget-line:rnd-budget-2026/1.0", "amount")
    assert (change.before, change.after) == (3_000_000_000, 3_500_000_000)
    assert lines.first_removed == ["budget-line:rnd-budget-2026/2.0"]
    assert await desk.rows("SELECT superseded_in FROM projects_history") == [(3,)]
    # What other publishers said is none of this dataset's.
    assert await desk.rows("SELECT count(*) FROM budget_lines WHERE level = 'MINISTRY'") == [(32,)]


async def test_a_partial_file_only_adds(desk: Desk) -> None:
    await desk.bring(FIRST)
    outcome = await desk.bring([row("3.0", "다 사업", "7")], Choices(partial=True))
    assert outcome.difference["projects"].removed == 0
    assert len(await desk.rows(LINES)) == 5
    # The same file as the whole list is another question.
    whole = await desk.bring([row("3.0", "다 사업", "7")])
    assert whole.difference["projects"].removed == 4
    assert len(await desk.rows(LINES)) == 1


@pytest.mark.parametrize("choices", [Choices(dry_run=True), Choices()])
async def test_nothing_is_published_unless_it_is_agreed_to(desk: Desk, choices: Choices) -> None:
    outcome = await desk.bring(FIRST, choices, agrees=False)
    assert (outcome.release, await desk.newest()) == (None, 1)
    assert desk.differences[0]["budget_lines"].added == 4


async def test_every_cell_that_cannot_be_read_is_named_and_nothing_is_published(desk: Desk) -> None:
    wrong = [
        row("1.0", "가 사업", "삼천", ministry="없는부"),
        row("1.01", "가 사업", "1.5", part="가-1"),
        row("1.02", "가 사업", "0.0000001", part="가-2"),
        row("2.0", "", "1", field="x"),
    ]
    with pytest.raises(ImportStopped, match="3 of 4 rows are refused"):
        await desk.bring(wrong)
    assert [(refusal.row, refusal.column, refusal.cell) for refusal in desk.refusals] == [
        (2, "부처명", "없는부"),
        (2, "26년 예산", "삼천"),
        (4, "26년 예산", "0.0000001"),
        (5, "인공지능", "x"),
    ]
    assert await desk.newest() == 1


async def test_rows_that_contradict_each_other_are_refused_and_equal_ones_are_one(desk: Desk) -> None:
    with pytest.raises(ImportStopped):
        await desk.bring([FIRST[3], row("2.0", "나 사업", "501", ministry="과기2")])
    (refusal,) = desk.refusals
    assert refusal.cell == "budget-line:rnd-budget-2026/2.0"
    assert refusal.reason == "the rows 2, 3 state the same fact differently"
    outcome = await desk.bring([FIRST[3], FIRST[3]])
    assert outcome.difference["projects"].added == 1


async def test_imports_at_once_lose_nothing(desk: Desk) -> None:
    other = replace_dataset(BUDGET, "another")
    more = [*FIRST, row("3.0", "다 사업", "1")]
    await asyncio.gather(desk.bring(FIRST), desk.bring(FIRST[:3], read=other), desk.bring(more))
    numbers = [number for (number,) in await desk.rows("SELECT number FROM releases ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert await desk.rows("SELECT count(*) FROM projects WHERE id LIKE 'project:another/%'") == [(3,)]
    # One of the two files for the same dataset came last, and is there whole.
    (found,) = await desk.rows("SELECT count(*) FROM projects WHERE id LIKE 'project:rnd-budget-2026/%'")
    assert found[0] in (4, 5)


def replace_dataset(read: Read, dataset: str) -> Read:
    return read.model_copy(update={"mapping": read.mapping.model_copy(update={"dataset": dataset})})


async def test_a_column_of_which_the_mapping_says_nothing_is_not_lost(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text(f"{HEAD},비고\n{FIRST[0]},새 열\n", "utf-8")
    async with engine(desk.url) as pool:
        with pytest.raises(MappingError, match="says nothing of the columns '비고'"):
            await import_file(pool, file, BUDGET, Choices())


async def test_what_a_mapping_no_longer_brings_is_removed(desk: Desk) -> None:
    await desk.bring(FIRST)
    kept = [fact for fact in BUDGET.mapping.facts if fact.type != "BudgetAllocation"]
    ignored = [*BUDGET.mapping.ignored, *FIELDS.split(",")]
    mapping = BUDGET.mapping.model_copy(update={"facts": kept, "ignored": ignored})
    outcome = await desk.bring(FIRST, read=BUDGET.model_copy(update={"mapping": mapping, "sha256": "other"}))
    assert outcome.difference["budget_allocations"].removed == 1


async def test_a_release_says_on_whose_behalf_why_and_from_which_file(desk: Desk) -> None:
    outcome = await desk.bring(FIRST, Choices(publisher="과기1", reason="2차 배분"))
    assert outcome.release is not None
    said = "SELECT publisher_id, reason, source_id, file_name, file_sha256 FROM releases WHERE number = 2"
    ((publisher, reason, source, name, digest),) = await desk.rows(said)
    assert (publisher, reason, source) == ("ministry:msit", "2차 배분", "document:rnd-budget-2026")
    file = next(desk.folder.glob("*.csv"))
    assert (name, digest) == (file.name, hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.mark.parametrize("name", ["ministry:moef", "과학기술정보통신부"])
async def test_only_its_owner_publishes_a_dataset_that_has_one(desk: Desk, name: str) -> None:
    """Without an owner anybody may; both names and identifiers are found."""
    mapping = BUDGET.mapping.model_copy(update={"owner": "산업부"})
    owned = BUDGET.model_copy(update={"mapping": mapping})
    with pytest.raises(MappingError, match=r"belongs to ministry:motir \(산업부\): publish it on behalf of its owner"):
        await desk.bring(FIRST, Choices(publisher=name), owned)
    assert await desk.newest() == 1
    assert (await desk.bring(FIRST, Choices(publisher="산업통상부"), owned)).release


async def test_a_publisher_that_nobody_knows_is_refused(desk: Desk) -> None:
    with pytest.raises(MappingError, match="publisher: '없는부': no Organization is known by this name"):
        await desk.bring(FIRST, Choices(publisher="없는부"))
