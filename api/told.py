"""What an endpoint tells of the request that it answered, for those who watch: the audit, the metrics and the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.viewers import ANYONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.viewers import Viewer

KEY = "told"
"""Where in the state of a request it stands."""


@dataclass(slots=True)
class Told:
    """Who asked for what, and what came of it, without the values that were sent and those that came back.

    ``variables`` has the type of each. ``objects`` counts the braces that open in the answer: its rows, and what stands
    around them.
    """

    what: str
    viewer: Viewer = ANYONE
    operation: str | None = None
    document: str | None = None
    variables: Mapping[str, str] | None = None
    release: int | None = None
    code: str | None = None
    objects: int | None = None
