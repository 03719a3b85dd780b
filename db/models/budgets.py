"""What pays: projects, budget lines by year and stage, allocations to fields, and figures that sources publish."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from db.models.base import Fact, Label, column, reference, to_many, to_one
from db.models.texts import natural_index

if TYPE_CHECKING:
    from db.models.organizations import Ministry
    from db.models.statutes import Regime
    from db.models.technologies import FieldScheme, TechnologyField


class Stage(Label):
    """예산 단계 | Stage of the budget; amounts of different stages are not comparable."""

    REQUEST = "예산요구 | Requested by the ministry"
    RND_ALLOCATION = "R&D 배분·조정안 | R&D allocation and adjustment proposal"
    GOVERNMENT_PROPOSAL = "정부예산안 | Government proposal"
    ASSEMBLY_APPROVED = "국회 확정 | Approved by the National Assembly"
    SUPPLEMENTARY = "추가경정 | Supplementary"
    ALLOTTED = "배정 | Allotted"
    ADJUSTED = "전용·이용·이체·이월 | Adjusted"
    EXECUTED = "집행 | Executed"
    SETTLED = "결산 | Settled"


class LineLevel(Label):
    """항목 수준 | What an amount is of; amounts of different levels hold each other."""

    MINISTRY = "부처 합계 | All projects of a ministry"
    PROJECT = "세부사업 | A project"
    PART = "내역사업 | A part of a project"


class MoneyUnit(Label):
    """화폐 단위 | Unit of an amount of money."""

    WON = "원 | Won"
    THOUSAND = "천원 | Thousand won"
    MILLION = "백만원 | Million won"
    EOK = "억원 | Hundred million won"
    JO = "조원 | Trillion won"


class Project(Fact):
    """사업 | A budget project (세부사업) of a fiscal year, with its parts (내역사업) below it."""

    __tablename__ = "projects"
    __table_args__ = (natural_index("projects", "name", "fiscal_year"),)
    id_prefix = "project"
    competent = "ministry_id"

    fiscal_year: Mapped[int] = column("회계연도 | Fiscal year", index=True)
    number: Mapped[str | None] = column("사업번호 | Number in the source")
    name: Mapped[str] = column("사업명 | Name", searched=True)
    committee: Mapped[str | None] = column("전문위원회 | Committee that deliberates on it, as the source names it")
    ministry_id: Mapped[str] = reference("organizations")
    ministry: Mapped[Ministry] = to_one("소관부처 | Ministry", ministry_id)
    parent_id: Mapped[str | None] = reference("projects")
    parent: Mapped[Project | None] = to_one("세부사업 | Project above", parent_id, itself="Project.id")
    parts: Mapped[list[Project]] = to_many("내역사업 | Parts", "Project.parent_id")
    budget_lines: Mapped[list[BudgetLine]] = to_many("예산 항목 | Budget lines", "BudgetLine.project_id")


class BudgetLine(Fact):
    """예산 항목 | An amount of one fiscal year at one stage."""

    __tablename__ = "budget_lines"
    # The order in which lines are listed; there may be a million of them.
    __table_args__ = (sa.Index("ix_budget_lines_listed", "fiscal_year", "released_in", "id"),)
    id_prefix = "budget-line"
    competent = "ministry_id"

    fiscal_year: Mapped[int] = column("회계연도 | Fiscal year")
    stage: Mapped[Stage] = column("예산 단계 | Stage")
    level: Mapped[LineLevel] = column("항목 수준 | What the amount is of")
    ministry_id: Mapped[str] = reference("organizations")
    ministry: Mapped[Ministry] = to_one("소관부처 | Ministry", ministry_id)
    ministry_code: Mapped[str | None] = column("부처 코드 | Ministry as the source codes it, such as 과기1")
    project_id: Mapped[str | None] = reference("projects")
    project: Mapped[Project | None] = to_one("사업 | Project", project_id)
    account: Mapped[str | None] = column("회계·기금 | Account or fund")
    amount: Mapped[int] = column("금액(원) | Amount in won", type_=sa.BigInteger, index=True)
    printed_unit: Mapped[MoneyUnit] = column("인쇄 단위 | Unit in the source")
    rounded_to: Mapped[int | None] = column(
        "반올림 단위(원) | Smallest step of the printed amount, in won", type_=sa.BigInteger
    )
    project_count: Mapped[int | None] = column("사업 수 | Number of projects in the amount")
    allocations: Mapped[list[BudgetAllocation]] = to_many("분야 배분 | Allocations", "BudgetAllocation.budget_line_id")
    policy_allocations: Mapped[list[PolicyAllocation]] = to_many(
        "정책영역 배분 | Allocations to policy areas", "PolicyAllocation.budget_line_id"
    )


class BudgetAllocation(Fact):
    """분야 배분 | The part of a budget line counted for a field; parts may overlap."""

    __tablename__ = "budget_allocations"
    __table_args__ = (sa.UniqueConstraint("budget_line_id", "field_id"),)
    id_prefix = "allocation"
    competent = "budget_line.ministry_id"

    budget_line_id: Mapped[str] = reference("budget_lines")
    budget_line: Mapped[BudgetLine] = to_one("예산 항목 | Budget line", budget_line_id)
    field_id: Mapped[str] = reference("technology_fields")
    field: Mapped[TechnologyField] = to_one("기술분야 | Field", field_id)
    amount: Mapped[int] = column("금액(원) | Amount in won", type_=sa.BigInteger)


class PolicyArea(Fact):
    """정책영역 | A purpose by which a budget is counted beside the fields of technology, such as basic research."""

    __tablename__ = "policy_areas"
    id_prefix = "policy-area"

    name: Mapped[str] = column("명칭 | Name", index=True, searched=True)
    ordinal: Mapped[int | None] = column("순번 | Position in the source")
    allocations: Mapped[list[PolicyAllocation]] = to_many("예산 배분 | Allocations", "PolicyAllocation.policy_area_id")


class PolicyAllocation(Fact):
    """정책영역 배분 | The part of a budget line counted for a policy area; parts may overlap."""

    __tablename__ = "policy_allocations"
    __table_args__ = (sa.UniqueConstraint("budget_line_id", "policy_area_id"),)
    id_prefix = "policy-allocation"
    competent = "budget_line.ministry_id"

    budget_line_id: Mapped[str] = reference("budget_lines")
    budget_line: Mapped[BudgetLine] = to_one("예산 항목 | Budget line", budget_line_id)
    policy_area_id: Mapped[str] = reference("policy_areas")
    policy_area: Mapped[PolicyArea] = to_one("정책영역 | Policy area", policy_area_id)
    amount: Mapped[int] = column("금액(원) | Amount in won", type_=sa.BigInteger)


class BudgetSummary(Fact):
    """예산 요약 | Totals of one year and stage, with overlapping allocations counted both ways."""

    __tablename__ = "budget_summaries"
    id_prefix = "budget-summary"

    fiscal_year: Mapped[int] = column("회계연도 | Fiscal year")
    stage: Mapped[Stage] = column("예산 단계 | Stage")
    scheme_id: Mapped[str | None] = reference("field_schemes")
    scheme: Mapped[FieldScheme | None] = to_one("분야체계 | Field scheme of the allocations", scheme_id)
    total: Mapped[int] = column("총액(원) | All projects, in won", type_=sa.BigInteger)
    gross: Mapped[int] = column(
        "배분 합계(원) | Sum of allocations to fields, overlaps counted each time, in won", type_=sa.BigInteger
    )
    distinct: Mapped[int] = column("중복 제외(원) | Each project counted once at most, in won", type_=sa.BigInteger)


class Statistic(Fact):
    """공표 수치 | A figure as a source publishes it, which may differ from what the data adds up to."""

    __tablename__ = "statistics"
    id_prefix = "statistic"

    measure: Mapped[str] = column("지표 | What is counted", index=True)
    name: Mapped[str] = column("명칭 | Name of the figure", searched=True)
    value: Mapped[Decimal] = column("값 | Value")
    lower: Mapped[Decimal | None] = column("하한 | Lowest value that the print can mean")
    upper: Mapped[Decimal | None] = column("상한 | Highest value that the print can mean")
    unit: Mapped[str] = column("단위 | Unit")
    as_printed: Mapped[str] = column("원문 표기 | As printed")
    scope: Mapped[str | None] = column("범위 | What the source says it covers")
    stage: Mapped[Stage | None] = column("예산 단계 | Budget stage; null where not stated")
    fiscal_year: Mapped[int | None] = column("회계연도 | Fiscal year")
    reference_on: Mapped[date | None] = column("기준일 | Reference date; null where not stated")
    note: Mapped[str | None] = column("비고 | How the figure is to be read")
    components: Mapped[list[StatisticComponent]] = to_many("구성 | Components", "StatisticComponent.statistic_id")


class StatisticComponent(Fact):
    """수치 구성 | A part of a published figure."""

    __tablename__ = "statistic_components"
    id_prefix = "statistic-component"

    statistic_id: Mapped[str] = reference("statistics")
    statistic: Mapped[Statistic] = to_one("공표 수치 | Figure", statistic_id)
    ordinal: Mapped[int] = column("순번 | Position")
    label: Mapped[str] = column("명칭 | Name of the part")
    value: Mapped[Decimal] = column("값 | Value")
    regime_id: Mapped[str | None] = reference("regimes")
    regime: Mapped[Regime | None] = to_one("지정제도 | Regime", regime_id)
