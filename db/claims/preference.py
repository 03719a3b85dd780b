"""The rule by which one of several claims about an attribute is preferred. It stands here once, as an order in SQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.claims.competence import competent
from db.models.base import Text
from db.models.sources import Certainty, Claim, Derivation, Document, Passage
from db.releases.openness import is_as_open_as


def preference(claim: Any, document: Any, organization: Any, as_open: Any) -> tuple[sa.ColumnElement[Any], ...]:
    """Return what claims are ordered by, the preferred one first.

    First those ``as_open`` as the fact: what fewer may see than the fact decides nothing that the fact shows. A
    decision goes first, the newest of several; then what the competent ``organization`` has published, then the surer
    reading, then the newer document.
    """
    decided = is_decided(claim)
    by_competent = sa.func.coalesce(document.publisher_id == organization, sa.false())
    ranks: Any = (
        (_is(claim.certainty, each.name), sa.literal_column(str(rank))) for rank, each in enumerate(Certainty)
    )
    return (
        sa.func.coalesce(as_open, sa.false()).desc(),
        decided.desc(),
        sa.case((decided, claim.released_in)).desc().nulls_last(),
        by_competent.desc(),
        sa.case(*ranks),
        document.published_on.desc().nulls_last(),
        claim.id,
    )


def preferred(subject: Any, attribute: Any) -> sa.ScalarSelect[Any]:
    """Return the identifier of the claim that is preferred of all that give an attribute of a fact a value."""
    return (
        sa.select(Claim.id)
        .join(Passage, Passage.id == Claim.passage_id)
        .join(Document, Document.id == Passage.document_id)
        .where(Claim.subject_id == subject, Claim.attribute == attribute, Claim.value.is_not(None))
        .order_by(*preference(Claim, Document, competent(subject), is_as_open_as(Claim, subject)))
        .limit(sa.literal_column("1"))
        .scalar_subquery()
    )


def is_decided(claim: Any) -> sa.ColumnElement[bool]:
    """Return whether a claim is a steward's decision."""
    return _is(claim.derivation, Derivation.DECIDED.name)


def _is(column: Any, name: str) -> sa.ColumnElement[bool]:
    return sa.type_coerce(column, Text) == sa.literal_column(f"'{name}'", Text)
