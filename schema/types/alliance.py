"""Who sits together: bodies, members, meetings, events and who took part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from db import models
from schema import sql
from schema.sql import Connection
from schema.types.facts import Fact, InForce

if TYPE_CHECKING:
    from datetime import datetime

    from db.models.alliance import BodyKind, ParticipationRole
    from schema.types.facts import FuzzyDate
    from schema.types.organizations import Organization, Person
    from schema.types.technologies import TechnologyField


@sql.type(models.Body, order=("name",))
class Body(Fact, InForce):
    name: str
    name_en: str | None
    kind: BodyKind
    purpose: str | None
    parent: Body | None
    established: FuzzyDate | None
    children: Connection[Body]
    field_links: Connection[BodyField]
    memberships: Connection[Membership]
    meetings: Connection[Meeting]
    participations: Connection[Participation]

    @sql.field
    def fields(self: models.Body) -> Connection[TechnologyField]:
        """담당 분야 | Technology fields that it serves"""
        served = select(models.BodyField.field_id).where(models.BodyField.body_id == self.id)
        return select(models.TechnologyField).where(models.TechnologyField.id.in_(served))


@sql.type(models.BodyField)
class BodyField(Fact):
    body: Body
    field: TechnologyField


@sql.type(models.Membership, order=("member_as_printed",))
class Membership(Fact, InForce):
    body: Body
    member_as_printed: str
    organization: Organization | None
    person: Person | None
    capacity: str | None


@sql.type(models.Meeting, order=("ordinal", "name"))
class Meeting(Fact):
    body: Body
    ordinal: int | None
    name: str
    held: FuzzyDate | None
    agenda_items: Connection[AgendaItem]


@sql.type(models.Event, order=("starts_at",))
class Event(Fact):
    name: str
    subtitle: str | None
    starts_at: datetime
    ends_at: datetime
    place: str
    city: str | None
    agenda_items: Connection[AgendaItem]
    participations: Connection[Participation]


@sql.type(models.AgendaItem, order=("ordinal",))
class AgendaItem(Fact):
    event: Event | None
    meeting: Meeting | None
    ordinal: int
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int | None
    speakers_as_printed: str | None


@sql.type(models.Participation, order=("ordinal",))
class Participation(Fact):
    event: Event
    role: ParticipationRole
    ordinal: int
    person: Person | None
    organization: Organization | None
    body: Body | None
    position: str | None
    sector: str | None
    group: str | None
