"""Who the dataset knows: the ministries of the budget table, their past, the contacts and the event of 2026-06-18."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import TypeVar

import pytest

from db import models
from db.dataset import load_dataset
from db.models.alliance import ParticipationRole
from db.models.organizations import ContactLead, ContactRole, NameKind, OrganizationKind, SuccessionKind
from db.models.sources import Certainty, ClaimReason

F = TypeVar("F", bound=models.Fact)
SEOUL = timezone(timedelta(hours=9))
BUDGET_CODES = """
과기1 산업부 방사청 중기부 과기2 기후부 복지부 우주청 해수부 교육부 농진청 국토부 농식품부 기상청 질병청 식약처
문체부 산림청 원안위 행안부 해경청 경찰청 소방청 국방부 국가유산청 방미통위 개보위 조달청 법무부 관세청 경호처 노동부
"""


@pytest.fixture(scope="module")
def facts() -> dict[str, models.Fact]:
    """Return the built-in dataset by identifier."""
    return {fact.id: fact for fact in load_dataset()}


def all_of(facts: dict[str, models.Fact], model: type[F]) -> list[F]:
    """Return the facts of a model."""
    return [fact for fact in facts.values() if isinstance(fact, model)]


def names(facts: dict[str, models.Fact], kind: NameKind) -> dict[str, str]:
    """Return who bears each name of a kind."""
    return {name.name: name.organization_id for name in all_of(facts, models.OrganizationName) if name.kind is kind}


def test_every_budget_code_is_a_ministry(facts: dict[str, models.Fact]) -> None:
    """The 32 codes of the R&D budget table name 31 ministries: 과기1 and 과기2 are one."""
    codes = names(facts, NameKind.BUDGET_CODE)
    assert codes.keys() == set(BUDGET_CODES.split())
    assert codes["과기1"] == codes["과기2"] == "ministry:msit"
    assert len(set(codes.values())) == 31
    assert all(isinstance(facts[ministry], models.Ministry) for ministry in codes.values())


def test_protocol_order_is_the_item_of_the_act(facts: dict[str, models.Fact]) -> None:
    """The 15 ministries that the act lists among those known here; the claim says at which item."""
    ordered = [ministry for ministry in all_of(facts, models.Ministry) if ministry.protocol_order is not None]
    assert len(ordered) == len({ministry.protocol_order for ministry in ordered}) == 15
    assert {ministry.kind for ministry in ordered} == {OrganizationKind.MINISTRY}
    assert not any(ministry.valid_to for ministry in ordered)
    for ministry in ordered:
        items = {
            claim.attribute: passage.locator
            for claim in all_of(facts, models.Claim)
            if claim.subject_id == ministry.id and isinstance(passage := facts[claim.passage_id], models.Passage)
            if passage.document_id == "document:law-001720"
        }
        assert items["protocol_order"] == items["name"] == f"제29조제1항제{ministry.protocol_order}호"


def test_every_organization_bears_its_name(facts: dict[str, models.Fact]) -> None:
    """The name and short name of an organization are among its names."""
    borne = {(name.organization_id, name.name, name.kind) for name in all_of(facts, models.OrganizationName)}
    for organization in all_of(facts, models.Organization):
        assert (organization.id, organization.name, NameKind.OFFICIAL) in borne
        if organization.short_name:
            assert (organization.id, organization.short_name, NameKind.SHORT) in borne


def test_unusual_short_name(facts: dict[str, models.Fact]) -> None:
    """재정부 is read as 재정경제부, and the claim says that this is only probable."""
    short = next(name for name in all_of(facts, models.OrganizationName) if name.name == "재정부")
    (claim,) = [claim for claim in all_of(facts, models.Claim) if claim.subject_id == short.id]
    assert short.organization_id == "ministry:mofe"
    assert (claim.certainty, claim.reason) == (Certainty.PROBABLE, ClaimReason.UNUSUAL_SHORT_NAME)


def test_unsure_english_names_are_absent(facts: dict[str, models.Fact]) -> None:
    """Sources conflict on 재정경제부, so it has no English name; an established one is kept."""
    ministries = {ministry.id: ministry.name_en for ministry in all_of(facts, models.Ministry)}
    assert ministries["ministry:mofe"] is None
    assert ministries["ministry:motir"] == "Ministry of Trade, Industry and Resources"


def test_misprints_and_variants_find_their_institution(facts: dict[str, models.Fact]) -> None:
    """Names as misprinted or spelled otherwise lead to the institution."""
    assert names(facts, NameKind.MISPRINT) == {"두산에너지빌리티": "institution:doosan-enerbility"}
    assert names(facts, NameKind.VARIANT)["네이버클라우드"] == "institution:naver-cloud"
    assert names(facts, NameKind.SHORT)["KIST"] == "institution:kist"


@pytest.mark.parametrize(
    ("before", "after", "kind", "day"),
    [
        ("산업통상자원부", "산업통상부", SuccessionKind.RENAME, date(2025, 10, 1)),
        ("환경부", "기후에너지환경부", SuccessionKind.RENAME, date(2025, 10, 1)),
        ("산업통상자원부", "기후에너지환경부", SuccessionKind.FUNCTION_TRANSFER, date(2025, 10, 1)),
        ("특허청", "지식재산처", SuccessionKind.RENAME, date(2025, 10, 1)),
        ("방송통신위원회", "방송미디어통신위원회", SuccessionKind.RENAME, date(2025, 10, 1)),
        ("기획재정부", "재정경제부", SuccessionKind.SPLIT, date(2026, 1, 2)),
        ("기획재정부", "기획예산처", SuccessionKind.SPLIT, date(2026, 1, 2)),
    ],
)
def test_successions(facts: dict[str, models.Fact], before: str, after: str, kind: SuccessionKind, day: date) -> None:
    """A ministry ends the day before its successor begins, and a renamed one keeps its former name."""
    by_name = {ministry.name: ministry for ministry in all_of(facts, models.Ministry)}
    predecessor, successor = by_name[before], by_name[after]
    assert [
        (succession.kind, succession.effective_on)
        for succession in all_of(facts, models.Succession)
        if (succession.predecessor_id, succession.successor_id) == (predecessor.id, successor.id)
    ] == [(kind, day)]
    assert predecessor.valid_to == day - timedelta(days=1)
    assert successor.valid_from == day
    if kind is SuccessionKind.RENAME:
        assert names(facts, NameKind.FORMER)[before] == successor.id


def test_contacts(facts: dict[str, models.Fact]) -> None:
    """Twelve contacts at six divisions: two in overall charge, two jointly, the others unlabelled in print."""
    contacts = sorted(all_of(facts, models.Contact), key=lambda contact: contact.ordinal)
    assert [contact.ordinal for contact in contacts] == list(range(1, 13))
    assert [contact.lead for contact in contacts] == [ContactLead.LEAD] * 2 + [ContactLead.JOINT] * 2 + [None] * 8
    assert [contact.role for contact in contacts] == [ContactRole.RESPONSIBLE, ContactRole.OFFICER] * 6
    assert (contacts[6].title, contacts[6].phone) == ("팀장", "044-202-6250")


def test_bureaus_stand_above_divisions(facts: dict[str, models.Fact]) -> None:
    """The printed cell of bureau and division is two units of one ministry."""
    division = facts["unit:motir-semiconductor"]
    assert isinstance(division, models.Unit)
    bureau = facts[str(division.parent_id)]
    assert isinstance(bureau, models.Unit)
    assert (bureau.name, division.name) == ("첨단산업정책관", "반도체과")
    assert bureau.organization_id == division.organization_id == "ministry:motir"


def test_attendees(facts: dict[str, models.Fact]) -> None:
    """Twenty-six attendees in printed order, with organization, sector and group."""
    attendees = [
        participation
        for participation in all_of(facts, models.Participation)
        if participation.role is ParticipationRole.ATTENDEE
    ]
    assert [attendee.ordinal for attendee in attendees] == list(range(1, 27))
    sectors = [attendee.sector for attendee in attendees]
    assert {sector: sectors.count(sector) for sector in sectors} == {"산업": 11, "대학": 3, "연구기관": 5, "정부": 7}
    groups = [attendee.group for attendee in attendees]
    assert {group: groups.count(group) for group in groups} == {"협회": 2, "기업": 6, "금융": 3, None: 15}
    posco, kotec = attendees[7], attendees[10]
    assert (posco.organization_id, posco.position) == ("institution:posco-holdings", "미래기술연구원장")
    assert (kotec.organization_id, kotec.group) == ("institution:kotec", "금융")
    people = {person.id: person.name for person in all_of(facts, models.Person)}
    assert people[str(attendees[11].person_id)] == "유홍림"


def test_hosts(facts: dict[str, models.Fact]) -> None:
    """A body, two ministries, and others that the source does not name."""
    hosts = [host for host in all_of(facts, models.Participation) if host.role is ParticipationRole.HOST]
    assert [(host.body_id, host.organization_id, host.group) for host in hosts] == [
        ("body:nst-future-dialogue", None, None),
        (None, "ministry:msit", None),
        (None, "ministry:mpb", None),
        (None, None, "관계부처"),
    ]


def test_agenda(facts: dict[str, models.Fact]) -> None:
    """Six items fill the hundred minutes of the event without a gap."""
    (event,) = all_of(facts, models.Event)
    items = [item for item in all_of(facts, models.AgendaItem) if item.event_id == event.id]
    assert [item.minutes for item in items] == [2, 13, 30, 40, 10, 5]
    assert event.starts_at == items[0].starts_at == datetime(2026, 6, 18, 14, tzinfo=SEOUL)
    assert event.ends_at == items[-1].ends_at == datetime(2026, 6, 18, 15, 40, tzinfo=SEOUL)
    for item, following in pairwise(items):
        assert item.ends_at == following.starts_at
    for item in items:
        assert item.starts_at is not None
        assert item.ends_at == item.starts_at + timedelta(minutes=item.minutes or 0)


def test_alliance(facts: dict[str, models.Fact]) -> None:
    """The alliance has councils and a support team; the councils serve the ten fields."""
    bodies = {body.id: body for body in all_of(facts, models.Body)}
    assert {body.name for body in bodies.values() if body.parent_id == "body:next-alliance"} == {
        "분야별 협의체",
        "프로젝트 지원팀",
    }
    served = [link.field_id for link in all_of(facts, models.BodyField) if link.body_id == "body:field-councils"]
    assert len(set(served)) == 10
