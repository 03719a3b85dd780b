"""Money that does not add up, and projects that cannot be told apart."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, orm, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.checks.findings import all_of, constant, count, dataset, findings, handed_on, named, the, won
from db.models.budgets import BudgetAllocation, BudgetLine, BudgetSummary, LineLevel, MoneyUnit, Project, Statistic
from db.models.discrepancies import Check

RND_INVESTMENT = "rnd_investment"
"""The measure of statistics that say what is spent on the fields of a scheme."""


def parts_differ() -> sa.Select[Any]:
    """Compare a project's lines with those of its parts, in one year and at one stage."""
    line, project, part = BudgetLine, Project, orm.aliased(Project)
    whole = (
        select(line.project_id, line.fiscal_year, line.stage, func.sum(line.amount).label("amount"))
        .add_columns(func.min(line.id).label("subject"), *all_of(line).columns("lines"))
        .where(line.level == LineLevel.PROJECT)
        .group_by(line.project_id, line.fiscal_year, line.stage)
        .subquery("whole")
    )
    below = (
        select(part.parent_id, line.fiscal_year, line.stage, func.sum(line.amount).label("amount"))
        .add_columns(*all_of(line).columns("lines"), *all_of(part).columns("parts"))
        .join_from(line, part, part.id == line.project_id)
        .where(line.level == LineLevel.PART)
        .group_by(part.parent_id, line.fiscal_year, line.stage)
        .subquery("below")
    )
    same = (whole.c.fiscal_year == below.c.fiscal_year, whole.c.stage == below.c.stage)
    sums = (won(below.c.amount), won(whole.c.amount))
    return (
        findings(
            Check.PARTS_DIFFER,
            whole.c.subject,
            expected=whole.c.amount,
            found=below.c.amount,
            rest=handed_on(whole, "lines") + handed_on(below, "lines") + handed_on(below, "parts"),
            message="「%s」의 %s년 %s 내역사업 합계는 %s원으로, 세부사업의 %s원과 다르다.",
            message_en="The parts of “%s” add up to %s won (%s, %s), while the project has %s won.",
            values=(project.name, whole.c.fiscal_year, named(whole.c.stage), *sums),
            values_en=(project.name, sums[0], whole.c.fiscal_year, named(whole.c.stage, english=True), sums[1]),
        )
        .join_from(whole, below, sa.and_(whole.c.project_id == below.c.parent_id, *same))
        .join(project, project.id == whole.c.project_id)
        .where(whole.c.amount != below.c.amount)
    )


def no_parts() -> sa.Select[Any]:
    """Find projects without a part that has a name, where others of their dataset and year have one."""
    project, part, other = Project, orm.aliased(Project), orm.aliased(Project)
    has_name = func.btrim(part.name) != constant("")
    divided = (
        select(dataset(other.id).label("dataset"), other.fiscal_year)
        .join(part, part.parent_id == other.id)
        .where(has_name)
        .distinct()
        .subquery("divided")
    )
    nameless = select(part.parent_id, *all_of(part).columns("parts")).group_by(part.parent_id).subquery("nameless")
    return (
        findings(
            Check.NO_PARTS,
            project.id,
            expected=count(1),
            found=count(0),
            rest=the(project) + handed_on(nameless, "parts"),
            message="「%s」(%s년)에는 이름 있는 내역사업이 없다.",
            message_en="“%s” (%s) has no part with a name.",
            values=(project.name, project.fiscal_year),
        )
        .join_from(project, divided, project.fiscal_year == divided.c.fiscal_year)
        .outerjoin(nameless, nameless.c.parent_id == project.id)
        .where(dataset(project.id).is_not_distinct_from(divided.c.dataset), project.parent_id.is_(None))
        .where(~select(part.id).where(part.parent_id == project.id, has_name).exists())
    )


def over_allocated() -> sa.Select[Any]:
    """Find lines of which more is counted for fields than they have, since fields overlap."""
    line, allocation = BudgetLine, BudgetAllocation
    allocated = (
        select(allocation.budget_line_id, func.sum(allocation.amount).label("amount"))
        .add_columns(*all_of(allocation).columns("allocations"))
        .group_by(allocation.budget_line_id)
        .subquery("allocated")
    )
    project, amounts = Project, (won(allocated.c.amount), won(line.amount))
    name = func.coalesce(project.name, line.ministry_code, line.id)
    return (
        findings(
            Check.OVER_ALLOCATED,
            line.id,
            expected=line.amount,
            found=allocated.c.amount,
            rest=the(line) + handed_on(allocated, "allocations"),
            message="「%s」(%s, %s년)의 분야별 배분 합계는 %s원으로, 항목의 %s원을 넘는다.",
            message_en="The fields of “%s” (%s, %s) add up to %s won, more than the %s won of the line.",
            values=(name, named(line.level), line.fiscal_year, *amounts),
            values_en=(name, named(line.level, english=True), line.fiscal_year, *amounts),
        )
        .join_from(line, allocated, allocated.c.budget_line_id == line.id)
        .outerjoin(project, project.id == line.project_id)
        .where(allocated.c.amount > line.amount)
    )


def total_differs() -> sa.Select[Any]:
    """Compare what is published of a year's investment with both totals of its allocations."""
    figure, summary = Statistic, BudgetSummary
    return (
        findings(
            Check.TOTAL_DIFFERS,
            figure.id,
            key=summary.id,
            expected=figure.value,
            found=summary.distinct,
            rest=the(figure) + the(summary),
            message="「%s」의 공표 수치 %s(%s년)은 %s의 합계와 다르다: 중복 제외 %s원, 중복 포함 %s원.",
            message_en="The figure %s published for “%s” (%s) is not what the allocations add up to (%s): "
            "%s won with each project counted once, %s won with overlaps.",
            values=(
                *(figure.name, figure.as_printed, figure.fiscal_year, named(summary.stage)),
                *(won(summary.distinct), won(summary.gross)),
            ),
            values_en=(
                *(figure.as_printed, figure.name, figure.fiscal_year, named(summary.stage, english=True)),
                *(won(summary.distinct), won(summary.gross)),
            ),
        )
        .join_from(figure, summary, summary.fiscal_year == figure.fiscal_year)
        .where(figure.measure == constant(RND_INVESTMENT), figure.unit == constant(MoneyUnit.WON.name))
        .where(summary.scheme_id.is_not(None), sa.or_(figure.stage.is_(None), figure.stage == summary.stage))
        .where(~_can_mean(figure, summary.distinct), ~_can_mean(figure, summary.gross))
    )


def _can_mean(figure: Any, total: Any) -> sa.ColumnElement[bool]:
    """Return whether a printed figure can mean a total: by its bounds, or by its value where it has none."""
    within = sa.and_(func.coalesce(total >= figure.lower, sa.true()), func.coalesce(total <= figure.upper, sa.true()))
    bounded = sa.or_(figure.lower.is_not(None), figure.upper.is_not(None))
    return sa.case((bounded, within), else_=total == figure.value)


def number_used_twice() -> sa.Select[Any]:
    """Find numbers that several projects of one dataset bear in a year, or several parts."""
    project, dataset_ = Project, dataset(Project.id)
    is_part = project.parent_id.is_not(None)
    names = func.string_agg(
        func.concat(constant("「"), project.name, constant("」")), aggregate_order_by(constant(", "), project.id)
    )
    used = func.count()
    return (
        findings(
            Check.NUMBER_USED_TWICE,
            func.min(project.id),
            expected=count(1),
            found=used,
            rest=all_of(project),
            message="%s년 사업번호 %s을(를) %s개 사업이 함께 쓴다: %s.",
            message_en="The number %s stands for %s projects of %s: %s.",
            values=(project.fiscal_year, project.number, used, names),
            values_en=(project.number, used, project.fiscal_year, names),
        )
        .where(project.number.is_not(None))
        .group_by(dataset_, project.fiscal_year, project.number, is_part)
        .having(used > count(1))
    )
