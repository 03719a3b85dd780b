"""Which law: statutes, their versions and provisions, and the technology lists that they create."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

from db.models.base import Fact, FuzzyDate, InForce, Label, column, fuzzy_date, reference, to_many, to_one

if TYPE_CHECKING:
    from db.models.organizations import Ministry
    from db.models.technologies import AreaCoverage, FieldScheme, Technology


class RevisionKind(Label):
    """제개정 구분 | How a version of a statute came about."""

    ENACTED = "제정 | Enacted"
    AMENDED = "일부개정 | Amended in part"
    REWRITTEN = "전부개정 | Rewritten"
    AMENDED_BY_OTHER = "타법개정 | Amended by another act"


class RegimePurpose(Label):
    """지정 목적 | What a list of technologies is for."""

    FOSTERING = "육성 | Fostering research and development"
    TAX = "세제 지원 | Tax treatment"
    INDUSTRY = "산업 육성·보호 | Industrial competitiveness"
    PROTECTION = "유출 방지·보호 | Protection against leakage"


class Statute(Fact, InForce):
    """법률 | An act that designates, fosters or protects technologies."""

    __tablename__ = "statutes"
    id_prefix = "statute"
    competent = "ministry_id"

    law_id: Mapped[str] = column("법령ID | Identifier in the national law information system", unique=True)
    name: Mapped[str] = column("법령명 | Official title", searched=True)
    name_en: Mapped[str | None] = column("영문명 | English title, where a translation is established", searched=True)
    short_name: Mapped[str] = column("약칭 | Short title used in official documents", index=True, searched=True)
    ministry_id: Mapped[str | None] = reference("organizations")
    ministry: Mapped[Ministry | None] = to_one("소관부처 | Ministry in charge", ministry_id)
    in_force: Mapped[FuzzyDate | None] = fuzzy_date("시행 | Entry into force", "in_force")
    versions: Mapped[list[StatuteVersion]] = to_many("법령 판 | Versions", "StatuteVersion.statute_id")
    provisions: Mapped[list[Provision]] = to_many("조항 | Provisions", "Provision.statute_id")
    regimes: Mapped[list[Regime]] = to_many("지정제도 | Technology lists that the act creates", "Regime.statute_id")


class StatuteVersion(Fact):
    """법령 판 | One promulgated text of a statute."""

    __tablename__ = "statute_versions"
    id_prefix = "statute-version"
    competent = "statute.ministry_id"

    statute_id: Mapped[str] = reference("statutes")
    statute: Mapped[Statute] = to_one("법률 | Statute", statute_id)
    promulgation_number: Mapped[str] = column("공포번호 | Number of promulgation, such as 제21065호")
    promulgated_on: Mapped[date | None] = column("공포일 | Day of promulgation")
    in_force_on: Mapped[date | None] = column("시행일 | Day of entry into force")
    sequence_number: Mapped[str | None] = column("법령 일련번호(MST) | Serial number of the version")
    revision: Mapped[RevisionKind | None] = column("제개정 구분 | How the version came about")


class Provision(Fact):
    """조항 | A place in a statute."""

    __tablename__ = "provisions"
    id_prefix = "provision"
    competent = "statute.ministry_id"

    statute_id: Mapped[str] = reference("statutes")
    statute: Mapped[Statute] = to_one("법률 | Statute", statute_id)
    locator: Mapped[str] = column("조항 번호 | Locator, such as 제8조제1항")
    subject: Mapped[str] = column("내용 | What the provision is about")


class Regime(Fact, InForce):
    """지정제도 | One list of designated technologies; four statutes hold five."""

    __tablename__ = "regimes"
    id_prefix = "regime"
    competent = "statute.ministry_id"

    code: Mapped[str] = column("코드 | Code: NST, TAX_NST, TAX_NGT, NHST or NCT", unique=True)
    term: Mapped[str] = column("용어 | Statutory term; two regimes share 국가전략기술", index=True, searched=True)
    term_en: Mapped[str | None] = column("영문 용어 | English term, where a translation is established", searched=True)
    purpose: Mapped[RegimePurpose] = column("지정 목적 | What the list is for")
    statute_id: Mapped[str] = reference("statutes")
    statute: Mapped[Statute] = to_one("근거 법률 | Statute that creates the list", statute_id)
    field_schemes: Mapped[list[FieldScheme]] = to_many("분야체계 | Field schemes", "FieldScheme.regime_id")
    technologies: Mapped[list[Technology]] = to_many("기술 | Technologies of the list", "Technology.regime_id")
    coverages: Mapped[list[AreaCoverage]] = to_many("공통기술분야 | Common areas covered", "AreaCoverage.regime_id")
