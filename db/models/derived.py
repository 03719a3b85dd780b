"""What is computed from facts whenever it is asked for.

A derived model only says which columns a ``select`` gives. Nothing stores its rows, so no migration, release or history
knows of it, and no door finds a row by its identifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from db.models.base import CODES, Base, Fact, Label, Text, column, embedded, to_one
from db.models.statutes import Statute
from db.models.technologies import CommonArea, Designation, DesignationChange, Technology

if TYPE_CHECKING:
    from sqlalchemy.orm import MappedColumn


class Derived(Base):
    """A computed row; its identifier follows from what it was computed of."""

    __abstract__ = True
    metadata = sa.MetaData()

    id: Mapped[str] = orm.mapped_column(
        primary_key=True,
        comment="식별자 | Identifier within its list, made of its parts; node does not find it",
        sort_order=-1,
    )


def named(target: type[Fact], *, nullable: bool = False) -> MappedColumn[Any]:
    """Declare the column that names a fact."""
    return orm.mapped_column(sa.ForeignKey(target.__table__.c.id), nullable=nullable)


class StatuteCoverage(Derived):
    """법률별 포함 | A statute covers a common area, through at least one of its lists."""

    __tablename__ = "statute_coverages"

    area_id: Mapped[str] = named(CommonArea)
    area: Mapped[CommonArea] = to_one("공통기술분야 | Area", area_id)
    statute_id: Mapped[str] = named(Statute)
    statute: Mapped[Statute] = to_one("법률 | Statute whose lists cover the area", statute_id)


class DifferenceKind(Label):
    """차이 구분 | What became of a technology between two states of a list."""

    ADDED = "추가 | On the list only afterwards"
    CHANGED = "변경 | On the list both times, with other words or another validity"
    REMOVED = "제외 | On the list only before"


@dataclass
class DesignationState:
    """지정 내용 | What a list says of a technology at one time."""

    PARTS: ClassVar[dict[str, tuple[Any, str]]] = {
        "name": (Text, "기술명 | Name of the technology"),
        "locator": (Text, "목록 위치 | Place in the list as printed"),
        "scope": (Text, "범위 | Scope text"),
        "change": (sa.Enum(DesignationChange, **CODES), "변경 구분 | What the version of the list did"),
        "valid_from": (sa.Date, "효력 시작일 | First day in force"),
        "valid_to": (sa.Date, "효력 종료일 | Last day in force"),
    }

    name: str | None
    locator: str | None
    scope: str | None
    change: DesignationChange | None
    valid_from: date | None
    valid_to: date | None


class DesignationDifference(Derived):
    """지정목록 차이 | What became of one technology between two states of a regime's list."""

    __tablename__ = "designation_differences"

    kind: Mapped[DifferenceKind] = column("차이 구분 | What became of it")
    name: Mapped[str] = column("기술명 | Name of the technology, the later one")
    technology_id: Mapped[str | None] = named(Technology, nullable=True)
    technology: Mapped[Technology | None] = to_one(
        "기술 | Technology; null where a later release removed it", technology_id
    )
    before: Mapped[DesignationState | None] = embedded(
        DesignationState, "앞 상태 | What the list said before", "before"
    )
    after: Mapped[DesignationState | None] = embedded(
        DesignationState, "뒤 상태 | What the list says afterwards", "after"
    )
    designation_before_id: Mapped[str | None] = named(Designation, nullable=True)
    designation_before: Mapped[Designation | None] = to_one(
        "앞 지정 | Designation before; null where there was none or a later release replaced it", designation_before_id
    )
    designation_after_id: Mapped[str | None] = named(Designation, nullable=True)
    designation_after: Mapped[Designation | None] = to_one(
        "뒤 지정 | Designation afterwards; null where there is none or a later release replaced it",
        designation_after_id,
    )
