"""Who asks, as a value of a statement: planned once for everyone, bound anew for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from db.viewers import ANYONE, Viewer
from schema.sql.arguments import Variables

VIEWER = "@viewer"
"""Where the viewer stands among the variables of an operation: no variable of GraphQL can have this name."""


@dataclass(frozen=True)
class OfViewer:
    """What a parameter is bound to that says something of the viewer."""

    part: Callable[[Viewer], Any]

    def read(self, variables: Variables) -> Any:
        """Return the value for who asks; where nobody says who that is, it is anyone."""
        return self.part(variables.get(VIEWER, ANYONE))


def of_viewer(part: Callable[[Viewer], Any], type_: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
    """Return a parameter whose value is a part of who asks."""
    return sa.bindparam("viewer", OfViewer(part), type_=type_, unique=True)


def with_viewer(variables: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Return variables that say who asks."""
    return {**variables, VIEWER: viewer}
