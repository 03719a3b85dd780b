"""When it was known: every change of facts is a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import models, releases
from schema import sql
from schema.sql import Connection, Node

if TYPE_CHECKING:
    from datetime import datetime

    from db.models import FactType
    from schema.types.changes import Change


@sql.type(models.Release, order=("number",))
class Release(Node):
    number: int
    title: str
    published_at: datetime
    rows_written: int
    rows_removed: int

    @sql.field
    def changes(self: models.Release, types: list[FactType] | None = None) -> Connection[Change]:
        """변경 | What the release did to each row

        types: 사실 종류들 | Only rows of these types
        """
        return releases.feed(since=self.number - 1, until=self.number, types=types)
