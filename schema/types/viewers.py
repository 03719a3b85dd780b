"""Who asks, what they may do, and what is left of their quota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from db import models
from db.models.base import Text
from db.viewers import Scope
from schema import sql

if TYPE_CHECKING:
    import strawberry

    from schema.types.organizations import Organization


@sql.type(models.Viewer)
class Viewer:
    id: strawberry.ID
    name: str | None
    organization: Organization | None
    scopes: list[Scope]
    quota_left: int | None
    persisted_only: bool


def asking() -> sa.Select[Any]:
    """Select the one row of who asks."""
    return sa.select(
        sql.of_viewer(lambda viewer: f"viewer:{viewer.name or ''}", Text).label("id"),
        sql.of_viewer(lambda viewer: viewer.name, Text).label("name"),
        sql.of_viewer(lambda viewer: viewer.organization, Text).label("organization_id"),
        sql.of_viewer(lambda viewer: sorted(scope.name for scope in viewer.scopes), ARRAY(Text)).label("scopes"),
        sql.of_quota().label("quota_left"),
        sql.of_viewer(lambda viewer: viewer.persisted_only, sa.Boolean()).label("persisted_only"),
    )
