"""Which document says so: documents, passages, the claims that rest on them, and terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import false, func, select

from db import models
from db.claims.preference import preferred
from schema import sql
from schema.sql import Connection, Node
from schema.types.facts import Fact

if TYPE_CHECKING:
    from datetime import date, datetime

    import strawberry

    from db.models.sources import Certainty, ClaimReason, Derivation, DocumentKind, Standing
    from schema.types.organizations import Organization
    from schema.types.statutes import Regime
    from schema.types.technologies import Designation


@sql.type(models.Document, order=("published_on", "title"))
class Document(Fact):
    title: str
    kind: DocumentKind
    standing: Standing
    publisher: Organization | None
    publisher_as_printed: str | None
    published_on: date | None
    distributed_at: datetime | None
    embargo_until: datetime | None
    locator: str | None
    note: str | None
    passages: Connection[Passage]

    @sql.field
    def designations(self: models.Document) -> Connection[Designation]:
        """지정 | Designations that it gives notice of"""
        return select(models.Designation).where(models.Designation.notice_id == self.id)


@sql.type(models.Passage, order=("first_line",))
class Passage(Fact):
    document: Document
    locator: str
    first_line: int | None
    last_line: int | None
    sha256: str | None
    lines = sql.range("first_line", "last_line", "행 범위 | Lines of the document; without lines, nothing fits")

    @sql.field
    def supported_claims(self: models.Passage) -> Connection[Claim]:
        """뒷받침하는 주장 | Claims that rest on it"""
        return select(models.Claim).where(models.Claim.passage_id == self.id)


@sql.type(models.Claim, order=("subject_id", "attribute"))
class Claim(Fact):
    subject_id: strawberry.ID
    subject: Node | None
    attribute: str | None
    passage: Passage
    as_printed: str | None
    value: str | None
    certainty: Certainty
    derivation: Derivation
    reason: ClaimReason | None
    alternatives: list[str]
    note: str | None

    @sql.field
    def preferred(self: models.Claim) -> bool:
        """우선 여부 | Whether it is preferred of all claims on the attribute; false where it gives no value"""
        return func.coalesce(preferred(self.subject_id, self.attribute) == self.id, false())


@sql.type(models.Term, order=("form",))
class Term(Fact):
    form: str
    meaning: str
    form_en: str | None
    synonyms: list[str]
    regime: Regime | None
