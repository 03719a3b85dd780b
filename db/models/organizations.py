"""Who answers: ministries and institutions, their names over time, their units and their people."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Mapped

from db.models.base import Fact, InForce, Label, column, reference, to_many, to_one


class OrganizationType(Label):
    """기관 유형 | Which table of organizations a row belongs to."""

    MINISTRY = "중앙행정기관 | Central government body: 부, 처, 청, 위원회"
    INSTITUTION = "그 밖의 기관 | Any other organization"


class OrganizationKind(Label):
    """기관 종류 | Legal or organizational form."""

    MINISTRY = "부 | Ministry"
    OFFICE = "처 | Ministry-level office under the prime minister or the president"
    AGENCY = "청 | Agency under a ministry"
    COMMISSION = "위원회 | Commission"
    ASSOCIATION = "협회·단체 | Association"
    COMPANY = "기업 | Company"
    FINANCIAL = "금융기관 | Financial institution"
    UNIVERSITY = "대학 | University"
    RESEARCH_INSTITUTE = "연구기관 | Research institute"


class NameKind(Label):
    """명칭 종류 | What kind of name an organization bears."""

    OFFICIAL = "정식 명칭 | Official name"
    SHORT = "약칭 | Short name"
    FORMER = "옛 명칭 | Name of the same or the preceding organization in the past"
    VARIANT = "표기 변형 | Another spelling of the same name"
    MISPRINT = "오기 | Misprint of the name in a source"
    BUDGET_CODE = "예산 부처 코드 | Code of the R&D budget table"


class SuccessionKind(Label):
    """승계 종류 | How one organization followed another."""

    RENAME = "명칭 변경 | Renamed"
    SPLIT = "분리 | Split"
    MERGE = "통합 | Merged"
    FUNCTION_TRANSFER = "기능 이관 | Functions transferred"


class ContactRole(Label):
    """담당 구분 | Role of a contact within its unit."""

    RESPONSIBLE = "책임자 | Head of the unit"
    OFFICER = "담당자 | Officer in charge"


class ContactLead(Label):
    """담당 부서 구분 | Whether the unit leads the matter."""

    LEAD = "총괄 | In overall charge"
    JOINT = "공동 | Jointly in charge"


class Organization(Fact, InForce):
    """기관 | A ministry or another organization."""

    __tablename__ = "organizations"
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_abstract": True}
    id_prefix = "organization"
    competent = "id"

    type: Mapped[OrganizationType] = column("기관 유형 | Ministry or another organization")
    kind: Mapped[OrganizationKind] = column("기관 종류 | Legal or organizational form")
    name: Mapped[str] = column("정식 명칭 | Official name", index=True, searched=True)
    name_en: Mapped[str | None] = column("영문명 | English name, where one is established", searched=True)
    short_name: Mapped[str | None] = column("약칭 | Short name", searched=True)
    code: Mapped[str | None] = column("기관코드 | Government organization code")
    protocol_order: Mapped[int | None] = column(
        "건제순: 정부조직법 제29조제1항의 호 | Protocol order: item of article 29(1) of the Government Organization Act"
    )
    parent_id: Mapped[str | None] = reference("organizations")
    parent: Mapped[Organization | None] = to_one("상위 기관 | Organization above", parent_id, itself="Organization.id")
    names: Mapped[list[OrganizationName]] = to_many("명칭 | Every name", "OrganizationName.organization_id")
    units: Mapped[list[Unit]] = to_many("부서 | Units", "Unit.organization_id")


class Ministry(Organization):
    """중앙행정기관 | A central government body: 부, 처, 청 or 위원회."""

    __mapper_args__ = {"polymorphic_identity": OrganizationType.MINISTRY}
    id_prefix = "ministry"


class Institution(Organization):
    """기관 | An organization outside the central government: company, university, institute, association."""

    __mapper_args__ = {"polymorphic_identity": OrganizationType.INSTITUTION}
    id_prefix = "institution"


class OrganizationName(Fact, InForce):
    """기관명 | One name of an organization, with the time in which it held."""

    __tablename__ = "organization_names"
    id_prefix = "name"
    competent = "organization_id"
    names_owner: ClassVar[str] = "organization_id"

    organization_id: Mapped[str] = reference("organizations")
    organization: Mapped[Organization] = to_one("기관 | Organization that bears the name", organization_id)
    name: Mapped[str] = column("명칭 | Name", index=True, searched="organization_id")
    kind: Mapped[NameKind] = column("명칭 종류 | Kind of name")


class Succession(Fact):
    """승계 | One organization followed another."""

    __tablename__ = "successions"
    id_prefix = "succession"

    predecessor_id: Mapped[str] = reference("organizations")
    predecessor: Mapped[Organization] = to_one("앞선 기관 | Organization before", predecessor_id)
    successor_id: Mapped[str] = reference("organizations")
    successor: Mapped[Organization] = to_one("이은 기관 | Organization after", successor_id)
    kind: Mapped[SuccessionKind] = column("승계 종류 | How it followed")
    effective_on: Mapped[date] = column("시행일 | Day on which it took effect")


class Unit(Fact):
    """부서 | A bureau, division or team of an organization."""

    __tablename__ = "units"
    id_prefix = "unit"
    competent = "organization_id"

    organization_id: Mapped[str] = reference("organizations")
    organization: Mapped[Organization] = to_one("기관 | Organization", organization_id)
    name: Mapped[str] = column("부서명 | Name", searched=True)
    parent_id: Mapped[str | None] = reference("units")
    parent: Mapped[Unit | None] = to_one("상위 부서 | Unit above", parent_id, itself="Unit.id")
    contacts: Mapped[list[Contact]] = to_many("담당자 | Contacts", "Contact.unit_id")


class Person(Fact):
    """인물 | A person whom a public document names."""

    __tablename__ = "people"
    id_prefix = "person"

    name: Mapped[str] = column("성명 | Name", personal=True, index=True, searched=True)
    contacts: Mapped[list[Contact]] = to_many("담당 | Contacts held", "Contact.person_id")


class Contact(Fact):
    """담당 연락처 | The person to call at a unit, as a document prints it."""

    __tablename__ = "contacts"
    id_prefix = "contact"
    competent = "unit.organization_id"

    unit_id: Mapped[str] = reference("units")
    unit: Mapped[Unit] = to_one("부서 | Unit", unit_id)
    person_id: Mapped[str] = reference("people")
    person: Mapped[Person] = to_one("인물 | Person", person_id)
    role: Mapped[ContactRole] = column("담당 구분 | Role")
    lead: Mapped[ContactLead | None] = column("총괄·공동 | Whether the unit leads; null where the print lost it")
    title: Mapped[str] = column("직위 | Position", personal=True)
    phone: Mapped[str] = column("전화번호 | Telephone number", personal=True)
    ordinal: Mapped[int] = column("순번 | Position in the printed table")
