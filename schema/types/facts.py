"""What every fact answers: its grade and owner, the release that wrote it, and the claims that speak of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal_column, select

from db import models
from db.models.base import Text
from db.models.identity import dataset_of
from schema import sql
from schema.sql import Connection, Node

if TYPE_CHECKING:
    from datetime import date

    from db.models.base import Bound, Grade, Precision
    from schema.types.organizations import Organization
    from schema.types.releases import Release
    from schema.types.sources import Claim, Document


@sql.value({part: text for part, (_, text) in models.FuzzyDate.PARTS.items()})
class FuzzyDate:
    """시점 | A time as a source prints it, with the first and last day it can mean."""

    as_printed: str | None
    earliest: date | None
    latest: date | None
    precision: Precision | None
    bound: Bound | None
    days = sql.range("earliest", "latest", "가능한 날짜 범위 | Days that it can mean; without any, nothing fits")


class Fact(Node):
    grade: Grade

    @sql.field
    def owner(self: Any) -> Organization | None:
        """소유 기관 | Organization that answers for the row"""
        return select(models.Organization).where(models.Organization.id == self.owner_id)

    @sql.field
    def release(self: Any) -> Release | None:
        """판 | Release that wrote the row"""
        return select(models.Release).where(models.Release.number == self.released_in)

    @sql.field
    def source(self: Any) -> Document | None:
        """출처 문서 | Document of the dataset that brought it; null for what no import brought"""
        document = literal_column("'document:'", Text).op("||")(dataset_of(self.id))
        return select(models.Document).where(models.Document.id == document)

    @sql.field
    def claims(self: Any) -> Connection[Claim]:
        """주장 | What documents say of it, with passage and certainty"""
        return select(models.Claim).where(models.Claim.subject_id == self.id)


class InForce:
    valid_from: date | None
    valid_to: date | None
    validity = sql.range(
        "valid_from", "valid_to", "효력 기간 | Days in force; an absent end is open, on both sides too", endless=True
    )
