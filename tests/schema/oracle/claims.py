"""Which of several claims is preferred, reckoned claim by claim."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from db.models.sources import Certainty

if TYPE_CHECKING:
    from tests.schema.oracle.rows import Row, Rows

RANKS = list(Certainty.__members__)
TO_REGIME = {
    "Regime": (),
    "FieldScheme": ("regime_id",),
    "TechnologyField": ("scheme_id", "regime_id"),
    "Technology": ("regime_id",),
    "Designation": ("technology_id", "regime_id"),
    "AreaCoverage": ("regime_id",),
    "CoverageItem": ("coverage_id", "regime_id"),
    "SectorField": ("regime_id",),
}
WAYS: dict[str, tuple[str, ...]] = {
    **{type_: (*way, "statute_id", "ministry_id") for type_, way in TO_REGIME.items()},
    "Statute": ("ministry_id",),
    "StatuteVersion": ("statute_id", "ministry_id"),
    "Provision": ("statute_id", "ministry_id"),
    "Project": ("ministry_id",),
    "BudgetLine": ("ministry_id",),
    "BudgetAllocation": ("budget_line_id", "ministry_id"),
    "PolicyAllocation": ("budget_line_id", "ministry_id"),
    "Ministry": ("id",),
    "Institution": ("id",),
    "OrganizationName": ("organization_id",),
    "Unit": ("organization_id",),
    "Contact": ("unit_id", "organization_id"),
    "Document": ("publisher_id",),
    "Passage": ("document_id", "publisher_id"),
}
"""By which columns one comes from a fact to the organization that is competent for it."""


def said_of(rows: Rows, subject: str, attribute: str) -> list[tuple[Row, Row]]:
    """Return the claims that give an attribute a value, the preferred one first, each with its document."""
    organization, fact = competent(rows, subject), rows.seen(subject)
    found: list[tuple[Any, Row, Row]] = []
    for claim in rows.where("claims", "subject_id", subject):
        if claim["attribute"] == attribute and claim["value"] is not None:
            for passage in rows.where("passages", "id", claim["passage_id"]):
                documents = rows.where("documents", "id", passage["document_id"])
                found += [(_order(claim, document, organization, fact), claim, document) for document in documents]
    return [(claim, document) for _, claim, document in sorted(found, key=lambda each: each[0])]


def preferred(rows: Rows, subject: str, attribute: str | None) -> str | None:
    """Return the identifier of the claim that is preferred, if any gives a value."""
    found = [] if attribute is None else said_of(rows, subject, attribute)
    return str(found[0][0]["id"]) if found else None


def competent(rows: Rows, subject: str) -> Any:
    """Return the organization competent for a fact: the one at the end of its type's way, else its owner."""
    fact = here = rows.seen(subject)
    if fact is None:
        return None
    *steps, last = WAYS.get(str(fact["@type"]), ("owner_id",))
    for step in steps:
        here = rows.seen(here[step]) if here else None
    found: str | None = here[last] if here else None
    return fact["owner_id"] if found is None else found


def _order(claim: Row, document: Row, organization: str | None, fact: Row | None) -> tuple[Any, ...]:
    as_open = claim["grade"] == "OPEN" or (fact is not None and claim["grade"] == fact["grade"])
    decided, day = claim["derivation"] == "DECIDED", document["published_on"]
    return (
        not as_open,
        not decided,
        -claim["released_in"] if decided else 0,
        organization is None or document["publisher_id"] != organization,
        RANKS.index(claim["certainty"]),
        day is None,
        -(day or date.min).toordinal(),
        claim["id"],
    )
