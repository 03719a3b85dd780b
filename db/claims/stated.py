"""The claim that keeps what a fact states by itself while others claim something of the same attribute."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.claims.preference import is_decided
from db.models.base import Text
from db.models.identity import dataset_of

STATED_LOCATOR = "전체"
"""What the passage of a dataset's own values is called: they stand wherever the dataset's file has them."""
_KEY = "stated-"


def claim_id(subject: Any, attribute: Any) -> sa.ColumnElement[str]:
    """Return the identifier of the claim, which belongs to the dataset of its subject."""
    digest = sa.func.encode(sa.func.sha256(sa.func.convert_to(sa.func.concat(subject, " ", attribute), "UTF8")), "hex")
    return sa.func.concat("claim:", dataset_of(subject).op("||")("/"), _KEY, sa.func.left(digest, 20), type_=Text)


def passage_id(subject: Any) -> sa.ColumnElement[str]:
    """Return the identifier of the passage on which it rests if nothing else does; null without a dataset."""
    return sa.literal("passage:", Text).op("||")(dataset_of(subject)).op("||")("/stated")


def is_stated_passage(identifier: Any) -> Any:
    """Return whether a passage's identifier is that of such a passage."""
    return identifier.regexp_match("^passage:[^/]*/stated$")


def is_stated(identifier: Any) -> Any:
    """Return whether a claim's identifier is that of such a claim."""
    return identifier.regexp_match(f"^claim:([^/]*/)?{_KEY}[0-9a-f]{{20}}$")


def is_foreign(claim: Any) -> sa.ColumnElement[bool]:
    """Return whether a claim was brought by an import or a steward, and is none that a fact makes of itself."""
    return sa.and_(sa.or_(claim.id.like("%/%"), is_decided(claim)), ~is_stated(claim.id))
