"""What is to be done: initiatives, missions, targets, roadmaps, milestones and policy instruments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

from db.models.base import Fact, FuzzyDate, Label, column, fuzzy_date, reference, to_many, to_one
from db.models.sources import Certainty

if TYPE_CHECKING:
    from db.models.organizations import Organization
    from db.models.statutes import Statute
    from db.models.technologies import FieldScheme, TechnologyField


class MilestoneStatus(Label):
    """이행 상태 | How far a milestone has come at the date of its source."""

    PLANNED = "계획 | Planned"
    IN_PROGRESS = "진행 중 | In progress"
    ACHIEVED = "완료 | Achieved"
    DELAYED = "지연 | Delayed"
    CANCELLED = "취소 | Cancelled"


class InstrumentKind(Label):
    """정책수단 종류 | What a policy instrument works through."""

    RND_INVESTMENT = "R&D 투자 | R&D investment"
    TAX = "조세특례 | Tax treatment"
    INDUSTRY = "산업 육성 | Industry promotion"
    DESIGNATION = "사업 지정 | Designation of programmes"
    BUDGET_PRIORITY = "예산 우선 검토 | Priority in budget review"
    MATCHING_RELIEF = "기업매칭비율 완화 | Relief of matching funds"
    PLANNING = "계획·로드맵 | Planning"
    FINANCE = "금융·투자 | Finance and investment"
    DIFFUSION = "성과 확산 | Spreading of results"
    COOPERATION = "국제협력 | International co-operation"
    INTELLECTUAL_PROPERTY = "지식재산 | Intellectual property"
    PROCUREMENT = "조달 | Procurement"
    CLUSTER = "클러스터 | Clusters"
    ZONE = "특화지역 | Special zones"
    DATA = "데이터 | Data"
    DEMONSTRATION = "개발·실증·양산 | Development, demonstration, mass production"


class Initiative(Fact):
    """추진 과제·프로젝트 | A national task or a project under it."""

    __tablename__ = "initiatives"
    id_prefix = "initiative"

    name: Mapped[str] = column("명칭 | Name", searched=True)
    name_en: Mapped[str | None] = column("영문명 | English name, where one is established", searched=True)
    number: Mapped[int | None] = column("국정과제 번호 | Number among the national tasks")
    parent_id: Mapped[str | None] = reference("initiatives")
    parent: Mapped[Initiative | None] = to_one("상위 과제 | Initiative above", parent_id, itself="Initiative.id")
    targets: Mapped[list[Target]] = to_many("목표 | Targets", "Target.initiative_id")
    milestones: Mapped[list[Milestone]] = to_many("이정표 | Milestones", "Milestone.initiative_id")


class CoreMission(Fact):
    """핵심미션 | One of the core missions that a field scheme is built on."""

    __tablename__ = "core_missions"
    id_prefix = "core-mission"

    scheme_id: Mapped[str] = reference("field_schemes")
    scheme: Mapped[FieldScheme] = to_one("분야체계 | Field scheme", scheme_id)
    name: Mapped[str] = column("명칭 | Name", searched=True)
    ordinal: Mapped[int] = column("순번 | Position in print")


class Mission(Fact):
    """임무 | A mission of a field; how sure the reading is stands beside it."""

    __tablename__ = "missions"
    id_prefix = "mission"

    field_id: Mapped[str] = reference("technology_fields")
    field: Mapped[TechnologyField] = to_one("기술분야 | Field", field_id)
    core_mission_id: Mapped[str | None] = reference("core_missions")
    core_mission: Mapped[CoreMission | None] = to_one("핵심미션 | Core mission; null where not stated", core_mission_id)
    title: Mapped[str] = column("임무명 | Title, in its preferred reading", searched=True)
    as_printed: Mapped[str] = column("원문 표기 | As printed")
    certainty: Mapped[Certainty] = column("확실성 | How certain the reading is")
    alternatives: Mapped[list[str]] = column("다른 독해 | Other readings")
    ordinal: Mapped[int] = column("순번 | Position in print")
    starts: Mapped[FuzzyDate | None] = fuzzy_date("착수 | Start", "starts")


class Target(Fact):
    """목표 | What is to be reached, and by when."""

    __tablename__ = "targets"
    id_prefix = "target"

    title: Mapped[str] = column("목표명 | Title", searched=True)
    initiative_id: Mapped[str | None] = reference("initiatives")
    initiative: Mapped[Initiative | None] = to_one("프로젝트 | Initiative", initiative_id)
    field_id: Mapped[str | None] = reference("technology_fields")
    field: Mapped[TechnologyField | None] = to_one("기술분야 | Field", field_id)
    due: Mapped[FuzzyDate | None] = fuzzy_date("기한 | Due", "due")
    qualitative: Mapped[bool] = column("정성 목표 여부 | Whether no figure is given")
    value: Mapped[Decimal | None] = column("목표값 | Value")
    unit: Mapped[str | None] = column("단위 | Unit")


class Roadmap(Fact):
    """로드맵 | A roadmap; sources may print its title in several ways."""

    __tablename__ = "roadmaps"
    id_prefix = "roadmap"

    name: Mapped[str] = column("명칭 | Name, in its preferred reading", searched=True)
    titles_as_printed: Mapped[list[str]] = column("원문 표기 | Titles as printed")
    certainty: Mapped[Certainty] = column("확실성 | How certain it is that the titles mean one roadmap")
    milestones: Mapped[list[Milestone]] = to_many("이정표 | Milestones", "Milestone.roadmap_id")


class Milestone(Fact):
    """이정표 | An event of the timeline, done or due."""

    __tablename__ = "milestones"
    id_prefix = "milestone"

    title: Mapped[str] = column("내용 | What happens", searched=True)
    due: Mapped[FuzzyDate | None] = fuzzy_date("시기 | When", "due")
    status: Mapped[MilestoneStatus] = column("이행 상태 | How far it had come at the date of the source")
    initiative_id: Mapped[str | None] = reference("initiatives")
    initiative: Mapped[Initiative | None] = to_one("프로젝트 | Initiative", initiative_id)
    roadmap_id: Mapped[str | None] = reference("roadmaps")
    roadmap: Mapped[Roadmap | None] = to_one("로드맵 | Roadmap", roadmap_id)
    statute_id: Mapped[str | None] = reference("statutes")
    statute: Mapped[Statute | None] = to_one("법률 | Statute", statute_id)


class PolicyInstrument(Fact):
    """정책수단 | A means that the government applies."""

    __tablename__ = "policy_instruments"
    id_prefix = "instrument"

    name: Mapped[str] = column("명칭 | Name", searched=True)
    kind: Mapped[InstrumentKind] = column("종류 | What it works through")
    applies_to: Mapped[str | None] = column("적용 대상 | What it applies to, as printed")
    actor_id: Mapped[str | None] = reference("organizations")
    actor: Mapped[Organization | None] = to_one("주체 | Who applies it; null where not stated", actor_id)
    field_id: Mapped[str | None] = reference("technology_fields")
    field: Mapped[TechnologyField | None] = to_one("기술분야 | Field", field_id)
    statute_id: Mapped[str | None] = reference("statutes")
    statute: Mapped[Statute | None] = to_one("근거 법률 | Statute it rests on", statute_id)
    applies: Mapped[FuzzyDate | None] = fuzzy_date("적용 시기 | When it applies", "applies")
