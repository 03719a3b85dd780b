"""Names that do not say which organization is meant."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, orm
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.checks.findings import all_of, constant, count, findings
from db.models.discrepancies import Check
from db.models.organizations import NameKind, Organization, OrganizationName


def name_of_two() -> sa.Select[Any]:
    """Find names that several organizations bear at the same time.

    Former names are left out: a successor bears the name of the organization before it, so that old texts lead to
    both, and the two overlap wherever the sources do not say when the name began.
    """
    name, other = OrganizationName, orm.aliased(OrganizationName)
    bearer, other_bearer = orm.aliased(Organization), orm.aliased(Organization)
    terms = (name, other, bearer, other_bearer)
    first = func.greatest(*(term.valid_from for term in terms))
    last = func.least(*(term.valid_to for term in terms))
    bearers = func.count(sa.distinct(bearer.id))
    each = sa.distinct(bearer.name)
    return (
        findings(
            Check.NAME_OF_TWO,
            func.min(name.id),
            expected=count(1),
            found=bearers,
            rest=all_of(name) + all_of(bearer),
            message="「%s」은(는) 같은 시기의 기관 %s곳을 가리킨다: %s.",
            message_en="“%s” leads to %s organizations of the same time: %s.",
            values=(name.name, bearers, func.string_agg(each, aggregate_order_by(constant(", "), bearer.name))),
        )
        .join_from(name, other, sa.and_(other.name == name.name, other.organization_id != name.organization_id))
        .join(bearer, bearer.id == name.organization_id)
        .join(other_bearer, other_bearer.id == other.organization_id)
        .where(name.kind != NameKind.FORMER, other.kind != NameKind.FORMER)
        .where(func.coalesce(first <= last, sa.true()))
        .group_by(name.name)
    )
