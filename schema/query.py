"""The doors: where a request may enter. ``node`` and ``nodes`` come with the planner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from db import models
from db.models.organizations import NameKind
from schema import sql
from schema.sql import Connection

if TYPE_CHECKING:
    import strawberry

    from schema.types.alliance import Body, Event, Meeting, Membership, Participation
    from schema.types.budgets import BudgetAllocation, BudgetLine, BudgetSummary, Project, Statistic
    from schema.types.missions import CoreMission, Initiative, Milestone, Mission, PolicyInstrument, Roadmap, Target
    from schema.types.organizations import Contact, Institution, Ministry, Organization, Person, Succession, Unit
    from schema.types.releases import Release
    from schema.types.sources import Claim, Document, Passage, Term
    from schema.types.statutes import Provision, Regime, Statute
    from schema.types.technologies import (
        CommonArea,
        Designation,
        FieldScheme,
        SectorField,
        Technology,
        TechnologyField,
    )


@sql.roots
class Query:
    organizations: Connection[Organization]
    ministries: Connection[Ministry]
    institutions: Connection[Institution]
    successions: Connection[Succession]
    units: Connection[Unit]
    people: Connection[Person]
    contacts: Connection[Contact]

    statutes: Connection[Statute]
    provisions: Connection[Provision]
    regimes: Connection[Regime]

    field_schemes: Connection[FieldScheme]
    technology_fields: Connection[TechnologyField]
    technologies: Connection[Technology]
    designations: Connection[Designation]
    common_areas: Connection[CommonArea]
    sector_fields: Connection[SectorField]

    projects: Connection[Project]
    budget_lines: Connection[BudgetLine]
    budget_allocations: Connection[BudgetAllocation]
    budget_summaries: Connection[BudgetSummary]
    statistics: Connection[Statistic]

    initiatives: Connection[Initiative]
    core_missions: Connection[CoreMission]
    missions: Connection[Mission]
    targets: Connection[Target]
    roadmaps: Connection[Roadmap]
    milestones: Connection[Milestone]
    policy_instruments: Connection[PolicyInstrument]

    bodies: Connection[Body]
    memberships: Connection[Membership]
    meetings: Connection[Meeting]
    events: Connection[Event]
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
