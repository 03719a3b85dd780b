"""Ours: the application as it is served, for a client that asks more in a minute than it may."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.app import create_app
from api.settings import Settings
from schema.limits import Limits
from tests.wide import MANY

if TYPE_CHECKING:
    import sqlalchemy as sa
    from starlette.applications import Starlette


def application(url: sa.URL) -> Starlette:
    """Make the server."""
    return create_app(url, Settings.model_validate({"limit": replace(Limits(), quota=MANY)}))
