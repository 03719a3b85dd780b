"""What changed in a list of technologies between two days or two releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from db import models, times
from db.models.derived import DifferenceKind
from db.models.technologies import DesignationChange
from schema import sql
from schema.sql.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    import strawberry

    from schema.types.technologies import Designation, Technology


_DESIGNATIONS, _TECHNOLOGIES = models.fact_tables()["designations"], models.fact_tables()["technologies"]


@sql.value({part: text for part, (_, text) in models.DesignationState.PARTS.items()})
class DesignationState:
    """지정 내용 | What a list says of a technology at one time."""

    name: str | None
    locator: str | None
    scope: str | None
    change: DesignationChange | None
    valid_from: date | None
    valid_to: date | None


@sql.type(models.DesignationDifference, order=("kind", "name"))
class DesignationDifference:
    id: strawberry.ID
    kind: DifferenceKind
    name: str
    technology: Technology | None
    before: DesignationState | None
    after: DesignationState | None
    designation_before: Designation | None
    designation_after: Designation | None


def two_times(*, from_: Any = None, to: Any = None, from_release: Any = None, to_release: Any = None, **_: Any) -> None:
    """Raise BadInput unless two days are given, or two releases, the first not after the second."""
    days, releases = {"from": from_, "to": to}, {"fromRelease": from_release, "toRelease": to_release}
    named = [name for name, value in (days | releases).items() if value is not None]
    if not named:
        raise BadInput("Give from and to, two days, or fromRelease and toRelease, two releases.")
    if len({name in days for name in named}) == 2:
        raise BadInput(f"{named[0]} is a day and {named[-1]} a release. Give two days or two releases, not both.")
    pair = days if named[0] in days else releases
    for name, value in pair.items():
        if value is None:
            raise BadInput(f"{name} is missing. A difference lies between two times, so {named[0]} needs it.")
    (first, start), (second, end) = pair.items()
    if pair is releases and start < 0:
        raise BadInput(f"{first} is {start}. Releases count from 1; 0 is before the first.")
    if start > end:
        raise BadInput(f"{first} is {start}, which is after {second}, {end}. Exchange the two.")


def between_days(regime: Any, start: Any, end: Any) -> sa.Select[Any]:
    """Return the differences of what is in force on two days, by what is known at the release asked of."""
    return _differences(*(_list(regime, sql.ReleaseSeen(), day) for day in (start, end)))


def between_releases(regime: Any, start: Any, end: Any) -> sa.Select[Any]:
    """Return the differences of what two releases knew, whatever day it is in force on."""
    return _differences(*(_list(regime, release, None) for release in (start, end)))


def _list(regime: Any, release: Any, day: Any) -> sa.Subquery:
    """Return the newest designation of each technology of a regime, in the columns of a state."""
    designations = times.rows(_DESIGNATIONS, release=release, day=day).subquery()
    technologies = times.rows(_TECHNOLOGIES, release=release, day=None).subquery()
    newest = designations.c.valid_from.desc().nulls_last(), designations.c.promulgated_on.desc().nulls_last()
    said = (designations.c[part] for part in models.DesignationState.PARTS if part != "name")
    return (
        select(designations.c.technology_id, _reference(designations), technologies.c.name, *said)
        .join_from(designations, technologies, technologies.c.id == designations.c.technology_id)
        .where(technologies.c.regime_id == regime)
        .ext(distinct_on(designations.c.technology_id))
        .order_by(designations.c.technology_id, *newest, designations.c.id.desc())
        .subquery()
    )


def _reference(designations: sa.Subquery) -> sa.Label[Any]:
    """Return the identifier of a designation that still stands as it does here, else null."""
    seen = times.rows(_DESIGNATIONS, release=sql.ReleaseSeen(), day=None).subquery()
    same = (seen.c[name] == designations.c[name] for name in ("id", "released_in"))
    return select(seen.c.id).where(*same).scalar_subquery().label("reference")


def _differences(before: sa.Subquery, after: sa.Subquery) -> sa.Select[Any]:
    was, is_ = _is_listed(before), _is_listed(after)
    added, changed, removed = (sa.literal(kind.name) for kind in DifferenceKind)
    technology = sa.func.coalesce(before.c.technology_id, after.c.technology_id)
    parts = list(models.DesignationState.PARTS)
    return (
        select(
            sa.func.concat("difference:", technology).label("id"),
            sa.case((~was, added), (~is_, removed), else_=changed).label("kind"),
            sa.func.coalesce(after.c.name, before.c.name).label("name"),
            technology.label("technology_id"),
            *(side.c[part].label(f"{time}_{part}") for time, side in _named(before, after) for part in parts),
            *(side.c.reference.label(f"designation_{time}_id") for time, side in _named(before, after)),
        )
        .select_from(before.join(after, before.c.technology_id == after.c.technology_id, full=True))
        .where(sa.or_(was, is_), sa.or_(*(before.c[part].is_distinct_from(after.c[part]) for part in parts)))
    )


def _named(before: sa.Subquery, after: sa.Subquery) -> tuple[tuple[str, sa.Subquery], ...]:
    return ("before", before), ("after", after)


def _is_listed(side: sa.Subquery) -> sa.ColumnElement[bool]:
    """Return whether there is a designation, and one that does not take the technology off the list."""
    return sa.func.coalesce(side.c.change != DesignationChange.REMOVED, sa.false())
