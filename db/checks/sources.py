"""Documents that contradict each other."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.checks.findings import all_of, constant, count, findings, handed_on
from db.models.base import Text
from db.models.discrepancies import Check
from db.models.sources import Certainty, Claim, Document, Passage

NUMBER = r"^-?[0-9]{1,30}([.][0-9]{1,30})?$"


def claims_differ() -> sa.Select[Any]:
    """Compare the values that documents give for an attribute of a fact; the surest, newest one is expected."""
    claim, passage, document = Claim, Passage, Document
    unsure = sa.case(*((claim.certainty == certainty, count(rank)) for rank, certainty in enumerate(Certainty)))
    better = (unsure, document.published_on.desc().nulls_last(), claim.id)
    read = (
        select(claim.id, claim.released_in, claim.subject_id, claim.attribute, claim.value, passage.document_id)
        .add_columns(
            func.first_value(claim.value)
            .over(partition_by=(claim.subject_id, claim.attribute), order_by=better)
            .label("best")
        )
        .join(passage, passage.id == claim.passage_id)
        .join(document, document.id == passage.document_id)
        .where(claim.attribute.is_not(None), claim.value.is_not(None))
        .subquery("read")
    )
    other = aggregate_order_by(constant(" / "), read.c.value)
    said = (
        select(read.c.subject_id, read.c.attribute, read.c.best, *all_of(read.c).columns("claims"))
        .add_columns(
            func.string_agg(sa.distinct(read.c.value), other).filter(read.c.value != read.c.best).label("others")
        )
        .group_by(read.c.subject_id, read.c.attribute, read.c.best)
        .having(func.count(sa.distinct(read.c.document_id)) > count(1))
        .subquery("said")
    )
    best, others = said.c.best, said.c.others
    numbers = sa.and_(best.op("~")(constant(NUMBER)), others.op("~")(constant(NUMBER)))
    return (
        findings(
            Check.CLAIMS_DIFFER,
            said.c.subject_id,
            key=said.c.attribute,
            expected=sa.type_coerce(best, Text),
            found=sa.type_coerce(others, Text),
            difference=sa.case((numbers, sa.cast(others, sa.Numeric) - sa.cast(best, sa.Numeric))),
            rest=handed_on(said, "claims"),
            message="%s의 %s 값을 문서들이 다르게 말한다: %s, 다른 문서는 %s.",
            message_en="Documents disagree on %s, %s: %s, and elsewhere %s.",
            values=(said.c.subject_id, said.c.attribute, best, others),
        )
        .select_from(said)
        .where(others.is_not(None))
    )
