"""The law that a row is never more open than one that it names, and what settling makes of claims that few may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.models import Claim, Document, Fact, Passage, fact_tables
from db.models.base import Grade
from db.models.identity import models_by_prefix
from db.models.sources import Certainty, Derivation, DocumentKind, Standing
from db.releases import ReleaseError, publish
from db.releases.openness import namings
from tests.db.facts import ministry, name_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

pytestmark = pytest.mark.anyio

CONFIDENTIAL = (Grade.CONFIDENTIAL, "ministry:a")
EXPOSED = {
    "open": (Grade.OPEN, "ministry:a"),
    "of nobody": (Grade.CONFIDENTIAL, None),
    "of another": (Grade.CONFIDENTIAL, "ministry:b"),
    "of a lower grade": (Grade.SENSITIVE, "ministry:a"),
}


def graded(fact: Any, seen: tuple[Grade, str | None]) -> Any:
    fact.grade, fact.owner_id = seen
    return fact


def claim(subject: str) -> list[Fact]:
    """Make a claim, and what it rests on."""
    document = Document(
        id="document:d", grade=Grade.OPEN, title="가", kind=DocumentKind.DATASET, standing=Standing.OFFICIAL
    )
    passage = Passage(id="passage:p", grade=Grade.OPEN, document_id="document:d", locator="1")
    said = {"certainty": Certainty.CLEAR, "derivation": Derivation.VERBATIM, "alternatives": []}
    return [document, passage, Claim(id="claim:x", grade=Grade.OPEN, subject_id=subject, passage_id=passage.id, **said)]


@pytest.mark.parametrize("seen", EXPOSED.values(), ids=EXPOSED)
@pytest.mark.parametrize("written", ["both", "the one that names", "the one that is named"])
@pytest.mark.parametrize("kind", ["name", "claim"])
async def test_a_row_that_exposes_another_is_refused(
    connection: AsyncConnection, seen: tuple[Grade, str | None], written: str, kind: str
) -> None:
    """Whichever of the two the release writes; with the same owner and as high a grade it is published."""
    await publish(connection, "부처", put=[ministry("a"), ministry("b")])

    def naming(seen: tuple[Grade, str | None]) -> list[Fact]:
        *others, last = [name_of("ministry:secret", "x")] if kind == "name" else claim("ministry:secret")
        return [*others, graded(last, seen)]

    secret = graded(ministry("secret"), CONFIDENTIAL)
    if written == "both":
        put = [secret, *naming(seen)]
    elif written == "the one that names":
        await publish(connection, "하나", put=[secret])
        put = naming(seen)
    else:
        await publish(connection, "하나", put=[ministry("secret"), *naming(seen)])
        put = [secret]
    with pytest.raises(ReleaseError, match=r"(name|claim):x is .* names ministry:secret, which is CONFIDENTIAL"):
        await publish(connection, "둘", put=put)
    assert await publish(connection, "셋", put=[secret, *naming(CONFIDENTIAL)])


async def test_a_row_that_names_another_of_its_own_table(connection: AsyncConnection) -> None:
    """Whichever of the two is written: the one above may be hidden when the one below is."""
    below = ministry("below")
    below.parent_id = "ministry:above"
    await publish(connection, "하나", put=[ministry("a"), ministry("above"), below])
    above = graded(ministry("above"), CONFIDENTIAL)
    with pytest.raises(ReleaseError, match=r"ministry:below is OPEN .* its parent_id names ministry:above"):
        await publish(connection, "둘", put=[above])
    hidden = graded(ministry("below"), CONFIDENTIAL)
    hidden.parent_id = "ministry:above"
    assert await publish(connection, "둘", put=[above, hidden])


def test_every_way_to_name_a_fact_is_held_to_the_law() -> None:
    """A column that names facts without a foreign key would be passed over, and is found by its name here."""
    known = {naming.column for naming in namings()}
    named = {column for table in fact_tables().values() for column in table.columns if column.name.endswith("_id")}
    assert {str(column) for column in named - known} == {"statutes.law_id"}, "a number of the law database"
    targets = {naming.target.name for naming in namings() if naming.column.name == "subject_id"}
    assert targets == {model.__tablename__ for model in models_by_prefix().values()}
