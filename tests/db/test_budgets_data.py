"""Amounts add up to the table, and published figures stand beside what the data adds up to."""

from __future__ import annotations

from decimal import Decimal

from db.models import (
    BudgetAllocation,
    BudgetLine,
    BudgetSummary,
    Claim,
    Ministry,
    Passage,
    Statistic,
    StatisticComponent,
    TechnologyField,
)
from db.models.budgets import MoneyUnit, Stage
from db.models.sources import Certainty, Derivation
from tests.db.builtin import all_of, facts, one, reference

TABLE = "budget-2026-by-ministry-and-field"
MILLION = 1_000_000


def of_measure(measure: str) -> list[Statistic]:
    return [statistic for statistic in all_of(Statistic) if statistic.measure == measure]


def test_one_line_for_each_ministry_code() -> None:
    stored = {line.ministry_code: (line.amount, line.project_count) for line in all_of(BudgetLine)}
    assert stored == {
        row["ministry"]: (int(Decimal(row["total_million_krw"]) * MILLION), int(row["programmes"]))
        for row in reference(TABLE)
    }
    assert len(stored) == 32


def test_a_line_says_its_year_stage_and_unit() -> None:
    kinds = {(line.fiscal_year, line.stage, line.printed_unit) for line in all_of(BudgetLine)}
    assert kinds == {(2026, Stage.RND_ALLOCATION, MoneyUnit.MILLION)}


def test_two_codes_belong_to_one_ministry() -> None:
    by_code = {line.ministry_code: line.ministry_id for line in all_of(BudgetLine)}
    assert by_code["과기1"] == by_code["과기2"] == "ministry:msit"
    assert len(set(by_code.values())) == 31
    assert all(isinstance(facts()[ministry], Ministry) for ministry in by_code.values())


def test_allocations_are_those_of_the_table() -> None:
    stored = {
        (one(BudgetLine, a.budget_line_id).ministry_code, one(TechnologyField, a.field_id).name): a.amount
        for a in all_of(BudgetAllocation)
    }
    assert stored == {
        (row["ministry"], field): Decimal(row[field]) * MILLION
        for row in reference(TABLE)
        for field in list(row)[3:]
        if Decimal(row[field])
    }


def test_the_summary_is_what_the_table_adds_up_to() -> None:
    rows = reference(TABLE)
    summary = one(BudgetSummary, "budget-summary:rnd-2026")
    assert summary.total == sum(Decimal(row["total_million_krw"]) for row in rows) * MILLION
    assert summary.gross == sum(Decimal(row[field]) for row in rows for field in list(row)[3:]) * MILLION


def test_gross_counts_overlaps_and_distinct_does_not() -> None:
    summary = one(BudgetSummary, "budget-summary:rnd-2026")
    assert (summary.stage, summary.fiscal_year) == (Stage.RND_ALLOCATION, 2026)
    assert summary.total == sum(line.amount for line in all_of(BudgetLine)) == 30_280_992_000_000
    assert summary.gross == sum(allocation.amount for allocation in all_of(BudgetAllocation)) == 9_435_629_000_000
    assert summary.distinct == 8_395_276_000_000


def test_513_is_the_sum_of_five_lists() -> None:
    (statistic,) = of_measure("technologies")
    components = [part for part in all_of(StatisticComponent) if part.statistic_id == statistic.id]
    assert (statistic.as_printed, statistic.value) == ("513개", sum(part.value for part in components))
    assert {part.regime_id: int(part.value) for part in components} == {
        "regime:nst": 50,
        "regime:tax-nst": 81,
        "regime:tax-ngt": 284,
        "regime:nhst": 19,
        "regime:nct": 79,
    }
    assert statistic.reference_on is None


def test_that_513_is_a_gross_sum_is_marked_as_inferred() -> None:
    (claim,) = [
        claim
        for claim in all_of(Claim)
        if claim.subject_id == "statistic:technologies-four-statutes"
        and claim.attribute == "components"
        and claim.derivation is Derivation.INFERRED
    ]
    assert claim.certainty is Certainty.PROBABLE
    assert "추론" in str(one(Statistic, "statistic:technologies-four-statutes").note)


def test_the_figures_of_the_announced_scheme() -> None:
    assert [int(statistic.value) for statistic in of_measure("scheme_technologies")] == [55]
    assert [int(statistic.value) for statistic in of_measure("scheme_fields")] == [10]


def test_a_rounded_amount_keeps_its_bounds() -> None:
    investment = {statistic.fiscal_year: statistic for statistic in of_measure("rnd_investment")}
    this_year = investment[2026]
    assert (this_year.as_printed, this_year.unit, this_year.stage) == ("8.6조 원", "WON", None)
    assert this_year.value == Decimal("8.6") * 10**12
    assert this_year.lower == this_year.value - Decimal("0.05") * 10**12
    assert this_year.upper == this_year.value + Decimal("0.05") * 10**12
    assert investment[2025].value == Decimal("6.5") * 10**12


def test_an_approximate_count_has_no_upper_bound() -> None:
    (participants,) = of_measure("participants")
    assert (participants.as_printed, participants.value) == ("100여 명", Decimal(100))
    assert (participants.lower, participants.upper) == (Decimal(100), None)


def test_policy_finance_is_dated_and_sourced() -> None:
    (finance,) = of_measure("policy_finance")
    assert (finance.value, finance.fiscal_year) == (Decimal("46.6") * 10**12, 2026)
    passages = [one(Passage, claim.passage_id) for claim in all_of(Claim) if claim.subject_id == finance.id]
    assert [passage.document_id for passage in passages] == ["document:asiae-2026-03-13"]
