"""What is strategic: field schemes, technologies, their designations, and the areas that tie the lists together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import distinct, func, select

from db import models
from schema import sql
from schema.sql import Connection
from schema.types.facts import Fact, InForce

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    import strawberry
    from sqlalchemy import ScalarSelect

    from db.models.technologies import Comparator, DesignationChange, TechnologyStatus
    from schema.types.alliance import Body
    from schema.types.budgets import BudgetAllocation, BudgetSummary
    from schema.types.missions import CoreMission, Mission, PolicyInstrument, Target
    from schema.types.sources import Document
    from schema.types.statutes import Regime, Statute


@sql.type(models.FieldScheme, order=("code",))
class FieldScheme(Fact, InForce):
    code: str
    name: str
    name_en: str | None
    status: TechnologyStatus
    regime: Regime
    fields: Connection[TechnologyField]

    @sql.field
    def core_missions(self: models.FieldScheme) -> Connection[CoreMission]:
        """핵심미션 | Core missions that the scheme is built on"""
        return select(models.CoreMission).where(models.CoreMission.scheme_id == self.id)

    @sql.field
    def budget_summaries(self: models.FieldScheme) -> Connection[BudgetSummary]:
        """예산 요약 | Totals of the allocations to its fields, by year and stage"""
        return select(models.BudgetSummary).where(models.BudgetSummary.scheme_id == self.id)


@sql.type(models.TechnologyField, order=("ordinal",))
class TechnologyField(Fact):
    scheme: FieldScheme
    name: str
    name_en: str | None
    aliases: list[str]
    ordinal: int
    technologies: Connection[Technology]
    missions: Connection[Mission]
    targets: Connection[Target]
    policy_instruments: Connection[PolicyInstrument]
    allocations: Connection[BudgetAllocation]

    @sql.field
    def bodies(self: models.TechnologyField) -> Connection[Body]:
        """협의체 | Bodies that serve the field"""
        serving = select(models.BodyField.body_id).where(models.BodyField.field_id == self.id)
        return select(models.Body).where(models.Body.id.in_(serving))


@sql.type(models.Technology, order=("ordinal", "name"))
class Technology(Fact):
    regime: Regime
    field: TechnologyField | None
    name: str
    name_en: str | None
    ordinal: int | None
    status: TechnologyStatus
    designations: Connection[Designation]
    coverage_items: Connection[CoverageItem]


@sql.type(models.Designation, order=("promulgated_on",))
class Designation(Fact, InForce):
    technology: Technology
    notice: Document | None
    name: str | None
    section: str | None
    locator: str | None
    scope: str | None
    change: DesignationChange
    promulgated_on: date | None
    applies_from: date | None
    note: str | None
    thresholds: Connection[Threshold]


_STATUTES = func.count(distinct(models.Regime.statute_id))


def _covering_statutes(area: models.CommonArea) -> ScalarSelect[Any]:
    coverage = models.AreaCoverage
    return (
        select(_STATUTES)
        .join(coverage, coverage.regime_id == models.Regime.id)
        .where(coverage.area_id == area.id)
        .scalar_subquery()
    )


@sql.type(models.CommonArea, order=("sector_ordinal", "ordinal"))
class CommonArea(Fact):
    name: str
    sector: str
    sector_ordinal: int
    subsector: str | None
    ordinal: int
    note: str | None
    coverages: Connection[AreaCoverage]

    @sql.field
    def statute_count(self: models.CommonArea) -> int:
        """법률 수 | Number of statutes whose lists cover the area; two lists of one act count once"""
        return _covering_statutes(self)

    @sql.field
    def priority(self: models.CommonArea) -> bool:
        """중점 지원영역 여부 | Whether every statute that holds a technology list covers the area; why says which do"""
        return _covering_statutes(self) == select(_STATUTES).scalar_subquery()

    @sql.field
    def why(self: models.CommonArea) -> Connection[StatuteCoverage]:
        """법률별 근거 | Which statutes cover the area, each with the lists through which it does"""
        coverage, regime = models.AreaCoverage, models.Regime
        identifier = func.concat(coverage.area_id, "+", regime.statute_id).label("id")
        covering = select(identifier, coverage.area_id, regime.statute_id).join(coverage.regime)
        return covering.where(coverage.area_id == self.id).distinct()

    @sql.field
    def sector_fields(self: models.CommonArea) -> Connection[SectorField]:
        """제도별 분야 | What each list calls the fields that the sector falls under"""
        return select(models.SectorField).where(models.SectorField.sector == self.sector)


@sql.type(models.AreaCoverage)
class AreaCoverage(Fact, InForce):
    area: CommonArea
    regime: Regime
    scope: str | None
    items: Connection[CoverageItem]
    thresholds: Connection[Threshold]


@sql.type(models.CoverageItem)
class CoverageItem(Fact):
    coverage: AreaCoverage
    technology: Technology


@sql.type(models.StatuteCoverage, order=("statute.name",))
class StatuteCoverage:
    id: strawberry.ID
    area: CommonArea
    statute: Statute

    @sql.field
    def coverages(self: models.StatuteCoverage) -> Connection[AreaCoverage]:
        """제도별 포함 | Coverages of the area by lists of the statute"""
        coverage, regime = models.AreaCoverage, models.Regime
        by_list = select(coverage).join(coverage.regime).where(coverage.area_id == self.area_id)
        return by_list.where(regime.statute_id == self.statute_id)


@sql.type(models.SectorField, order=("sector_ordinal",))
class SectorField(Fact):
    sector: str
    sector_ordinal: int
    regime: Regime
    names: list[str]
    note: str | None


@sql.type(models.Threshold, order=("metric",), apart={"value": ("metric", "unit")})
class Threshold(Fact):
    designation: Designation | None
    coverage: AreaCoverage | None
    metric: str
    comparator: Comparator
    value: Decimal
    unit: str
    goal: bool
