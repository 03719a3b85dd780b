"""What is stored: one module per noun, and a history table beside every fact table."""

from db.models.alliance import AgendaItem, Body, BodyField, Event, Meeting, Membership, Participation
from db.models.base import Base, Fact, FuzzyDate, InForce, Label
from db.models.budgets import (
    BudgetAllocation,
    BudgetLine,
    BudgetSummary,
    Project,
    Statistic,
    StatisticComponent,
)
from db.models.derived import Derived, DesignationDifference, DesignationState, StatuteCoverage
from db.models.history import fact_tables, history_of
from db.models.missions import CoreMission, Initiative, Milestone, Mission, PolicyInstrument, Roadmap, Target
from db.models.organizations import (
    Contact,
    Institution,
    Ministry,
    Organization,
    OrganizationName,
    Person,
    Succession,
    Unit,
)
from db.models.refusals import REFUSED
from db.models.releases import Release
from db.models.sources import Claim, Document, Passage, Term
from db.models.statutes import Provision, Regime, Statute, StatuteVersion
from db.models.technologies import (
    AreaCoverage,
    CommonArea,
    Designation,
    FieldScheme,
    SectorField,
    Technology,
    TechnologyField,
    Threshold,
)

__all__ = [
    "REFUSED",
    "AgendaItem",
    "AreaCoverage",
    "Base",
    "Body",
    "BodyField",
    "BudgetAllocation",
    "BudgetLine",
    "BudgetSummary",
    "Claim",
    "CommonArea",
    "Contact",
    "CoreMission",
    "Derived",
    "Designation",
    "DesignationDifference",
    "DesignationState",
    "Document",
    "Event",
    "Fact",
    "FieldScheme",
    "FuzzyDate",
    "InForce",
    "Initiative",
    "Institution",
    "Label",
    "Meeting",
    "Membership",
    "Milestone",
    "Ministry",
    "Mission",
    "Organization",
    "OrganizationName",
    "Participation",
    "Passage",
    "Person",
    "PolicyInstrument",
    "Project",
    "Provision",
    "Regime",
    "Release",
    "Roadmap",
    "SectorField",
    "Statistic",
    "StatisticComponent",
    "Statute",
    "StatuteCoverage",
    "StatuteVersion",
    "Succession",
    "Target",
    "Technology",
    "TechnologyField",
    "Term",
    "Threshold",
    "Unit",
    "fact_tables",
    "history_of",
]

Base.registry.configure()
for _table in fact_tables().values():
    history_of(_table)
