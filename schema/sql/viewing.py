"""Who asks, as a statement knows it: the viewer stands among the variables of an operation.

How far the viewer sees decides the statement, like any boolean or enum among the variables, and which organization is
theirs is bound like any text. So a plan never serves rights other than those it was made for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models.base import Text
from db.rights import Level, Rights, level_of
from db.viewers import Viewer
from schema.sql.arguments import Bound, Variables

if TYPE_CHECKING:
    from schema.sql.meter import Spending
    from schema.sql.statement import Statement

# No variable of a document can have such a name.
LEVEL, ORGANIZATION, VIEWER, SPENDING = "@level", "@organization", "@viewer", "@spending"


def viewed_by(viewer: Viewer, spending: Spending | None = None) -> dict[str, Any]:
    """Return the variables that say who asks, and what they have left."""
    organization = viewer.organization or ""
    return {LEVEL: level_of(viewer), ORGANIZATION: organization, VIEWER: viewer, SPENDING: spending}


def rights_of(statement: Statement, variables: Variables) -> Rights:
    """Return the rights of the viewer for whom a statement is made."""
    level: Level = variables[LEVEL]
    if level in (Level.OPEN, Level.EVERYTHING):
        return Rights(level)
    return Rights(level, statement.bind(Bound(lambda values: values[ORGANIZATION]), Text))


@dataclass(frozen=True)
class OfAsking:
    """What a parameter is bound to that the document does not say: ``read`` takes it from who asks."""

    read: Callable[[Variables], Any]


def of_viewer(part: Callable[[Viewer], Any], type_: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
    """Return a parameter whose value is a part of who asks."""
    return sa.bindparam("viewer", OfAsking(lambda values: part(values[VIEWER])), type_=type_, unique=True)


def of_quota() -> sa.BindParameter[int | None]:
    """Return a parameter whose value is what is left of the quota; null where nobody counts."""
    return sa.bindparam("quota", OfAsking(_remaining), type_=sa.Integer(), unique=True)


def _remaining(variables: Variables) -> int | None:
    spending: Spending | None = variables[SPENDING]
    return spending.remaining() if spending else None
