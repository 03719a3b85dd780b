"""Who sits together: bodies, members, meetings, events and who took part."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from db.models.base import Fact, FuzzyDate, InForce, Label, column, fuzzy_date, reference, to_many, to_one

if TYPE_CHECKING:
    from db.models.organizations import Organization, Person
    from db.models.technologies import TechnologyField


class BodyKind(Label):
    """협의체 종류 | What kind of body it is."""

    ALLIANCE = "얼라이언스 | Alliance"
    COUNCIL = "협의체 | Council of a field"
    SUPPORT_TEAM = "지원팀 | Support team"
    AGENCY = "전담기관 | Designated agency"
    COMMITTEE = "위원회 | Committee"
    MEETING = "회의체 | Standing meeting"
    DIALOGUE = "대화체 | Public-private dialogue"
    SUMMIT = "서밋 | Summit"


class ParticipationRole(Label):
    """참여 구분 | In what role someone took part in an event."""

    HOST = "주최 | Host"
    CHAIR = "주재 | Chair"
    PRESENTER = "발표 | Presenter"
    ATTENDEE = "참석 | Attendee"


class Body(Fact, InForce):
    """협의체 | A body of the alliance or of governance."""

    __tablename__ = "bodies"
    id_prefix = "body"

    name: Mapped[str] = column(
        "명칭 | Name; a descriptive one where the source gives no proper name", index=True, searched=True
    )
    name_en: Mapped[str | None] = column("영문명 | English name, where one is established", searched=True)
    kind: Mapped[BodyKind] = column("종류 | Kind")
    purpose: Mapped[str | None] = column("목적 | What it is for")
    parent_id: Mapped[str | None] = reference("bodies")
    parent: Mapped[Body | None] = to_one("상위 협의체 | Body above", parent_id, itself="Body.id")
    established: Mapped[FuzzyDate | None] = fuzzy_date("구성 시기 | When it is set up", "established")
    children: Mapped[list[Body]] = to_many("하위 협의체 | Bodies below", "Body.parent_id")
    field_links: Mapped[list[BodyField]] = to_many("담당 분야 | Fields it serves", "BodyField.body_id")
    memberships: Mapped[list[Membership]] = to_many("참여 | Memberships", "Membership.body_id")
    meetings: Mapped[list[Meeting]] = to_many("회의 | Meetings", "Meeting.body_id")
    participations: Mapped[list[Participation]] = to_many("행사 참석 | Events it took part in", "Participation.body_id")


class BodyField(Fact):
    """담당 분야 | A body serves a technology field."""

    __tablename__ = "body_fields"
    __table_args__ = (sa.UniqueConstraint("body_id", "field_id"),)
    id_prefix = "body-field"

    body_id: Mapped[str] = reference("bodies")
    body: Mapped[Body] = to_one("협의체 | Body", body_id)
    field_id: Mapped[str] = reference("technology_fields")
    field: Mapped[TechnologyField] = to_one("기술분야 | Field", field_id)


class Membership(Fact, InForce):
    """참여 | Who sits on a body, and for how long."""

    __tablename__ = "memberships"
    id_prefix = "membership"

    body_id: Mapped[str] = reference("bodies")
    body: Mapped[Body] = to_one("협의체 | Body", body_id)
    member_as_printed: Mapped[str] = column(
        "참여자 원문 | Member as printed; often a group and not a name", personal=True
    )
    organization_id: Mapped[str | None] = reference("organizations")
    organization: Mapped[Organization | None] = to_one("기관 | Organization", organization_id)
    person_id: Mapped[str | None] = reference("people")
    person: Mapped[Person | None] = to_one("인물 | Person", person_id)
    capacity: Mapped[str | None] = column("자격 | Capacity, such as chair or member", personal=True)


class Meeting(Fact):
    """회의 | A meeting of a body."""

    __tablename__ = "meetings"
    id_prefix = "meeting"

    body_id: Mapped[str] = reference("bodies")
    body: Mapped[Body] = to_one("협의체 | Body", body_id)
    ordinal: Mapped[int | None] = column("회차 | Ordinal, such as 8 in 제8차")
    name: Mapped[str] = column("명칭 | Name", searched=True)
    held: Mapped[FuzzyDate | None] = fuzzy_date("개최 | When it was held", "held")
    agenda_items: Mapped[list[AgendaItem]] = to_many("안건 | Agenda", "AgendaItem.meeting_id")


class Event(Fact):
    """행사 | A public event."""

    __tablename__ = "events"
    id_prefix = "event"

    name: Mapped[str] = column("행사명 | Name", searched=True)
    subtitle: Mapped[str | None] = column("부제 | Subtitle")
    starts_at: Mapped[datetime] = column("시작 | Start")
    ends_at: Mapped[datetime] = column("종료 | End")
    place: Mapped[str] = column("장소 | Place")
    city: Mapped[str | None] = column("도시 | City")
    agenda_items: Mapped[list[AgendaItem]] = to_many("일정 | Agenda", "AgendaItem.event_id")
    participations: Mapped[list[Participation]] = to_many("참석 | Participations", "Participation.event_id")


class AgendaItem(Fact):
    """안건·일정 | An item on the agenda of a meeting or event."""

    __tablename__ = "agenda_items"
    id_prefix = "agenda-item"

    event_id: Mapped[str | None] = reference("events")
    event: Mapped[Event | None] = to_one("행사 | Event", event_id)
    meeting_id: Mapped[str | None] = reference("meetings")
    meeting: Mapped[Meeting | None] = to_one("회의 | Meeting", meeting_id)
    ordinal: Mapped[int] = column("순번 | Position")
    title: Mapped[str] = column("제목 | Title", searched=True)
    starts_at: Mapped[datetime | None] = column("시작 | Start")
    ends_at: Mapped[datetime | None] = column("종료 | End")
    minutes: Mapped[int | None] = column("소요(분) | Minutes as printed")
    speakers_as_printed: Mapped[str | None] = column("담당 원문 | Who speaks, as printed", personal=True)


class Participation(Fact):
    """참석 | Who took part in an event, with the position of that day."""

    __tablename__ = "participations"
    id_prefix = "participation"

    event_id: Mapped[str] = reference("events")
    event: Mapped[Event] = to_one("행사 | Event", event_id)
    role: Mapped[ParticipationRole] = column("참여 구분 | Role")
    ordinal: Mapped[int] = column("순번 | Position in print")
    person_id: Mapped[str | None] = reference("people")
    person: Mapped[Person | None] = to_one("인물 | Person", person_id)
    organization_id: Mapped[str | None] = reference("organizations")
    organization: Mapped[Organization | None] = to_one("기관 | Organization", organization_id)
    body_id: Mapped[str | None] = reference("bodies")
    body: Mapped[Body | None] = to_one("협의체 | Body that took part", body_id)
    position: Mapped[str | None] = column("직위 | Position on that day", personal=True)
    sector: Mapped[str | None] = column("구분 | Sector as printed: 산업, 대학, 연구기관, 정부")
    group: Mapped[str | None] = column("세부 구분 | Group as printed: 협회, 기업, 금융")
