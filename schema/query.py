"""The doors: where a request may enter. ``node`` and ``nodes`` come with the planner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import ARRAY

from db import models, search
from db import releases as history
from db.checks import findings_of
from db.models.base import Text
from db.models.discrepancies import Check
from db.models.organizations import NameKind
from schema import sql
from schema.sql import Connection
from schema.types.changes import span
from schema.types.differences import between_days, between_releases, two_times
from schema.types.search import something_to_find
from schema.types.viewers import asking

if TYPE_CHECKING:
    from datetime import date

    import strawberry

    from db.models import FactType
    from schema.types.alliance import AgendaItem, Body, BodyField, Event, Meeting, Membership, Participation
    from schema.types.budgets import (
        BudgetAllocation,
        BudgetLine,
        BudgetSummary,
        PolicyAllocation,
        PolicyArea,
        Project,
        Statistic,
        StatisticComponent,
    )
    from schema.types.changes import Change
    from schema.types.differences import DesignationDifference
    from schema.types.discrepancies import Discrepancy
    from schema.types.missions import CoreMission, Initiative, Milestone, Mission, PolicyInstrument, Roadmap, Target
    from schema.types.organizations import (
        Contact,
        Institution,
        Ministry,
        Organization,
        OrganizationName,
        Person,
        Succession,
        Unit,
    )
    from schema.types.releases import Release
    from schema.types.search import SearchHit
    from schema.types.sources import Claim, Document, Passage, Term
    from schema.types.statutes import Provision, Regime, Statute, StatuteVersion
    from schema.types.technologies import (
        AreaCoverage,
        CommonArea,
        CoverageItem,
        Designation,
        FieldScheme,
        SectorField,
        Technology,
        TechnologyField,
        Threshold,
    )
    from schema.types.viewers import Viewer


@sql.roots
class Query:
    organizations: Connection[Organization]
    ministries: Connection[Ministry]
    institutions: Connection[Institution]
    successions: Connection[Succession]
    organization_names: Connection[OrganizationName]
    units: Connection[Unit]
    people: Connection[Person]
    contacts: Connection[Contact]

    statutes: Connection[Statute]
    statute_versions: Connection[StatuteVersion]
    provisions: Connection[Provision]
    regimes: Connection[Regime]

    field_schemes: Connection[FieldScheme]
    technology_fields: Connection[TechnologyField]
    technologies: Connection[Technology]
    designations: Connection[Designation]
    common_areas: Connection[CommonArea]
    area_coverages: Connection[AreaCoverage]
    coverage_items: Connection[CoverageItem]
    thresholds: Connection[Threshold]
    sector_fields: Connection[SectorField]

    projects: Connection[Project]
    budget_lines: Connection[BudgetLine]
    budget_allocations: Connection[BudgetAllocation]
    policy_areas: Connection[PolicyArea]
    policy_allocations: Connection[PolicyAllocation]
    budget_summaries: Connection[BudgetSummary]
    statistics: Connection[Statistic]
    statistic_components: Connection[StatisticComponent]

    initiatives: Connection[Initiative]
    core_missions: Connection[CoreMission]
    missions: Connection[Mission]
    targets: Connection[Target]
    roadmaps: Connection[Roadmap]
    milestones: Connection[Milestone]
    policy_instruments: Connection[PolicyInstrument]

    bodies: Connection[Body]
    body_fields: Connection[BodyField]
    memberships: Connection[Membership]
    meetings: Connection[Meeting]
    events: Connection[Event]
    agenda_items: Connection[AgendaItem]
    participations: Connection[Participation]

    documents: Connection[Document]
    passages: Connection[Passage]
    claims: Connection[Claim]
    terms: Connection[Term]

    releases: Connection[Release]

    @sql.field
    def technology(self: Any, id: strawberry.ID) -> Technology | None:  # noqa: A002
        """기술 | The technology that this identifier names

        id: 식별자 | Its identifier
        """
        return select(models.Technology).where(models.Technology.id == id)

    @sql.field
    def ministry(self: Any, name: str) -> Ministry | None:
        """중앙행정기관 | The one that bears or bore this name; those still in existence come before others

        name: 이름 | Any of its names, past or present, exactly as written
        """
        ministry, bears = models.Ministry, models.OrganizationName
        return (
            select(ministry)
            .join(bears, bears.organization_id == ministry.id)
            .where(bears.name == name)
            .order_by(ministry.valid_to.is_not(None), bears.kind != NameKind.OFFICIAL, ministry.id)
            .limit(1)
        )

    @sql.field
    def overlaps(self: Any, regimes: list[strawberry.ID]) -> Connection[CommonArea]:
        """제도 간 중복 영역 | Common areas that every one of these lists covers; all areas where none is given

        regimes: 지정제도 식별자들 | Identifiers of the regimes; one that names none leaves no area
        """
        area, coverage = models.CommonArea, models.AreaCoverage
        covering = select(coverage.regime_id).where(coverage.area_id == area.id).scalar_subquery()
        return select(area).where(func.array(covering, type_=ARRAY(Text)).contains(regimes))

    @sql.field(check=two_times)
    def designation_changes(
        self: Any,
        regime: strawberry.ID,
        from_: date | None = None,
        to: date | None = None,
        from_release: int | None = None,
        to_release: int | None = None,
    ) -> Connection[DesignationDifference]:
        """지정목록 변경 | What changed in a regime's list between two days or two releases, a row for each technology

        regime: 지정제도 식별자 | Identifier of the regime
        from: 기준일 | Day whose designations in force are the state before
        to: 비교일 | Day whose designations in force are the state afterwards
        from_release: 기준 판 | Release whose list is the state before; 0 is before the first
        to_release: 비교 판 | Release whose list is the state afterwards
        """
        if from_ is None:
            return between_releases(regime, from_release, to_release)
        return between_days(regime, from_, to)

    @sql.field
    def discrepancies(self: Any, checks: list[Check] | None = None) -> Connection[Discrepancy]:
        """불일치 | Where facts do not agree: with each other, with what is published, or with themselves

        checks: 점검 | Which checks to make; all where it is left out
        """
        return findings_of(Check if checks is None else checks)

    @sql.field(check=something_to_find)
    def search(self: Any, text: str, types: list[FactType] | None = None) -> Connection[SearchHit]:
        """검색 | What bears a name, term or title that matches, the best matches first; each row once

        text: 찾을 말 | Also half typed, by initials (ㄱㅈㅇ) or with the other keyboard layout; spaces do not count
        types: 사실 종류들 | Only rows of these types
        """
        return search.found(text, types)

    @sql.field
    def release(self: Any, number: int) -> Release | None:
        """판 | The release of this number

        number: 판 번호 | Its number
        """
        return select(models.Release).where(models.Release.number == number)

    @sql.field(check=span("since", "until"))
    def changes(
        self: Any,
        since: int | None = None,
        until: int | None = None,
        types: list[FactType] | None = None,
        ids: list[strawberry.ID] | None = None,
    ) -> Connection[Change]:
        """변경 내역 | Every change of every row, in the order of releases: none is left out, none comes twice

        since: 이 판 이후 | Only what later releases did; all, if left out
        until: 이 판까지 | Only what releases up to this one did; all, if left out
        types: 사실 종류들 | Only rows of these types
        ids: 식별자들 | Only these rows
        """
        return history.feed(since=since, until=until, types=types, ids=ids)

    @sql.field(check=span("from_", "to"))
    def diff(self: Any, from_: int, to: int, types: list[FactType] | None = None) -> Connection[Change]:
        """판 비교 | What two releases differ in, once for each row; what came and went in between is left out

        from: 기준 판 | Release that is the state before; 0 is before the first
        to: 비교 판 | Release that is the state afterwards
        types: 사실 종류들 | Only rows of these types
        """
        return history.net(from_, to, types=types)

    @sql.field(steady=False)
    def viewer(self: Any) -> Viewer | None:
        """조회자 | Who asks: for which organization, with which scopes; without a key or token these are empty"""
        return asking()
