"""Documents that contradict each other."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.checks.findings import all_of, constant, count, findings, handed_on
from db.claims.competence import competent
from db.claims.preference import is_decided, preference
from db.models.base import Text
from db.models.discrepancies import Check
from db.models.organizations import Organization
from db.models.sources import Claim, Document, Passage
from db.releases.openness import is_as_open_as

NUMBER = r"^-?[0-9]{1,30}([.][0-9]{1,30})?$"


def claims_differ() -> sa.Select[Any]:
    """Find the values that documents give for an attribute of a fact beside the preferred one."""
    said = _said()
    expected, found = sa.type_coerce(said.c.preferred, Text), sa.type_coerce(said.c.value, Text)
    numbers = sa.and_(expected.op("~")(constant(NUMBER)), found.op("~")(constant(NUMBER)))
    names = (func.array_to_string(each, constant(", ")) for each in (said.c.best_publishers, said.c.publishers))
    by, elsewhere = names
    return (
        findings(
            Check.CLAIMS_DIFFER,
            said.c.subject_id,
            key=func.concat(said.c.attribute, constant("+"), func.left(func.md5(found), count(12))),
            expected=expected,
            found=found,
            difference=sa.case((numbers, sa.cast(found, sa.Numeric) - sa.cast(expected, sa.Numeric))),
            said_by=(said.c.best_publishers, said.c.publishers),
            decided=said.c.decided,
            rest=handed_on(said, "best") + handed_on(said, "claims"),
            message="%s의 %s 값을 문서들이 다르게 말한다: %s (%s), %s (%s).",
            message_en="Documents disagree on %s, %s: %s (%s), and %s (%s).",
            values=(said.c.subject_id, said.c.attribute, expected, by, found, elsewhere),
        )
        .select_from(said)
        .where(said.c.value != said.c.preferred)
    )


def _said() -> sa.Subquery:
    """Return each value that is claimed of a contested attribute, beside the preferred one, and who claims it."""
    claim, passage, document, publisher = Claim, Passage, Document, Organization
    contested = _contested()
    window: dict[str, Any] = {
        "partition_by": (claim.subject_id, claim.attribute),
        "order_by": preference(claim, document, competent(claim.subject_id), is_as_open_as(claim, claim.subject_id)),
    }
    read = (
        select(claim.id, claim.released_in, claim.subject_id, claim.attribute, claim.value)
        .add_columns(
            func.coalesce(publisher.name, document.publisher_as_printed, document.title).label("publisher"),
            func.first_value(claim.value).over(**window).label("preferred"),
            func.first_value(is_decided(claim)).over(**window).label("decided"),
        )
        .join(passage, passage.id == claim.passage_id)
        .join(document, document.id == passage.document_id)
        .outerjoin(publisher, publisher.id == document.publisher_id)
        .join(
            contested,
            sa.and_(contested.c.subject_id == claim.subject_id, contested.c.attribute == claim.attribute),
        )
        .where(claim.value.is_not(None))
        .subquery("read")
    )
    pair = read.c.subject_id, read.c.attribute, read.c.value, read.c.preferred, read.c.decided
    publishers = func.array_agg(aggregate_order_by(sa.distinct(read.c.publisher), read.c.publisher))
    said = select(*pair, publishers.label("publishers"), *all_of(read.c).columns("claims")).group_by(*pair).subquery()
    pairs, first = (said.c.subject_id, said.c.attribute), (said.c.value == said.c.preferred).desc()
    handed = (("best_publishers", "publishers"), ("best_ids", "claims_ids"), ("best_since", "claims_since"))
    of_best = (
        func.first_value(said.c[own]).over(partition_by=pairs, order_by=first).label(name) for name, own in handed
    )
    return select(*said.c, *of_best).subquery("said")


def _contested() -> sa.Subquery:
    """Return the attributes of facts for which several documents give several values."""
    several = (func.count(sa.distinct(each)) > count(1) for each in (Claim.value, Passage.document_id))
    return (
        select(Claim.subject_id, Claim.attribute)
        .join(Passage, Passage.id == Claim.passage_id)
        .where(Claim.attribute.is_not(None), Claim.value.is_not(None))
        .group_by(Claim.subject_id, Claim.attribute)
        .having(sa.and_(*several))
        .subquery("contested")
    )
