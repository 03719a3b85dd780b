"""What every table shares: how a column is described, and what makes a row a fact.

A column is described once, ``"한국어 | English"``. The text becomes the database's ``COMMENT ON``, the schema's
description and the data dictionary.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped

# Comparing and finding go by code points, the same on every server whatever its locale; ordering has a key of its own.
Text = sa.Text(collation="C")


class Label(Enum):
    """A closed list of codes: a member's name is stored, its value is the description ``"한국어 | English"``."""


PERSONAL, SHOWN_TO, SEARCHED = "personal", "shown_to", "searched"
CODES: dict[str, Any] = {"native_enum": False, "create_constraint": True, "length": 40}
"""How the column of a closed list is stored: as text that a CHECK constraint holds to the list."""


class Base(orm.DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        # As GraphQL's Int; amounts of money need more, and are Decimals there.
        int: sa.Integer,
        date: sa.Date,
        datetime: TIMESTAMP(timezone=True, precision=0),
        list[str]: ARRAY(Text),
        Label: sa.Enum(Label, **CODES),
    }

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__tablename__" in cls.__dict__ and isinstance(cls.__table__, sa.Table):
            cls.__table__.comment = (cls.__doc__ or "").partition("\n")[0].removesuffix(".")


def detailed(comment: str, detail: str) -> str:
    """Add a detail to a description, in each of its two languages: ``"기한: 한정 | Due: Bound"``."""
    (korean, english), (detail_korean, detail_english) = comment.split(" | "), detail.split(" | ")
    return f"{korean}: {detail_korean} | {english}: {detail_english}"


def column(
    comment: str,
    *,
    unique: bool = False,
    index: bool = False,
    personal: bool = False,
    shown_to: str | None = None,
    searched: bool | str = False,
    **options: Any,
) -> Mapped[Any]:
    """Declare a column whose type and nullability its annotation gives.

    What is ``personal`` says something of the person that the row is about, refers to or names, and can be forgotten.
    With ``shown_to``, a column that names an organization, it is shown like a SENSITIVE fact of that organization.
    What is ``searched`` is a text, or a list of texts, by which search finds the row, or the row that the column
    named instead refers to.
    """
    assert not (shown_to and searched), "Search shows a text to whoever sees its row."
    info = {PERSONAL: personal, SHOWN_TO: shown_to, SEARCHED: searched}
    return orm.mapped_column(comment=comment, unique=unique, index=index, info=info, **options)


def personal_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a table that are declared as personal."""
    return [each for each in table.columns if each.info.get(PERSONAL)]


def reference(target: str, *, index: bool = True, nullable: bool | None = None) -> Mapped[Any]:
    """Declare the foreign key to ``target``'s id; it is checked at commit, so a release may insert in any order."""
    key = sa.ForeignKey(f"{target}.id", deferrable=True, initially="DEFERRED")
    options: dict[str, Any] = {} if nullable is None else {"nullable": nullable}
    return orm.mapped_column(key, index=index, **options)


def to_one(comment: str, key: Mapped[Any], *, itself: str | None = None) -> Mapped[Any]:
    """Relate a row to the one row that its foreign key ``key`` names; ``itself`` is its own ``"Model.id"``.

    The comment describes the relation and the key.
    """
    assert isinstance(key, orm.MappedColumn)
    key.column.comment = comment
    return orm.relationship(foreign_keys=[key], remote_side=itself, doc=comment, viewonly=True)


def to_many(comment: str, key: str) -> Mapped[Any]:
    """Relate a row to the rows whose foreign key ``"Model.column"`` names it."""
    return orm.relationship(foreign_keys=key, doc=comment, viewonly=True)


class Grade(Label):
    """공개 등급 | Disclosure grade of a row (N2SF: 기밀 C, 민감 S, 공개 O)."""

    OPEN = "공개 | May be shown to anyone"
    SENSITIVE = "민감 | For the ministries concerned"
    CONFIDENTIAL = "기밀 | For named viewers only"


class Bound(Label):
    """시점 한정 | How a printed time limits the real one."""

    ON = "당일 | On that day"
    IN = "기간 중 | Within that period"
    BY = "까지 | No later than"
    FROM = "부터 | No earlier than"
    AROUND = "무렵 | About then"


class Precision(Label):
    """시점 정밀도 | How finely a printed time is given."""

    DAY = "일 | Day"
    MONTH = "월 | Month"
    HALF = "반기 | Half-year"
    YEAR = "연 | Year"
    YEAR_END = "연말 | End of a year"
    UNDATED = "미정 | No time given"


class FuzzyDate:
    """시점 | A time as a source prints it, with the first and last day it can mean.

    It lives in five columns of its row; all are null where the source gives no time.
    """

    PARTS: ClassVar[dict[str, tuple[Any, str]]] = {
        "as_printed": (Text, "원문 표기 | As printed"),
        "earliest": (sa.Date, "가장 이른 날 | First day it can mean"),
        "latest": (sa.Date, "가장 늦은 날 | Last day it can mean"),
        "precision": (sa.Enum(Precision, **CODES), "정밀도 | Precision"),
        "bound": (sa.Enum(Bound, **CODES), "한정 | Bound"),
    }

    def __init__(
        self,
        as_printed: str | None = None,
        earliest: date | None = None,
        latest: date | None = None,
        precision: Precision | None = None,
        bound: Bound | None = None,
    ) -> None:
        self.as_printed, self.earliest, self.latest = as_printed, earliest, latest
        self.precision, self.bound = precision, bound

    def __composite_values__(self) -> tuple[Any, ...]:
        return self.as_printed, self.earliest, self.latest, self.precision, self.bound


def fuzzy_date(comment: str, prefix: str) -> Mapped[Any]:
    """Declare a :class:`FuzzyDate` in the columns ``<prefix>_as_printed``, ``<prefix>_earliest`` and so on."""
    return embedded(FuzzyDate, comment, prefix)


def embedded(kind: Any, comment: str, prefix: str) -> Mapped[Any]:
    """Declare a value of several columns, named ``<prefix>_<part>``; ``kind.PARTS`` has their types and labels."""
    columns = []
    for part, (type_, label) in kind.PARTS.items():
        name = f"{prefix}_{part}"
        if isinstance(type_, sa.Enum) and type_.enum_class:
            # A table may hold several values, and the name of a closed list becomes that of its constraint.
            type_ = sa.Enum(type_.enum_class, name=name, **CODES)
        columns.append(orm.mapped_column(name, type_, nullable=True, comment=detailed(comment, label)))
    composite = orm.composite(kind, *columns, return_none_on=lambda *parts: not any(parts))
    # SQLAlchemy 2.1 takes doc= here and drops it.
    composite.doc = comment
    return composite


class Fact(Base):
    """A row that releases write: it knows who owns it, who may see it and which release wrote it."""

    __abstract__ = True
    id_prefix: ClassVar[str]
    competent: ClassVar[str] = "owner_id"
    """The way to the organization that is competent for the fact: relations, then a column."""

    id: Mapped[str] = orm.mapped_column(
        primary_key=True, comment="식별자 | Global, stable identifier: kind, colon, key", sort_order=-4
    )
    grade: Mapped[Grade] = orm.mapped_column(comment="공개 등급 | Disclosure grade", sort_order=-3)
    owner_id: Mapped[str | None] = orm.mapped_column(
        sa.ForeignKey("organizations.id", deferrable=True, initially="DEFERRED"),
        comment="소유 기관 | Organization that answers for the row",
        sort_order=-2,
    )
    released_in: Mapped[int] = orm.mapped_column(
        sa.ForeignKey("releases.number"), comment="판 번호 | Release that wrote the row", index=True, sort_order=-1
    )


class InForce:
    """A fact that holds for a time: ``valid_from`` ≤ day ≤ ``valid_to``, an absent end is open or unknown."""

    valid_from: Mapped[date | None] = orm.mapped_column(comment="효력 시작일 | First day in force")
    valid_to: Mapped[date | None] = orm.mapped_column(comment="효력 종료일 | Last day in force")
