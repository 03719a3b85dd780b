"""A steward's decision: a claim that goes before all others, with its reason, under a document of the decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.claims.settling import Settlement
from db.claims.values import canonical, is_claimable, is_readable
from db.claims.workspace import CLAIMS
from db.importing.cells import Unusable, reader
from db.importing.difference import Difference, difference
from db.importing.names import Directory, Unnamed
from db.models import Claim, Document, Organization, Passage, Release, history_of
from db.models.base import Grade, Text
from db.models.identity import model_of
from db.models.sources import Certainty, Derivation, DocumentKind, Standing
from db.releases.publishing import About, copy, lock, publish_staged, refusals, staging
from db.releases.rows import ReleaseError, rows_by_table

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.models import Fact

_KEY = "decision-"


@dataclass(frozen=True)
class Decision:
    """Which value an attribute of a fact is to have: the one of a claim, or another; who says so, and why."""

    subject: str
    attribute: str
    by: str
    """Any name of the organization that decides."""
    reason: str
    claim: str | None = None
    value: str | None = None


async def decide(
    connection: AsyncConnection, decision: Decision, *, dry_run: bool
) -> tuple[Difference, Release | None]:
    """Publish a decision, or only find what it would change; refused with a ReleaseError that names the place."""
    with refusals():
        async with connection.begin_nested():
            await lock(connection)
            facts = await _facts(connection, decision)
            staged = await _staged(connection, facts)
            removed: dict[sa.Table, Any] = {}
            await Settlement(connection, staged, removed).settle()
            found = await difference(connection, staged, removed)
            release = None
            if not dry_run:
                release = await publish_staged(connection, _title(decision), staged, removed, _about(facts))
            for each in staged.values():
                await connection.execute(sa.text(f"DROP TABLE {each.name}"))
            return found, release


def _about(facts: list[Fact]) -> About:
    (document,) = (fact for fact in facts if isinstance(fact, Document))
    (claim,) = (fact for fact in facts if isinstance(fact, Claim))
    return About(publisher_id=document.publisher_id, reason=claim.note, source_id=document.id)


def _title(decision: Decision) -> str:
    place = f"{decision.subject} {decision.attribute}"
    return f"결정: {place} | Decision on {place}"


async def _facts(connection: AsyncConnection, decision: Decision) -> list[Fact]:
    if not decision.reason.strip():
        raise ReleaseError("--reason: a decision needs a reason.")
    subject = await _subject(connection, decision.subject)
    column = _column(subject, decision.attribute)
    value = await _value(connection, decision, column)
    try:
        steward = (await Directory.load(connection, Organization, {})).find(decision.by)
    except Unnamed as error:
        raise ReleaseError(f"--by {decision.by}: {error}.") from None
    number = await _next(connection)
    name = await connection.scalar(sa.select(Organization.name).where(Organization.id == steward))
    place = f"{Document.id_prefix}:decisions-{steward.partition(':')[2].replace('/', '-')}"
    document = Document(
        id=place,
        grade=Grade.OPEN,
        title=f"{name}의 결정 | Decisions of {name}",
        kind=DocumentKind.REFERENCE,
        standing=Standing.OFFICIAL,
        publisher_id=steward,
    )
    passage = Passage(id=f"passage:{_KEY}{number}", grade=subject.grade, document_id=place, locator=f"결정 {number}")
    claim = Claim(
        id=f"claim:{_KEY}{number}",
        grade=subject.grade,
        subject_id=subject.id,
        attribute=column.name,
        passage_id=passage.id,
        value=value,
        certainty=Certainty.CLEAR,
        derivation=Derivation.DECIDED,
        alternatives=[],
        note=decision.reason.strip(),
    )
    return [document, passage, claim]


async def _subject(connection: AsyncConnection, identifier: str) -> Any:
    model = model_of(identifier)
    if model is None:
        raise ReleaseError(f"{identifier} is not an identifier of any fact: it is kind, colon, key, as ministry:msit.")
    table: Any = sa.inspect(model).local_table
    found = (await connection.execute(sa.select(table.c.id, table.c.grade).where(table.c.id == identifier))).first()
    if found is None:
        raise ReleaseError(f"There is no {identifier}.")
    return found


def _column(subject: Any, attribute: str) -> sa.Column[Any]:
    """Return the column that an attribute names, spelled as in the contract or in the database."""
    model = model_of(subject.id)
    table: Any = sa.inspect(model).local_table
    known: dict[str, sa.Column[Any]] = {_camel_case(each.name): each for each in table.c if is_claimable(each)}
    found = known.get(_camel_case(attribute))
    if found is None:
        raise ReleaseError(f"{subject.id} has no {attribute!r} to decide on. It has: {', '.join(sorted(known))}.")
    return found


async def _value(connection: AsyncConnection, decision: Decision, column: sa.Column[Any]) -> str:
    if (decision.claim is None) == (decision.value is None):
        raise ReleaseError("Give either --claim, with a claim whose value is right, or --value.")
    if decision.claim is not None:
        return await _claimed(connection, decision, column)
    try:
        value = canonical(reader(column, None, None, 0)(decision.value))
    except Unusable as error:
        raise ReleaseError(f"--value {decision.value}: {error}.") from None
    if value is None:
        raise ReleaseError("--value: an empty text is no value.")
    await _check(connection, value, column, f"--value {value}")
    return value


async def _claimed(connection: AsyncConnection, decision: Decision, column: sa.Column[Any]) -> str:
    found = (await connection.execute(sa.select(CLAIMS).where(CLAIMS.c.id == decision.claim))).first()
    place = f"--claim {decision.claim}"
    if found is None:
        raise ReleaseError(f"{place}: there is no such claim.")
    if (found.subject_id, found.attribute) != (decision.subject, column.name):
        raise ReleaseError(f"{place}: it speaks of {found.subject_id} {found.attribute or 'as a whole'}.")
    if found.value is None:
        raise ReleaseError(f"{place}: it gives no value.")
    await _check(connection, found.value, column, place)
    return str(found.value)


async def _check(connection: AsyncConnection, value: str, column: sa.Column[Any], place: str) -> None:
    text = sa.literal(value, Text)
    readable = is_readable(text, column, lambda table, name: table.alias(name))
    if not await connection.scalar(sa.select(readable)):
        raise ReleaseError(f"{place}: {value!r} can be no {_camel_case(column.name)}.")


async def _next(connection: AsyncConnection) -> int:
    """Return a number that no decision bears or bore, those that were undone included."""
    begin = f"{Claim.id_prefix}:{_KEY}"
    ever = sa.union_all(*(sa.select(table.c.id) for table in (CLAIMS, history_of(CLAIMS)))).subquery()
    numbers = sa.cast(sa.func.substring(ever.c.id, len(begin) + 1), sa.Integer)
    # Only digits follow, in what this module has named.
    last = sa.select(sa.func.max(numbers)).where(ever.c.id.regexp_match(f"^{begin}[0-9]{{1,9}}$"))
    return (await connection.scalar(last) or 0) + 1


async def _staged(connection: AsyncConnection, facts: list[Fact]) -> dict[sa.Table, sa.TableClause]:
    staged = {}
    for table, rows in rows_by_table(facts, connection.dialect).items():
        staged[table] = await staging(connection, table)
        await copy(connection, staged[table], rows.values())
    return staged


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
