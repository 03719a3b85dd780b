"""What is to be done: initiatives, missions, targets, roadmaps, milestones and policy instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from db import models
from schema import sql
from schema.sql import Connection
from schema.types.facts import Fact

if TYPE_CHECKING:
    from decimal import Decimal

    from db.models.missions import InstrumentKind, MilestoneStatus
    from db.models.sources import Certainty
    from schema.types.facts import FuzzyDate
    from schema.types.organizations import Organization
    from schema.types.statutes import Statute
    from schema.types.technologies import FieldScheme, TechnologyField


@sql.type(models.Initiative, order=("number", "name"))
class Initiative(Fact):
    name: str
    name_en: str | None
    number: int | None
    parent: Initiative | None
    targets: Connection[Target]
    milestones: Connection[Milestone]

    @sql.field
    def children(self: models.Initiative) -> Connection[Initiative]:
        """하위 과제 | Initiatives below"""
        return select(models.Initiative).where(models.Initiative.parent_id == self.id)


@sql.type(models.CoreMission, order=("ordinal",))
class CoreMission(Fact):
    scheme: FieldScheme
    name: str
    ordinal: int

    @sql.field
    def missions(self: models.CoreMission) -> Connection[Mission]:
        """임무 | Missions that a source places under it"""
        return select(models.Mission).where(models.Mission.core_mission_id == self.id)


@sql.type(models.Mission, order=("ordinal",))
class Mission(Fact):
    field: TechnologyField
    core_mission: CoreMission | None
    title: str
    as_printed: str
    certainty: Certainty
    alternatives: list[str]
    ordinal: int
    starts: FuzzyDate | None


@sql.type(models.Target, order=("due.latest", "title"))
class Target(Fact):
    title: str
    initiative: Initiative | None
    field: TechnologyField | None
    due: FuzzyDate | None
    qualitative: bool
    value: Decimal | None
    unit: str | None


@sql.type(models.Roadmap, order=("name",))
class Roadmap(Fact):
    name: str
    titles_as_printed: list[str]
    certainty: Certainty
    milestones: Connection[Milestone]


@sql.type(models.Milestone, order=("due.latest", "due.earliest", "title"))
class Milestone(Fact):
    title: str
    due: FuzzyDate | None
    status: MilestoneStatus
    initiative: Initiative | None
    roadmap: Roadmap | None
    statute: Statute | None


@sql.type(models.PolicyInstrument, order=("name",))
class PolicyInstrument(Fact):
    name: str
    kind: InstrumentKind
    applies_to: str | None
    actor: Organization | None
    field: TechnologyField | None
    statute: Statute | None
    applies: FuzzyDate | None
