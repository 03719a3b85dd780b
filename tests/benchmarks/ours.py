"""Ours: the application as it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.app import create_app
from api.settings import Settings

if TYPE_CHECKING:
    import sqlalchemy as sa
    from starlette.applications import Starlette


def application(url: sa.URL) -> Starlette:
    """Make the server."""
    return create_app(url, Settings.model_validate({}))
