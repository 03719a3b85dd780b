"""Forgetting a person: their values are found nowhere any more, and everything else is as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from db import models
from db.forgetting import MARK, forget, personal
from db.models import Base, Person, fact_tables, import_requests
from db.models.alliance import BodyKind, ParticipationRole
from db.models.base import Grade, personal_columns
from db.models.identity import model_of
from db.models.organizations import ContactRole
from db.models.sources import Certainty, Derivation, DocumentKind, Standing
from db.releases import ReleaseError, apply, changes, check_undo, latest, publish, state, undo
from tests.db.facts import ministry
from tests.db.test_changes import assert_followed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

pytestmark = pytest.mark.anyio

PERSON = "person:hong"
SECRETS = ("홍길동", "홍길똥", "010-1234", "도술 장관", "의적 대표")
NOT_PERSONAL = {"participations.sector", "participations.group"}
"""Texts of rows that refer to a person, and say nothing of them alone."""
NOON = datetime(2026, 6, 18, 12, tzinfo=UTC)
HASHES = {"theirs": "홍길동의 해시", "shared": "여럿의 해시"}
OPEN: dict[str, Any] = {"grade": Grade.OPEN}


def claim(key: str, subject: str, passage: str, text: str) -> models.Claim:
    said = {"as_printed": text, "value": text, "note": f"표에는 {text}", "alternatives": [text]}
    certain = {"certainty": Certainty.CLEAR, "derivation": Derivation.VERBATIM}
    return models.Claim(
        id=f"claim:{key}", subject_id=subject, passage_id=f"passage:{passage}", **said, **certain, **OPEN
    )


def contact(title: str, person: str = PERSON, phone: str = "010-1234") -> models.Contact:
    own = {"unit_id": "unit:a", "role": next(iter(ContactRole)), "title": title, "phone": phone, "ordinal": 1}
    return models.Contact(id="contact:a", person_id=person, **own, **OPEN)


def person(key: str, name: str) -> Person:
    return Person(id=f"person:{key}", name=name, **OPEN)


def passage(key: str) -> models.Passage:
    return models.Passage(id=f"passage:{key}", document_id="document:a", locator=f"{key}행", sha256=HASHES[key], **OPEN)


def membership(printed: str, refers: str | None = PERSON) -> models.Membership:
    return models.Membership(
        id="membership:a", body_id="body:a", member_as_printed=printed, person_id=refers, capacity="도술 장관", **OPEN
    )


def first() -> Iterator[models.Fact]:
    day = models.Event(id="event:a", name="행사", place="서울", starts_at=NOON, ends_at=NOON, **OPEN)
    yield from (ministry("a", "가부"), models.Unit(id="unit:a", organization_id="ministry:a", name="과", **OPEN), day)
    yield models.Document(id="document:a", title="문서", kind=DocumentKind.NOTICE, standing=Standing.OFFICIAL, **OPEN)
    yield from (person("hong", "홍길동"), person("other", "임꺽정"), contact("의적 대표"), membership("홍길동 장관"))
    yield from (passage("theirs"), passage("shared"))
    yield models.Body(id="body:a", name="협의체", kind=BodyKind.COUNCIL, **OPEN)
    yield models.Participation(
        id="participation:a",
        event_id="event:a",
        role=ParticipationRole.CHAIR,
        ordinal=1,
        person_id=PERSON,
        organization_id="ministry:a",
        position="도술 장관",
        sector="정부",
        group="부처",
        **OPEN,
    )
    yield models.AgendaItem(
        id="agenda-item:a", event_id="event:a", ordinal=1, title="개회", speakers_as_printed="사회: 홍길동", **OPEN
    )
    yield from (claim("name", PERSON, "theirs", "홍길동"), claim("phone", "contact:a", "theirs", "010-1234"))
    yield from (
        claim("event", "event:a", "shared", "홍길동, 임꺽정"),
        claim("other", "person:other", "shared", "임꺽정"),
    )


async def published(connection: AsyncConnection) -> None:
    """Publish four releases that bring a person, change what is said of them, and remove some of it."""
    await publish(connection, "1", put=first())
    await publish(
        connection, "2", put=[person("hong", "홍길똥"), contact("도술 장관"), claim("name", PERSON, "theirs", "홍길똥")]
    )
    await publish(connection, "3", put=[person("hong", "홍길동")], remove=["membership:a"])
    note = '{"difference":{"people":{"firstChanged":[{"id":"person:hong","before":"홍길동","after":"홍길똥"}]}}}'
    await connection.execute(sa.insert(import_requests).values(key="k", fingerprint="f", answer=note))


async def everywhere(connection: AsyncConnection, texts: tuple[str, ...]) -> list[str]:
    """Return which tables hold one of these texts, in whatever column; the planner's statistics count as one."""
    listed = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm')"
    names = [str(name) for name in await connection.scalars(sa.text(listed))]
    assert set(names) >= set(Base.metadata.tables)
    found = []
    for name in [*names, "pg_stats"]:
        where = " OR ".join(f"row::text LIKE '%{text}%'" for text in texts)
        if await connection.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {name} AS row WHERE {where})")):
            found.append(name)
    return found


async def test_nothing_is_left_anywhere(connection: AsyncConnection) -> None:
    await published(connection)
    tables = [table for table in fact_tables().values() if personal_columns(table)]
    await connection.execute(sa.text(f"ANALYZE {', '.join(table.name for table in tables)}"))
    before = set(await everywhere(connection, SECRETS))
    assert before >= {"people", "people_history", "claims", "memberships_history", "import_requests", "pg_stats"}
    release = await forget(connection, PERSON, "본인의 요청")
    assert (release.number, release.reason) == (4, "본인의 요청")
    assert await everywhere(connection, SECRETS) == []
    with pytest.raises(ReleaseError, match="Nothing is left of person:hong"):
        await forget(connection, PERSON, "다시")


def test_every_text_beside_a_person_is_declared() -> None:
    """A new table that refers to people, or a new text in one, has to say whether it is personal."""
    people = Person.metadata.tables["people"]
    for table in fact_tables().values():
        if table is people or any(key.column.table is people for key in table.foreign_keys):
            texts = {each.name for each in table.columns if isinstance(each.type, sa.Text | sa.ARRAY)}
            keys = {key.parent.name for key in table.foreign_keys} | {"id"}
            declared = {each.name for each in personal_columns(table)}
            undecided = {f"{table.name}.{name}" for name in texts - keys - declared}
            assert undecided <= NOT_PERSONAL


async def test_what_is_personal_was_there(connection: AsyncConnection) -> None:
    """The facts of these tests have a value in every personal column, so a new one has to get one here."""
    await published(connection)
    found: dict[str, set[str]] = {}
    for row in await personal(connection, PERSON):
        model = model_of(row.id)
        assert model
        found.setdefault(str(model.__tablename__), set()).update(row.columns)
    expected = {table.name: {each.name for each in personal_columns(table)} for table in fact_tables().values()}
    assert found == {name: columns for name, columns in expected.items() if columns}


async def test_rows_identifiers_and_everything_else_stay(connection: AsyncConnection) -> None:
    await published(connection)
    before = await state(connection, 3)
    await forget(connection, PERSON, "x")
    after = await state(connection, 4)
    assert {name: rows.keys() for name, rows in after.items()} == {name: rows.keys() for name, rows in before.items()}
    assert after["people"]["person:hong"]["name"] == MARK
    assert after["participations"]["participation:a"]["position"] is None
    assert after["participations"]["participation:a"]["organization_id"] == "ministry:a"
    assert after["people"]["person:other"] == before["people"]["person:other"]
    assert after["claims"]["claim:other"] == before["claims"]["claim:other"]
    assert after["passages"]["passage:shared"] == before["passages"]["passage:shared"]
    assert after["passages"]["passage:theirs"]["sha256"] is None


async def test_the_law_still_holds(connection: AsyncConnection) -> None:
    """States, changes, pages of the feed and differences still fit each other, before and after."""
    await published(connection)
    await forget(connection, PERSON, "x")
    last = await latest(connection)
    states = [await state(connection, number) for number in range(last + 1)]
    for until, later in enumerate(states):
        for since, earlier in enumerate(states[: until + 1]):
            assert apply(earlier, await changes(connection, since, until)) == later
    await assert_followed(connection, 3)
    names = [rows["people"].get("person:hong", {}).get("name") for rows in states]
    assert names == [None, "(삭제됨 1)", "(삭제됨 2)", "(삭제됨 1)", MARK]


@pytest.mark.slow
async def test_no_undo_brings_them_back(connection: AsyncConnection) -> None:
    await published(connection)
    await forget(connection, PERSON, "x")
    for number in (1, 2, 3):
        with pytest.raises(ReleaseError, match="cannot be undone"):
            await check_undo(connection, number)
    await undo(connection, 4)
    await undo(connection, 3)
    assert await everywhere(connection, SECRETS) == []
    assert "membership:a" in (await state(connection, 6))["memberships"]
    await assert_followed(connection, 100)


async def test_one_of_the_same_name_is_not_forgotten(connection: AsyncConnection) -> None:
    await publish(connection, "1", put=[*first(), person("namesake", "홍길동")])
    await publish(connection, "2", put=[claim("namesake", "person:namesake", "shared", "홍길동")])
    before = await state(connection, 2)
    await forget(connection, PERSON, "x")
    after = await state(connection, 3)
    for table, key in (("people", "person:namesake"), ("claims", "claim:namesake")):
        assert after[table][key] == before[table][key]


async def test_who_came_after_at_the_same_desk_is_not_forgotten(connection: AsyncConnection) -> None:
    """A row that refers to another person since then keeps what it says of that one, and the claims of then go."""
    await publish(connection, "1", put=first())
    later = [contact("과장", "person:other", "02-1"), claim("phone", "contact:a", "shared", "02-1")]
    await publish(connection, "2", put=later)
    await forget(connection, PERSON, "x")
    now, then = await state(connection, 3), await state(connection, 1)
    assert (now["contacts"]["contact:a"]["phone"], now["claims"]["claim:phone"]["value"]) == ("02-1", "02-1")
    assert (then["contacts"]["contact:a"]["phone"], then["claims"]["claim:phone"]["value"]) == ("(삭제됨 1)",) * 2


async def test_a_person_who_was_removed_already(connection: AsyncConnection) -> None:
    """There is a release that says so, though no current row changes; it has nothing to undo."""
    await publish(connection, "1", put=[person("hong", "홍길동")])
    await publish(connection, "2", remove=[PERSON])
    release = await forget(connection, PERSON, "x")
    assert (release.number, release.rows_written) == (3, 0)
    assert await everywhere(connection, SECRETS) == []
    with pytest.raises(ReleaseError, match="changed no row"):
        await undo(connection, 3)
    await undo(connection, 2)
    assert (await state(connection, 4))["people"][PERSON]["name"] == "(삭제됨 1)"


@pytest.mark.parametrize(
    ("identifier", "words"),
    [("ministry:a", "is not an identifier of a person"), ("person:nobody", "No release has ever brought")],
)
async def test_who_cannot_be_forgotten(connection: AsyncConnection, identifier: str, words: str) -> None:
    with pytest.raises(ReleaseError, match=words):
        await personal(connection, identifier)
