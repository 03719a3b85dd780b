"""What pays: projects, budget lines by year and stage, allocations to fields, and figures that sources publish."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Numeric, Text, cast, column, func, literal, select

from db import models
from db.models.budgets import MoneyUnit
from schema import sql
from schema.sql import Connection
from schema.types.facts import Fact

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from db.models.budgets import LineLevel, Stage
    from schema.types.organizations import Ministry
    from schema.types.statutes import Regime
    from schema.types.technologies import FieldScheme, TechnologyField

YEAR_AND_STAGE = ("fiscal_year", "stage")
KINDS_OF_LINE = (*YEAR_AND_STAGE, "level")
KINDS_OF_ALLOCATION = tuple(f"budget_line.{name}" for name in KINDS_OF_LINE)

# Each unit as a power of ten: PostgreSQL multiplies by 10^-n exactly, while its division rounds long results.
ZEROS = {
    MoneyUnit.WON: 0,
    MoneyUnit.THOUSAND: 3,
    MoneyUnit.MILLION: 6,
    MoneyUnit.EOK: 8,
    MoneyUnit.JO: 12,
}


def converted(won: Any, unit: MoneyUnit) -> ColumnElement[Any]:
    """Return an amount in won in another unit, with every digit."""
    amount: ColumnElement[Any] = won
    return amount if unit is MoneyUnit.WON else cast(amount, Numeric) * literal(Decimal(1).scaleb(-ZEROS[unit]))


def spelled(won: int) -> str:
    """Write an amount as Korean budgets do in running text: 9조 8,079억 1,400만 원."""
    groups = [
        f"{count:,}{name}"
        for count, name in (
            (abs(won) // 10**12, "조"),
            (abs(won) // 10**8 % 10**4, "억"),
            (abs(won) // 10**4 % 10**4, "만"),
            (abs(won) % 10**4, ""),
        )
        if count
    ]
    text = " ".join(groups) or "0"
    return f"{'△' if won < 0 else ''}{text}{'' if text[-1].isdigit() else ' '}원"


@sql.type(models.Project, order=("fiscal_year", "name"))
class Project(Fact):
    fiscal_year: int
    number: str | None
    name: str
    committee: str | None
    ministry: Ministry
    parent: Project | None
    parts: Connection[Project]
    budget_lines: Connection[BudgetLine]


@sql.type(
    models.BudgetLine,
    # There may be a million lines: what stands last is written last, and readers of the first do not meet it.
    order=("fiscal_year", "released_in"),
    apart={"amount": KINDS_OF_LINE},
)
class BudgetLine(Fact):
    fiscal_year: int
    stage: Stage
    level: LineLevel
    ministry: Ministry
    ministry_code: str | None
    project: Project | None
    account: str | None
    printed_unit: MoneyUnit
    rounded_to: Decimal | None
    project_count: int | None
    allocations: Connection[BudgetAllocation]
    policy_allocations: Connection[PolicyAllocation]

    @sql.field
    def amount(self: models.BudgetLine, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """금액 | Amount, exact in any unit

        unit: 단위 | Unit of the answer
        """
        return converted(self.amount, unit)

    @sql.python("amount")
    def amount_text(self: models.BudgetLine) -> str:
        """금액 표기 | Amount in mixed Korean notation, such as 9조 8,079억 1,400만 원; △ stands for minus"""
        return spelled(self.amount)


@sql.type(
    models.BudgetAllocation,
    apart=dict.fromkeys(("amount", "gross", "distinct"), KINDS_OF_ALLOCATION),
)
class BudgetAllocation(Fact):
    budget_line: BudgetLine
    field: TechnologyField

    @sql.summary
    def gross(self: models.BudgetAllocation, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """배분 합계 | Sum of the allocations, overlaps counted each time, exact in any unit"""
        return converted(func.sum(self.amount), unit)

    @sql.summary
    def distinct(self: models.BudgetAllocation, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """중복 제외 | Each budget line counted once: at most its own amount, exact in any unit"""
        line = models.BudgetLine
        allocated = func.unnest(func.array_agg(self.budget_line_id), func.array_agg(self.amount))
        parts = allocated.table_valued(column("line", Text), column("amount", Numeric)).render_derived(name="parts")
        once = select(parts.c.line, func.sum(parts.c.amount).label("amount")).group_by(parts.c.line).subquery("once")
        capped = select(func.sum(func.least(line.amount, once.c.amount))).join_from(once, line, line.id == once.c.line)
        return converted(capped.scalar_subquery(), unit)

    @sql.field
    def amount(self: models.BudgetAllocation, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """금액 | Amount counted for the field, exact in any unit

        unit: 단위 | Unit of the answer
        """
        return converted(self.amount, unit)


@sql.type(models.PolicyArea, order=("ordinal", "name"))
class PolicyArea(Fact):
    name: str
    ordinal: int | None
    allocations: Connection[PolicyAllocation]


@sql.type(models.PolicyAllocation, apart={"amount": KINDS_OF_ALLOCATION})
class PolicyAllocation(Fact):
    budget_line: BudgetLine
    policy_area: PolicyArea

    @sql.field
    def amount(self: models.PolicyAllocation, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """금액 | Amount counted for the policy area, exact in any unit

        unit: 단위 | Unit of the answer
        """
        return converted(self.amount, unit)


@sql.type(
    models.BudgetSummary,
    order=("fiscal_year", "stage"),
    apart=dict.fromkeys(("total", "gross", "distinct"), YEAR_AND_STAGE),
)
class BudgetSummary(Fact):
    fiscal_year: int
    stage: Stage
    scheme: FieldScheme | None

    @sql.field
    def total(self: models.BudgetSummary, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """총액 | All projects, exact in any unit

        unit: 단위 | Unit of the answer
        """
        return converted(self.total, unit)

    @sql.field
    def gross(self: models.BudgetSummary, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """배분 합계 | Sum of allocations to fields, overlaps counted each time, exact in any unit

        unit: 단위 | Unit of the answer
        """
        return converted(self.gross, unit)

    @sql.field
    def distinct(self: models.BudgetSummary, unit: MoneyUnit = MoneyUnit.WON) -> Decimal:
        """중복 제외 | Each project counted once at most, exact in any unit

        unit: 단위 | Unit of the answer
        """
        return converted(self.distinct, unit)


@sql.type(
    models.Statistic,
    order=("measure", "name"),
    apart=dict.fromkeys(("value", "lower", "upper"), ("measure", "unit", "stage", "fiscal_year")),
)
class Statistic(Fact):
    measure: str
    name: str
    value: Decimal
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    as_printed: str
    scope: str | None
    stage: Stage | None
    fiscal_year: int | None
    reference_on: date | None
    note: str | None
    components: Connection[StatisticComponent]
    bounds = sql.range("lower", "upper", "하한~상한 | Values that the print can mean; without any, nothing fits")


@sql.type(
    models.StatisticComponent,
    order=("ordinal",),
    apart={"value": ("statistic.measure", "statistic.unit", "statistic.stage", "statistic.fiscal_year")},
)
class StatisticComponent(Fact):
    statistic: Statistic
    ordinal: int
    label: str
    value: Decimal
    regime: Regime | None
