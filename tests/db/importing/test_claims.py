"""Claims by an import: what a fact comes to hold, what is kept beside it, and what comes back."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db import releases
from db.claims.deciding import Decision, decide
from db.connection import engine
from db.importing.importer import Choices, ImportStopped
from db.importing.mapping import MappingError
from tests.conftest import new_database
from tests.db.facts import ministry
from tests.db.importing.claiming import COMPETENT, NEWER, OLDER, OWNER, UNSURE, Claimant, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.anyio

PROJECT = ("1", "가 사업", "")
ORDERS = [
    (COMPETENT, NEWER, OLDER, UNSURE),
    pytest.param((UNSURE, OLDER, NEWER, COMPETENT), marks=pytest.mark.slow),
    pytest.param((NEWER, COMPETENT, UNSURE, OLDER), marks=pytest.mark.slow),
]
STATED = ("own/stated-", "가 사업")


@pytest.fixture
def desk(server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path) -> Iterator[Desk]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield Desk(url, tmp_path)


async def decided(desk: Desk, value: str) -> int:
    async with engine(desk.url) as pool, pool.begin() as connection:
        decision = Decision("project:own/1", "name", "과기정통부", "확인함", value=value)
        _, release = await decide(connection, decision, dry_run=False)
    assert release is not None
    return release.number


async def undone(desk: Desk, number: int) -> None:
    async with engine(desk.url) as pool:
        await releases.undo(pool, number)


async def test_a_claim_gives_a_value_where_there_was_none_and_takes_it_along(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    outcome = await desk.bring(OLDER, ("1", "", "기초기반"))
    assert outcome.difference["projects"].changed == 1
    (change,) = outcome.difference["projects"].first_changed
    assert (change.field, change.before, change.after) == ("committee", None, "기초기반")
    assert await desk.value("committee") == "기초기반"
    assert await desk.claimed("committee") == [("older/", "기초기반")]
    assert await desk.claimed("name") == []
    await desk.bring(OLDER)
    assert await desk.value("committee") is None
    assert await desk.claimed("committee") == []


async def test_what_a_fact_stated_is_kept_as_a_claim_and_comes_back(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    await desk.bring(NEWER, ("1", "나 사업", ""))
    assert await desk.value() == "나 사업"
    assert await desk.claimed() == [("newer/", "나 사업"), STATED]
    rests = "SELECT d.id FROM claims c JOIN passages p ON p.id = c.passage_id JOIN documents d ON d.id = p.document_id"
    assert await desk.rows(f"{rests} WHERE c.id LIKE 'claim:own/%'") == [("document:own",)]
    await desk.bring(NEWER)
    assert (await desk.value(), await desk.claimed()) == ("가 사업", [])
    assert await desk.rows("SELECT id FROM passages WHERE id LIKE '%/stated'") == []


async def test_a_claim_that_loses_changes_nothing_but_stands_beside(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    outcome = await desk.bring(UNSURE, ("1", "나 사업", ""))
    assert "projects" not in outcome.difference
    assert (await desk.value(), await desk.claimed()) == ("가 사업", [STATED, ("unsure/", "나 사업")])


@pytest.mark.parametrize("order", ORDERS, ids=lambda each: "-".join(one.dataset for one in each))
async def test_the_rule_does_not_depend_on_who_came_first(desk: Desk, order: tuple[Claimant, ...]) -> None:
    """The competent ministry goes before a surer reading, that before a newer document, that before an older one."""
    await desk.bring(OWNER, PROJECT)
    for each in order:
        await desk.bring(each, ("1", each.dataset, ""))
    for best in ("competent", "newer"):
        assert await desk.value() == best
        await desk.bring(next(each for each in order if each.dataset == best))
    # The dataset's own document is of 2026-01-01, newer than the one that is left and is as sure.
    assert await desk.value() == "가 사업"


async def test_importing_the_facts_again_does_not_undo_what_is_claimed(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    await desk.bring(NEWER, ("1", "나 사업", "기초"))
    again = await desk.bring(OWNER, PROJECT)
    assert (again.release, await desk.value(), await desk.value("committee")) == (None, "나 사업", "기초")
    # The dataset says something else now: that is its claim, and what the project holds stays.
    changed = await desk.bring(OWNER, ("1", "다 사업", ""))
    assert changed.release is not None
    assert set(changed.difference) >= {"claims"}
    assert changed.difference["projects"].changed == 0
    assert await desk.claimed() == [("newer/", "나 사업"), ("own/stated-", "다 사업")]
    await desk.bring(NEWER)
    assert (await desk.value(), await desk.value("committee")) == ("다 사업", None)
    assert (await desk.bring(OWNER, ("1", "다 사업", ""))).release is None


async def test_a_fact_that_goes_and_comes_back_meets_its_claims(desk: Desk) -> None:
    other = ("2", "나 사업", "")
    await desk.bring(OWNER, PROJECT, other)
    await desk.bring(NEWER, ("1", "라 사업", ""))
    await desk.bring(OWNER, other)
    assert await desk.claimed() == [("newer/", "라 사업")]
    await desk.bring(OWNER, PROJECT, other)
    assert (await desk.value(), await desk.claimed()) == ("라 사업", [("newer/", "라 사업"), STATED])


async def test_a_dry_run_shows_what_would_be_settled(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    shown = await desk.bring(NEWER, ("1", "나 사업", ""), choices=Choices(dry_run=True))
    assert (shown.difference["projects"].changed, shown.difference["claims"].added) == (1, 2)
    assert (await desk.value(), await desk.newest()) == ("가 사업", 2)


async def test_what_others_publish_meanwhile_is_weighed(desk: Desk) -> None:
    """While a person thinks about a difference, another decides on the fact."""
    await desk.bring(OWNER, PROJECT)
    await desk.bring(NEWER, ("1", "나 사업", ""))
    file = ("1", "다 사업", "옛 위원회")
    asked: list[int] = []

    def agrees() -> bool:
        asked.append(1)
        if len(asked) == 1:
            thread = threading.Thread(target=lambda: asyncio.run(decided(desk, "라 사업")))
            thread.start()
            thread.join()
        return True

    await desk.bring(OWNER, file, agrees=agrees)
    assert (await desk.value(), await desk.value("committee")) == ("라 사업", "옛 위원회")
    assert ("own/stated-", "다 사업") in await desk.claimed()


async def test_what_outweighs_a_file_may_go_while_a_person_thinks(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    await desk.bring(NEWER, ("1", "나 사업", ""))

    def agrees() -> bool:
        thread = threading.Thread(target=lambda: asyncio.run(desk.bring(NEWER)))
        thread.start()
        thread.join()
        return True

    await desk.bring(OWNER, ("1", "다 사업", "기초"), agrees=agrees)
    assert (await desk.value(), await desk.value("committee"), await desk.claimed()) == ("다 사업", "기초", [])


async def test_a_decision_goes_before_everything_and_the_newest_before_others(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    await decided(desk, "하나")
    await desk.bring(COMPETENT, ("1", "둘", ""))
    assert await desk.value() == "하나"
    newest = await decided(desk, "셋")
    assert await desk.value() == "셋"
    await undone(desk, newest)
    assert await desk.value() == "하나"


async def test_undoing_a_release_weighs_the_claims_that_stay(desk: Desk) -> None:
    """What loses at first and is undone last leaves nothing behind."""
    await desk.bring(OWNER, PROJECT)
    await desk.bring(NEWER, ("1", "", "나"))
    lost = await desk.bring(OLDER, ("1", "", "가"))
    await desk.bring(NEWER)
    assert await desk.value("committee") == "가"
    assert lost.release is not None
    await undone(desk, lost.release.number)
    assert (await desk.value("committee"), await desk.claimed("committee")) == (None, [])


async def test_a_new_date_of_a_document_is_weighed(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    await desk.bring(OLDER, ("1", "나 사업", ""))
    assert await desk.value() == "가 사업"
    await desk.bring(Claimant("older", published_on="2026-07-01"), ("1", "나 사업", ""))
    assert await desk.value() == "나 사업"


async def test_another_competent_ministry_is_heard(desk: Desk) -> None:
    allocation = OWNER.replace('ministry_id = "ministry:msit"', 'ministry_id = "ministry:mpb"')
    await desk.bring(OWNER, PROJECT)
    await desk.bring(COMPETENT, ("1", "나 사업", ""))
    await desk.bring(NEWER, ("1", "다 사업", ""))
    assert await desk.value() == "나 사업"
    await desk.bring(allocation, PROJECT)
    assert await desk.value() == "다 사업"


REFUSED = {
    "no such subject": (("9", "가", ""), "no Project has number = 9: correct the row, or bring the fact first"),
    "two subjects": (("7", "가", ""), "2 of the type Project have number = 7: match more of its columns"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_subject_that_is_not_one_refuses_the_row(desk: Desk, case: str) -> None:
    row, reason = REFUSED[case]
    twice = OWNER.replace('key = "{번호}"', 'key = "{번호}-{이름}"')
    await desk.bring(twice, ("7", "가", ""), ("7", "나", ""))
    with pytest.raises(ImportStopped, match="1 of 1 rows are refused"):
        await desk.bring(OLDER, row)
    assert [(each.row, each.column, each.reason) for each in desk.refusals] == [(2, "number", reason)]


async def test_a_subject_that_is_not_found_is_listed_where_the_mapping_says_so(desk: Desk) -> None:
    listing = OLDER.mapping.replace('find = "Project"', 'find = "Project", unmatched = "list"')
    await desk.bring(OWNER, PROJECT)
    outcome = await desk.bring(listing, ("9", "나", "다"), ("1", "라", ""))
    assert outcome.unmatched == 1
    assert [(each.row, each.cell) for each in desk.unmatched] == [(2, "9")]
    assert await desk.claimed() == [("older/", "라"), STATED]


async def test_a_value_that_the_column_cannot_hold_refuses_the_row(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT)
    years = OLDER.mapping.replace("name = { column", "fiscal_year = { column")
    with pytest.raises(ImportStopped):
        await desk.bring(years, ("1", "이천이십육", ""))
    assert [(each.row, each.column, each.cell) for each in desk.refusals] == [(2, "이름", "이천이십육")]
    assert await desk.newest() == 2
    await desk.bring(years, ("1", '"2,027"', ""))
    assert await desk.value("fiscal_year") == 2026
    assert await desk.claimed("fiscal_year") == [("older/", "2027"), ("own/stated-", "2026")]
    printed = "SELECT as_printed, value FROM claims WHERE id LIKE 'claim:older/%'"
    assert await desk.rows(printed) == [("2,027", "2027")]


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("name = { column", "nam = { column", "claims.said: values.nam: Nothing can be claimed of 'nam' of a Project."),
        ("name = { column", "id = { column", "Nothing can be claimed of 'id'"),
        ("match = { number", "match = { numbr", "said: subject: match: a Project has no 'numbr'."),
        ('certainty = "CLEAR"', 'derivation = "DECIDED"', "a decision is made by nextgraph decide"),
        ('find = "Project", match = { number = { column = "번호" } }', 'column = "번호"', "say with find, or fact"),
    ],
)
async def test_a_mapping_that_cannot_be_used_says_where(desk: Desk, wrong: str, right: str, message: str) -> None:
    mapping = OLDER.mapping
    assert wrong in mapping
    with pytest.raises(MappingError) as error:
        await desk.bring(mapping.replace(wrong, right), ("1", "가", ""))
    assert message in str(error.value)


async def test_a_value_that_no_document_holds_is_not_overwritten(desk: Desk) -> None:
    """A fact that code has published without a document would lose its value: this is refused, with the place."""
    async with engine(desk.url) as pool:
        await releases.publish(pool, "새 부처", put=[ministry("new", "가나부")])
    naming = OLDER.mapping.replace('find = "Project", match = { number', 'find = "Ministry", match = { name')
    assert naming != OLDER.mapping
    naming = naming.replace('committee = { column = "전문위" }', "")
    naming = 'ignored = ["전문위"]\n' + naming
    with pytest.raises(releases.ReleaseError, match="ministry:new has the name '가나부', and no document says so"):
        await desk.bring(naming, ("가나부", "다라부", ""))


async def test_claims_of_a_file_hold_the_place_they_stand_at(desk: Desk) -> None:
    await desk.bring(OWNER, PROJECT, ("2", "나 사업", ""))
    await desk.bring(OLDER, ("1", "", ""), ("2", "", "기초"))
    places = "SELECT p.locator, p.document_id FROM claims c JOIN passages p ON p.id = c.passage_id"
    assert await desk.rows(f"{places} WHERE c.id LIKE 'claim:older/%'") == [("3행", "document:older")]


async def test_an_import_that_nobody_speaks_of_makes_no_settling(desk: Desk) -> None:
    """It looks for claims once, by an index, and does none of the work that grows with the facts."""
    await desk.bring(OWNER, PROJECT)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        await desk.bring(OWNER, ("1", "다 사업", ""))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert not [each for each in statements if "settled" in each]
    assert len([each for each in statements if each.startswith("SELECT EXISTS") and "claims.subject_id" in each]) == 1


async def test_a_claim_that_few_may_see_does_not_decide_what_all_see(desk: Desk) -> None:
    """Nor does anything open tell that there is one: no claim keeps what the fact states beside it."""
    await desk.bring(OWNER, PROJECT)
    hidden = COMPETENT.mapping.replace("[document]", 'grade = "CONFIDENTIAL"\nowner = "과기정통부"\n[document]')
    await desk.bring(hidden, ("1", "비밀 사업", ""))
    assert await desk.value() == PROJECT[1]
    assert await desk.claimed() == [("competent/", "비밀 사업")]
    await desk.bring(NEWER, ("1", "나 사업", ""))
    assert await desk.value() == "나 사업"
    assert await desk.claimed() == [("competent/", "비밀 사업"), ("newer/", "나 사업"), STATED]
