"""Who answers: ministries and institutions, their names over time, their units and their people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from db import models
from db.models.organizations import NameKind
from schema import sql
from schema.sql import Connection
from schema.types.facts import Fact, InForce

if TYPE_CHECKING:
    from datetime import date

    from db.models.organizations import (
        ContactLead,
        ContactRole,
        OrganizationKind,
        OrganizationType,
        SuccessionKind,
    )
    from schema.types.alliance import Membership, Participation
    from schema.types.budgets import BudgetLine, Project
    from schema.types.missions import PolicyInstrument
    from schema.types.sources import Document
    from schema.types.statutes import Statute


@sql.interface(models.Organization, order=("protocol_order", "name"))
class Organization(Fact, InForce):
    type: OrganizationType
    kind: OrganizationKind
    name_en: str | None
    short_name: str | None
    code: str | None
    protocol_order: int | None
    parent: Organization | None
    names: Connection[OrganizationName]
    units: Connection[Unit]

    @sql.field
    def name(self: models.Organization) -> str:
        """정식 명칭 | Official name; on a day asked of with asOf, the one then borne"""
        borne = models.OrganizationName
        then = (
            select(borne.name)
            # A former name without an end says nothing of when it was borne.
            .where(borne.organization_id == self.id, borne.kind.in_((NameKind.OFFICIAL, NameKind.FORMER)))
            .where(or_(borne.kind == NameKind.OFFICIAL, borne.valid_to.is_not(None)))
            .order_by(borne.valid_to.nulls_last(), borne.id)
            .limit(1)
        )
        return sql.Dated(self.name, then.scalar_subquery())

    @sql.field
    def children(self: models.Organization) -> Connection[Organization]:
        """하위 기관 | Organizations below"""
        return select(models.Organization).where(models.Organization.parent_id == self.id)

    @sql.field
    def successions(self: models.Organization) -> Connection[Succession]:
        """승계 | Every succession in which it came before or after"""
        sides = (models.Succession.predecessor_id, models.Succession.successor_id)
        return select(models.Succession).where(or_(*(side == self.id for side in sides)))

    @sql.field
    def predecessors(self: models.Organization) -> Connection[Organization]:
        """앞선 기관 | Organizations that it followed, each once"""
        before = select(models.Succession.predecessor_id).where(models.Succession.successor_id == self.id)
        return select(models.Organization).where(models.Organization.id.in_(before))

    @sql.field
    def successors(self: models.Organization) -> Connection[Organization]:
        """이은 기관 | Organizations that followed it, each once"""
        after = select(models.Succession.successor_id).where(models.Succession.predecessor_id == self.id)
        return select(models.Organization).where(models.Organization.id.in_(after))

    @sql.field
    def contacts(self: models.Organization) -> Connection[Contact]:
        """담당 연락처 | Contacts at its units"""
        return select(models.Contact).join(models.Contact.unit).where(models.Unit.organization_id == self.id)

    @sql.field
    def policy_instruments(self: models.Organization) -> Connection[PolicyInstrument]:
        """정책수단 | Means that it applies"""
        return select(models.PolicyInstrument).where(models.PolicyInstrument.actor_id == self.id)

    @sql.field
    def memberships(self: models.Organization) -> Connection[Membership]:
        """협의체 참여 | Bodies on which it sits"""
        return select(models.Membership).where(models.Membership.organization_id == self.id)

    @sql.field
    def participations(self: models.Organization) -> Connection[Participation]:
        """행사 참석 | Events in which its people took part"""
        return select(models.Participation).where(models.Participation.organization_id == self.id)

    @sql.field
    def documents(self: models.Organization) -> Connection[Document]:
        """발행 문서 | Documents that it published"""
        return select(models.Document).where(models.Document.publisher_id == self.id)


@sql.type(models.Ministry, order=("protocol_order", "name"))
class Ministry(Organization):
    @sql.field
    def statutes(self: models.Ministry) -> Connection[Statute]:
        """소관 법률 | Acts in its charge"""
        return select(models.Statute).where(models.Statute.ministry_id == self.id)

    @sql.field
    def projects(self: models.Ministry) -> Connection[Project]:
        """소관 사업 | Its budget projects"""
        return select(models.Project).where(models.Project.ministry_id == self.id)

    @sql.field
    def budget_lines(self: models.Ministry) -> Connection[BudgetLine]:
        """예산 항목 | Its budget lines, of every year and stage"""
        return select(models.BudgetLine).where(models.BudgetLine.ministry_id == self.id)


@sql.type(models.Institution, order=("name",))
class Institution(Organization):
    pass


@sql.type(models.OrganizationName, order=("name",))
class OrganizationName(Fact, InForce):
    organization: Organization
    name: str
    kind: NameKind


@sql.type(models.Succession, order=("effective_on",))
class Succession(Fact):
    predecessor: Organization
    successor: Organization
    kind: SuccessionKind
    effective_on: date


@sql.type(models.Unit, order=("name",))
class Unit(Fact):
    organization: Organization
    name: str
    parent: Unit | None
    contacts: Connection[Contact]

    @sql.field
    def children(self: models.Unit) -> Connection[Unit]:
        """하위 부서 | Units below"""
        return select(models.Unit).where(models.Unit.parent_id == self.id)


@sql.type(models.Person, order=("name",))
class Person(Fact):
    name: str
    contacts: Connection[Contact]

    @sql.field
    def memberships(self: models.Person) -> Connection[Membership]:
        """협의체 참여 | Bodies on which the person sits"""
        return select(models.Membership).where(models.Membership.person_id == self.id)

    @sql.field
    def participations(self: models.Person) -> Connection[Participation]:
        """행사 참석 | Events in which the person took part"""
        return select(models.Participation).where(models.Participation.person_id == self.id)


@sql.type(models.Contact, order=("ordinal",))
class Contact(Fact):
    unit: Unit
    person: Person
    role: ContactRole
    lead: ContactLead | None
    title: str
    phone: str
    ordinal: int
