"""What an import for one organization may do to facts of others: claim, and not make them hold what is claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from db.importing.importer import Choices, ImportStopped
from tests.conftest import new_database
from tests.db.importing.claiming import NEWER, OLDER, OWNER, Claimant, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

pytestmark = pytest.mark.anyio

MSIT, OTHER = "ministry:msit", "ministry:motir"
OWNED = f'owner = "과학기술정보통신부"\n{OWNER}'
FOR_OTHER = Choices(only_for=OTHER)


@pytest.fixture
def desk(server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path) -> Iterator[Desk]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield Desk(url, tmp_path)


def of_other(claimant: Claimant) -> str:
    return f'owner = "산업통상부"\n{claimant.mapping}'


async def test_who_claims_what_does_not_prevail_publishes_a_claim(desk: Desk) -> None:
    await desk.bring(OWNED, ("1", "가", "나"), choices=Choices(only_for=MSIT))
    outcome = await desk.bring(of_other(OLDER), ("1", "다", "라"), choices=FOR_OTHER)
    assert outcome.release
    assert await desk.value() == "가"
    assert [value for _, value in await desk.claimed()] == ["다", "가"]
    gone = await desk.bring(of_other(OLDER), choices=FOR_OTHER)
    assert gone.release, "and takes it back"
    assert await desk.claimed() == []


async def test_who_claims_what_would_prevail_is_refused(desk: Desk) -> None:
    """The operator may publish it; afterwards it may not be taken back either, for that would change the fact again."""
    await desk.bring(OWNED, ("1", "가", "나"))
    before = await desk.newest()
    with pytest.raises(ImportStopped, match=f"1 facts are not those of {OTHER}"):
        await desk.bring(of_other(NEWER), ("1", "다", "라"), choices=FOR_OTHER)
    (refusal,) = desk.refusals
    assert (refusal.row, refusal.column, refusal.cell) == (0, "owner_id", "project:own/1")
    assert refusal.reason == f"the fact belongs to {MSIT}, and this import may change facts of {OTHER} only"
    assert (await desk.value(), await desk.newest()) == ("가", before)
    await desk.bring(of_other(NEWER), ("1", "다", "라"))
    assert await desk.value() == "다"
    with pytest.raises(ImportStopped, match="1 facts are not those"):
        await desk.bring(of_other(NEWER), choices=FOR_OTHER)


async def test_a_file_may_not_take_over_what_another_owns(desk: Desk) -> None:
    """By a mapping that gives the same facts to itself."""
    await desk.bring(OWNED, ("1", "가", "나"))
    taken = OWNER.replace('dataset = "own"', 'dataset = "own"\nowner = "산업통상부"')
    with pytest.raises(ImportStopped, match="facts are not those"):
        await desk.bring(taken, ("1", "가", "나"), choices=FOR_OTHER)
    assert {refusal.cell for refusal in desk.refusals} >= {"project:own/1", "document:own"}


async def test_who_is_not_held_to_one_organization_may_do_all_that(desk: Desk) -> None:
    await desk.bring(OWNED, ("1", "가", "나"))
    await desk.bring(of_other(NEWER), ("1", "다", "라"))
    assert await desk.value() == "다"
    assert (await desk.bring(OWNER, ("2", "가", "나"))).release
