"""What is strategic: field schemes, technologies, their designations, and the areas that tie the lists together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from db.models.base import Fact, InForce, Label, column, reference, to_many, to_one
from db.models.texts import natural_index

if TYPE_CHECKING:
    from db.models.budgets import BudgetAllocation
    from db.models.missions import Mission, PolicyInstrument, Target
    from db.models.sources import Document
    from db.models.statutes import Regime


class TechnologyStatus(Label):
    """지정 상태 | How far a scheme or technology has come; announced is not designated."""

    ANNOUNCED = "발표 | Announced, not gazetted"
    DESIGNATED = "지정 | Designated in a list in force"
    SUPERSEDED = "대체 | Replaced by a later one"
    RELEASED = "해제 | Designation lifted"


class DesignationChange(Label):
    """변경 구분 | What a version of the list did to a technology."""

    ADDED = "신설 | Added"
    CHANGED = "변경 | Scope or wording changed"
    MOVED = "이동 | Moved to another place or list"
    RENAMED = "명칭변경 | Renamed"
    REMOVED = "삭제 | Removed"


class Comparator(Label):
    """비교 | How a threshold compares."""

    LTE = "이하 | At most"
    LT = "미만 | Less than"
    GTE = "이상 | At least"
    GT = "초과 | More than"
    EQ = "같음 | Equal"


class FieldScheme(Fact, InForce):
    """분야체계 | A way in which a regime divides technologies into fields."""

    __tablename__ = "field_schemes"
    id_prefix = "scheme"
    competent = "regime.statute.ministry_id"

    code: Mapped[str] = column("코드 | Code, such as NEXT-2026", unique=True)
    name: Mapped[str] = column("명칭 | Name", searched=True)
    name_en: Mapped[str | None] = column("영문명 | English name, where one is established", searched=True)
    status: Mapped[TechnologyStatus] = column("상태 | How far the scheme has come")
    regime_id: Mapped[str] = reference("regimes")
    regime: Mapped[Regime] = to_one("지정제도 | Regime", regime_id)
    fields: Mapped[list[TechnologyField]] = to_many("분야 | Fields", "TechnologyField.scheme_id")


class TechnologyField(Fact):
    """기술분야 | A field of a scheme."""

    __tablename__ = "technology_fields"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "name"),)
    id_prefix = "field"
    competent = "scheme.regime.statute.ministry_id"

    scheme_id: Mapped[str] = reference("field_schemes")
    scheme: Mapped[FieldScheme] = to_one("분야체계 | Scheme", scheme_id)
    name: Mapped[str] = column("분야명 | Name", index=True, searched=True)
    name_en: Mapped[str | None] = column("영문명 | English name, where one is established", searched=True)
    aliases: Mapped[list[str]] = column("이칭 | Other names used for the field", searched=True)
    ordinal: Mapped[int] = column("순번 | Position in the source's table; no official order is given")
    technologies: Mapped[list[Technology]] = to_many("기술 | Technologies", "Technology.field_id")
    missions: Mapped[list[Mission]] = to_many("임무 | Missions", "Mission.field_id")
    targets: Mapped[list[Target]] = to_many("목표 | Targets", "Target.field_id")
    policy_instruments: Mapped[list[PolicyInstrument]] = to_many("정책수단 | Instruments", "PolicyInstrument.field_id")
    allocations: Mapped[list[BudgetAllocation]] = to_many("예산 배분 | Allocations", "BudgetAllocation.field_id")


class Technology(Fact):
    """기술 | One regime's item; its designations are its history in that list."""

    __tablename__ = "technologies"
    __table_args__ = (natural_index("technologies", "name"), natural_index("technologies", "name", "ordinal"))
    id_prefix = "technology"
    competent = "regime.statute.ministry_id"

    regime_id: Mapped[str] = reference("regimes")
    regime: Mapped[Regime] = to_one("지정제도 | Regime", regime_id)
    field_id: Mapped[str | None] = reference("technology_fields")
    field: Mapped[TechnologyField | None] = to_one("기술분야 | Field", field_id)
    name: Mapped[str] = column("기술명 | Name", index=True, searched=True)
    name_en: Mapped[str | None] = column("영문명 | English name, where one is established", searched=True)
    ordinal: Mapped[int | None] = column("순번 | Position within its field in the source")
    status: Mapped[TechnologyStatus] = column("상태 | How far the technology has come")
    designations: Mapped[list[Designation]] = to_many("지정 | Designations", "Designation.technology_id")
    coverage_items: Mapped[list[CoverageItem]] = to_many("공통기술분야 | Common areas", "CoverageItem.technology_id")


class Designation(Fact, InForce):
    """지정 | What a version of a regime's list says of a technology."""

    __tablename__ = "designations"
    id_prefix = "designation"
    competent = "technology.regime.statute.ministry_id"

    technology_id: Mapped[str] = reference("technologies")
    technology: Mapped[Technology] = to_one("기술 | Technology", technology_id)
    notice_id: Mapped[str | None] = reference("documents")
    notice: Mapped[Document | None] = to_one("고시·별표 | Notice or annex", notice_id)
    name: Mapped[str | None] = column(
        "당시 기술명 | Name in that version, where it differs from the technology's", searched="technology_id"
    )
    section: Mapped[str | None] = column("목록 구분 | Section of the list as printed")
    locator: Mapped[str | None] = column("목록 위치 | Place in the list as printed; it moves between versions")
    scope: Mapped[str | None] = column("범위 | Scope text")
    change: Mapped[DesignationChange] = column("변경 구분 | What the version did")
    promulgated_on: Mapped[date | None] = column("공포·발령일 | Day of promulgation")
    applies_from: Mapped[date | None] = column("적용일 | Day from which it applies, where it differs")
    note: Mapped[str | None] = column("비고 | Note in the source")
    thresholds: Mapped[list[Threshold]] = to_many("범위 기준 | Thresholds", "Threshold.designation_id")


class CommonArea(Fact):
    """공통기술분야 | An area that ties technologies of different statutes together."""

    __tablename__ = "common_areas"
    id_prefix = "area"

    name: Mapped[str] = column("명칭 | Name", index=True, searched=True)
    sector: Mapped[str] = column("영역 | Sector")
    sector_ordinal: Mapped[int] = column("영역 순번 | Position of the sector in the source")
    subsector: Mapped[str | None] = column("세부 영역 | Sub-sector")
    ordinal: Mapped[int] = column("순번 | Position in the source")
    note: Mapped[str | None] = column("비고 | Note in the source")
    coverages: Mapped[list[AreaCoverage]] = to_many("제도별 포함 | Coverage by regime", "AreaCoverage.area_id")


class AreaCoverage(Fact, InForce):
    """제도별 포함 | A regime's list covers a common area."""

    __tablename__ = "area_coverages"
    __table_args__ = (sa.UniqueConstraint("area_id", "regime_id"),)
    id_prefix = "coverage"
    competent = "regime.statute.ministry_id"

    area_id: Mapped[str] = reference("common_areas")
    area: Mapped[CommonArea] = to_one("공통기술분야 | Area", area_id)
    regime_id: Mapped[str] = reference("regimes")
    regime: Mapped[Regime] = to_one("지정제도 | Regime", regime_id)
    scope: Mapped[str | None] = column("범위 | Scope text as the source gives it")
    items: Mapped[list[CoverageItem]] = to_many("해당 기술 | Items of the list", "CoverageItem.coverage_id")
    thresholds: Mapped[list[Threshold]] = to_many("범위 기준 | Thresholds", "Threshold.coverage_id")


class CoverageItem(Fact):
    """제도별 해당 기술 | An item of a regime's list that makes the regime cover a common area."""

    __tablename__ = "coverage_items"
    __table_args__ = (sa.UniqueConstraint("coverage_id", "technology_id"),)
    id_prefix = "coverage-item"
    competent = "coverage.regime.statute.ministry_id"

    coverage_id: Mapped[str] = reference("area_coverages")
    coverage: Mapped[AreaCoverage] = to_one("제도별 포함 | Coverage", coverage_id)
    technology_id: Mapped[str] = reference("technologies")
    technology: Mapped[Technology] = to_one("기술 | Technology", technology_id)


class SectorField(Fact):
    """영역별 제도 분야 | What a regime calls the fields that a sector of common areas falls under."""

    __tablename__ = "sector_fields"
    id_prefix = "sector-field"
    competent = "regime.statute.ministry_id"

    sector: Mapped[str] = column("영역 | Sector of the common areas", index=True)
    sector_ordinal: Mapped[int] = column("영역 순번 | Position of the sector in the source")
    regime_id: Mapped[str] = reference("regimes")
    regime: Mapped[Regime] = to_one("지정제도 | Regime", regime_id)
    names: Mapped[list[str]] = column("분야명 | Names of the regime's fields")
    note: Mapped[str | None] = column("비고 | Note in the source")


class Threshold(Fact):
    """범위 기준 | A figure that bounds what a list covers."""

    __tablename__ = "thresholds"
    id_prefix = "threshold"

    designation_id: Mapped[str | None] = reference("designations")
    designation: Mapped[Designation | None] = to_one("지정 | Designation", designation_id)
    coverage_id: Mapped[str | None] = reference("area_coverages")
    coverage: Mapped[AreaCoverage | None] = to_one("제도별 포함 | Coverage of a common area", coverage_id)
    metric: Mapped[str] = column("척도 | What is measured")
    comparator: Mapped[Comparator] = column("비교 | How it compares")
    value: Mapped[Decimal] = column("값 | Value")
    unit: Mapped[str] = column("단위 | Unit")
    goal: Mapped[bool] = column("목표 여부 | Whether it is a development goal instead of a limit")
