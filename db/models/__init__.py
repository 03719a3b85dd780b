"""What is stored: one module per noun, and a history table beside every fact table."""

from db.models.alliance import AgendaItem, Body, BodyField, Event, Meeting, Membership, Participation
from db.models.audit import audit_chain, audit_entries
from db.models.base import Base, Fact, FuzzyDate, InForce, Label
from db.models.budgets import (
    BudgetAllocation,
    BudgetLine,
    BudgetSummary,
    PolicyAllocation,
    PolicyArea,
    Project,
    Statistic,
    StatisticComponent,
)
from db.models.derived import Derived, DesignationDifference, DesignationState, StatuteCoverage
from db.models.discrepancies import Discrepancy
from db.models.history import fact_tables, history_of, restricted_rows
from db.models.imports import import_requests, imports
from db.models.keys import api_keys
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
from db.models.releases import CHANGES, ChangeKind, Release
from db.models.sources import Claim, Document, Passage, Term
from db.models.statutes import Provision, Regime, Statute, StatuteVersion
from db.models.technologies import (
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

__all__ = [
    "CHANGES",
    "KEYS_IN_PATTERN",
    "REFUSED",
    "AgendaItem",
    "AreaCoverage",
    "Base",
    "Body",
    "BodyField",
    "BudgetAllocation",
    "BudgetLine",
    "BudgetSummary",
    "Change",
    "ChangeKind",
    "Claim",
    "CommonArea",
    "Contact",
    "CoreMission",
    "CoverageItem",
    "Derived",
    "Designation",
    "DesignationDifference",
    "DesignationState",
    "Discrepancy",
    "Document",
    "Event",
    "Fact",
    "FactType",
    "FieldChange",
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
    "PolicyAllocation",
    "PolicyArea",
    "PolicyInstrument",
    "Project",
    "Provision",
    "Regime",
    "Release",
    "Roadmap",
    "SearchHit",
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
    "Viewer",
    "api_keys",
    "audit_chain",
    "audit_entries",
    "fact_tables",
    "history_of",
    "import_requests",
    "imports",
]

Base.registry.configure()
for _table in fact_tables().values():
    history_of(_table)
    restricted_rows(_table)

# Names every type of fact, so it comes when all are there.
from db.models.changes import Change, FactType, FieldChange  # noqa: E402
from db.models.patterns import KEYS_IN_PATTERN  # noqa: E402
from db.models.search import SearchHit  # noqa: E402
from db.models.viewers import Viewer  # noqa: E402
