"""What disagrees: where facts contradict each other, what publishers say, or themselves."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from db.models.base import Label, column, to_one
from db.models.derived import Derived
from db.models.releases import Release


class Check(Label):
    """점검 | What is looked for; docs/discrepancies.md says of each what it compares."""

    PARTS_DIFFER = "내역 합계 불일치 | The parts of a project do not add up to it, in one year and at one stage"
    NO_PARTS = "내역 없음 | A project has no part with a name, where others of its dataset and year have"
    OVER_ALLOCATED = "분야 배분 초과 | The allocations of a budget line to fields exceed its own amount"
    TOTAL_DIFFERS = "공표 수치 불일치 | No total of the allocations is what a published figure can mean"
    NUMBER_USED_TWICE = "사업번호 중복 | Several projects of a dataset have one number in a year"
    NAME_OF_TWO = "기관명 중복 | A name leads to several organizations that are in force at the same time"
    UNDESIGNATED = "고시 없는 지정 | A designation names no notice, or a designated technology has no designation"
    OUTSIDE_VERSION = "효력 기간 이탈 | A day in force lies outside the statute or before its promulgation"
    CLAIMS_DIFFER = "주장 상충 | Documents give different values for the same attribute"


class Discrepancy(Derived):
    """불일치 | What a check found: values that should be the same and are not, and the rows that this rests on."""

    __tablename__ = "discrepancies"

    check: Mapped[Check] = column("점검 | Check that found it")
    subject_id: Mapped[str] = column("대상 식별자 | Identifier of the fact concerned")
    expected: Mapped[str] = column("기대값 | What should be found; a number in full, or a text")
    expected_by: Mapped[list[str]] = column("기대값 발행자 | Who says what is expected; empty where no document does")
    found: Mapped[str] = column("실제값 | What is found; a number in full, or a text")
    found_by: Mapped[list[str]] = column("실제값 발행자 | Who says what is found; empty where no document does")
    difference: Mapped[Decimal | None] = column("차이 | Found less expected; null where they are no numbers")
    decided: Mapped[bool] = column("결정 여부 | Whether a steward's decision says what is expected")
    message: Mapped[str] = column("설명 | What is found, as a Korean sentence")
    message_en: Mapped[str] = column("영문 설명 | What is found, as an English sentence")
    rests_on: Mapped[list[str]] = column(
        "근거 식별자 | Identifiers of facts that it rests on, at most the first hundred"
    )
    since_id: Mapped[str] = orm.mapped_column(sa.ForeignKey(Release.__table__.c.id))
    since: Mapped[Release] = to_one("발생 판 | Release that wrote the youngest of all facts it rests on", since_id)
