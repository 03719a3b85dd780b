"""When it was known: every change of facts is a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from db import models, releases
from schema import sql
from schema.sql import Connection, Node

if TYPE_CHECKING:
    from datetime import datetime

    from db.models import FactType
    from schema.types.changes import Change
    from schema.types.organizations import Organization
    from schema.types.sources import Document


@sql.type(models.Release, order=("number",))
class Release(Node):
    number: int
    title: str
    published_at: datetime
    rows_written: int
    rows_removed: int
    reason: str | None
    file_name: str | None
    file_sha256: str | None

    @sql.field
    def publisher(self: models.Release) -> Organization | None:
        """발행 기관 | Organization on whose behalf it was published; null where none was said"""
        return select(models.Organization).where(models.Organization.id == self.publisher_id)

    @sql.field
    def source(self: models.Release) -> Document | None:
        """출처 문서 | Document whose facts it brings; null where it brings those of none, or of one that is gone"""
        return select(models.Document).where(models.Document.id == self.source_id)

    @sql.field
    def changes(self: models.Release, types: list[FactType] | None = None) -> Connection[Change]:
        """변경 | What the release did to each row

        types: 사실 종류들 | Only rows of these types
        """
        return releases.feed(since=self.number - 1, until=self.number, types=types)
