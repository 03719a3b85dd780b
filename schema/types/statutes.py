"""Which law: statutes, their versions and provisions, and the technology lists that they create."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast, select

from db import models
from schema import sql
from schema.sql import Connection
from schema.types.facts import Fact, InForce

if TYPE_CHECKING:
    from datetime import date

    from db.models.statutes import RegimePurpose, RevisionKind
    from schema.types.facts import FuzzyDate
    from schema.types.missions import Milestone, PolicyInstrument
    from schema.types.organizations import Ministry
    from schema.types.sources import Term
    from schema.types.technologies import AreaCoverage, FieldScheme, SectorField, Technology


@sql.type(models.Statute, order=("name",))
class Statute(Fact, InForce):
    law_id: str
    name: str
    name_en: str | None
    short_name: str
    ministry: Ministry | None
    in_force: FuzzyDate | None
    versions: Connection[StatuteVersion]
    provisions: Connection[Provision]
    regimes: Connection[Regime]

    @sql.field
    def policy_instruments(self: models.Statute) -> Connection[PolicyInstrument]:
        """정책수단 | Means that rest on the act"""
        return select(models.PolicyInstrument).where(models.PolicyInstrument.statute_id == self.id)

    @sql.field
    def milestones(self: models.Statute) -> Connection[Milestone]:
        """이정표 | Events of the timeline that concern the act"""
        return select(models.Milestone).where(models.Milestone.statute_id == self.id)


@sql.type(models.StatuteVersion, order=("promulgated_on", "promulgation_number"))
class StatuteVersion(Fact):
    statute: Statute
    promulgation_number: str
    promulgated_on: date | None
    in_force_on: date | None
    sequence_number: str | None
    revision: RevisionKind | None


@sql.type(models.Provision, order=("locator",))
class Provision(Fact):
    statute: Statute
    locator: str
    subject: str


@sql.type(models.Regime, order=("code",))
class Regime(Fact, InForce):
    code: str
    term: str
    term_en: str | None
    purpose: RegimePurpose
    statute: Statute
    field_schemes: Connection[FieldScheme]
    technologies: Connection[Technology]
    coverages: Connection[AreaCoverage]

    @sql.field
    def published_count(self: models.Regime) -> int | None:
        """공표 건수 | Number of technologies that a source states, which may differ from the number listed here"""
        part, whole = models.StatisticComponent, models.Statistic
        return (
            select(cast(part.value, BigInteger))
            .join(part.statistic)
            .where(whole.measure == "technologies", part.regime_id == self.id)
            .order_by(whole.reference_on.desc().nulls_last(), part.id)
            .limit(1)
            .scalar_subquery()
        )

    @sql.field
    def sector_fields(self: models.Regime) -> Connection[SectorField]:
        """영역별 분야 | What the list calls the fields that each sector of common areas falls under"""
        return select(models.SectorField).where(models.SectorField.regime_id == self.id)

    @sql.field
    def terms(self: models.Regime) -> Connection[Term]:
        """용어 | Terms to which the list gives a meaning"""
        return select(models.Term).where(models.Term.regime_id == self.id)
