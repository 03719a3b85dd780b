"""Designations that no notice proves, and days on which their statute was not in force."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select

from db.checks.findings import Rest, all_of, constant, count, findings, handed_on, the
from db.models.base import Text
from db.models.discrepancies import Check
from db.models.statutes import Regime, RevisionKind, Statute, StatuteVersion
from db.models.technologies import AreaCoverage, Designation, DesignationChange, Technology, TechnologyStatus

DAYS = {
    "in_force_on": "시행일",
    "valid_from": "효력 시작일",
    "valid_to": "효력 종료일",
    "applies_from": "적용일",
}


def undesignated() -> sa.Select[Any]:
    """Find designations without a notice, and technologies that are designated without a designation."""
    technology, designation, regime = Technology, Designation, Regime
    unnoticed = sa.and_(designation.notice_id.is_(None), designation.change != DesignationChange.REMOVED)
    unproven = sa.and_(designation.id.is_(None), technology.status == TechnologyStatus.DESIGNATED)
    both = the(technology) + the(designation)
    return (
        findings(
            Check.UNDESIGNATED,
            func.coalesce(designation.id, technology.id),
            expected=count(1),
            found=count(0),
            rest=Rest(func.array_remove(both.ids, sa.null()), both.since),
            message="「%s」(%s)의 지정을 밝히는 고시가 없다.",
            message_en="No notice proves the designation of “%s” (%s).",
            values=(func.coalesce(designation.name, technology.name), regime.code),
        )
        .join_from(technology, regime, regime.id == technology.regime_id)
        .outerjoin(designation, designation.technology_id == technology.id)
        .where(sa.or_(unnoticed, unproven))
    )


def outside_version() -> sa.Select[Any]:
    """Find days in force on which their statute is not: before its first version or after its end."""
    statute, version = Statute, StatuteVersion
    enacted = (
        select(version.statute_id, func.min(version.in_force_on).label("day"), *all_of(version).columns("versions"))
        .where(version.revision == RevisionKind.ENACTED)
        .group_by(version.statute_id)
        .subquery("enacted")
    )
    days = _days()
    first = func.greatest(func.coalesce(statute.valid_from, enacted.c.day), days.c.not_before)
    label = sa.case(*((days.c.attribute == constant(name), constant(text)) for name, text in DAYS.items()))
    term = (
        func.coalesce(sa.cast(first, Text), constant("")),
        func.coalesce(sa.cast(statute.valid_to, Text), constant("")),
    )
    return (
        findings(
            Check.OUTSIDE_VERSION,
            days.c.id,
            key=days.c.attribute,
            expected=func.concat(term[0], constant("~"), term[1]),
            found=sa.cast(days.c.day, Text),
            rest=handed_on(days, "dated") + the(statute) + handed_on(enacted, "versions"),
            message="%s %s은(는) 「%s」의 효력 기간(%s~%s) 밖이다.",
            message_en="%s, %s, lies outside the time in which “%s” is in force (%s to %s).",
            values=(label, days.c.day, statute.short_name, *term),
            values_en=(days.c.attribute, days.c.day, statute.short_name, *term),
        )
        .join_from(days, statute, statute.id == days.c.statute_id)
        .outerjoin(enacted, enacted.c.statute_id == statute.id)
        .where(sa.or_(days.c.day < first, days.c.day > statute.valid_to))
    )


def _days() -> sa.Subquery:
    """Return the days in force that facts below a statute name, each with what it belongs to."""
    version, regime, coverage, designation = StatuteVersion, Regime, AreaCoverage, Designation
    of_version = _dated(version, version.statute_id, ("in_force_on",), not_before=version.promulgated_on)
    of_regime = _dated(regime, regime.statute_id, ("valid_from", "valid_to"))
    of_coverage = _dated(coverage, regime.statute_id, ("valid_from", "valid_to"))
    of_designation = _dated(designation, regime.statute_id, ("valid_from", "valid_to", "applies_from"))
    return sa.union_all(
        *of_version,
        *of_regime,
        *(found.join(regime, regime.id == coverage.regime_id) for found in of_coverage),
        *(
            found.join(Technology, Technology.id == designation.technology_id).join(
                regime, regime.id == Technology.regime_id
            )
            for found in of_designation
        ),
    ).subquery("days")


def _dated(fact: Any, statute: Any, attributes: tuple[str, ...], *, not_before: Any = None) -> list[sa.Select[Any]]:
    earliest = sa.cast(sa.null() if not_before is None else not_before, sa.Date).label("not_before")
    return [
        select(fact.id, statute.label("statute_id"), constant(name).label("attribute"))
        .add_columns(getattr(fact, name).label("day"), earliest, *the(fact).columns("dated"))
        .select_from(fact)
        .where(getattr(fact, name).is_not(None))
        for name in attributes
    ]
