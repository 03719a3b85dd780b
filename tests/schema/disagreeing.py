"""Facts that agree, and for each check the few of them with which it has something to find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from db import models
from db.models.base import Grade
from db.models.budgets import LineLevel, MoneyUnit, Stage
from db.models.discrepancies import Check
from db.models.organizations import NameKind, OrganizationKind
from db.models.sources import Certainty, Derivation, DocumentKind, Standing
from db.models.statutes import RegimePurpose, RevisionKind
from db.models.technologies import DesignationChange, TechnologyStatus

F = TypeVar("F", bound=models.Fact)

MILLION = 10**6


def _fact(model: type[F], key: str, **values: Any) -> F:
    return model(id=f"{model.id_prefix}:{key}", grade=Grade.OPEN, **values)


def _project(key: str, number: str, name: str, year: int = 2026, parent: str | None = None) -> models.Fact:
    values = {"fiscal_year": year, "number": number, "name": name, "ministry_id": "ministry:a"}
    return _fact(models.Project, key, parent_id=parent and f"project:{parent}", **values)


def _line(
    key: str, millions: int, level: LineLevel = LineLevel.PART, stage: Stage = Stage.RND_ALLOCATION
) -> models.Fact:
    whose = {"project_id": f"project:{key.partition('+')[0]}", "ministry_id": "ministry:a", "fiscal_year": 2026}
    amount = {"amount": millions * MILLION, "printed_unit": MoneyUnit.MILLION}
    return _fact(models.BudgetLine, key, level=level, stage=stage, **whose, **amount)


def _allocation(field: str, millions: int) -> models.Fact:
    values = {"budget_line_id": "budget-line:d/1", "field_id": f"field:{field}", "amount": millions * MILLION}
    return _fact(models.BudgetAllocation, field, **values)


def _summary(distinct: int, stage: Stage = Stage.RND_ALLOCATION, scheme: str | None = "scheme:s") -> models.Fact:
    sums = {"total": 30_000_000 * MILLION, "gross": 9_440_000 * MILLION, "distinct": distinct * MILLION}
    return _fact(models.BudgetSummary, stage.name, fiscal_year=2026, stage=stage, scheme_id=scheme, **sums)


def _figure(key: str, measure: str, **values: Any) -> models.Fact:
    values = {
        "fiscal_year": 2026,
        "lower": Decimal(8_550_000 * MILLION),
        "upper": Decimal(8_650_000 * MILLION),
    } | values
    said = {"value": Decimal(8_600_000 * MILLION), "unit": "WON", "as_printed": "8.6조 원"}
    return _fact(models.Statistic, key, measure=measure, name="투자", **said, **values)


def _name(key: str, name: str, kind: NameKind = NameKind.SHORT, **term: date) -> models.Fact:
    return _fact(models.OrganizationName, key, organization_id=f"ministry:{key[0]}", name=name, kind=kind, **term)


def _technology(key: str, status: TechnologyStatus = TechnologyStatus.DESIGNATED) -> models.Fact:
    return _fact(models.Technology, key, regime_id="regime:list", name=f"기술 {key}", status=status)


def _designation(key: str, notice: str | None = "document:old", **days: date) -> models.Fact:
    technology, _, removed = key.partition("-")
    change = DesignationChange.REMOVED if removed else DesignationChange.ADDED
    values = {"technology_id": f"technology:{technology}", "notice_id": notice, "change": change}
    return _fact(models.Designation, key, **values, **days)


def _regime(key: str, **days: date) -> models.Fact:
    values = {"code": key, "term": "기술", "purpose": RegimePurpose.TAX, "statute_id": f"statute:{key}"}
    return _fact(models.Regime, key, **values, **days)


def _version(key: str, promulgated: date, in_force: date, revision: RevisionKind = RevisionKind.AMENDED) -> models.Fact:
    days = {"promulgated_on": promulgated, "in_force_on": in_force, "revision": revision}
    return _fact(models.StatuteVersion, key, statute_id=f"statute:{key[:-2]}", promulgation_number=key, **days)


def _claim(
    key: str,
    value: str | None,
    certainty: Certainty = Certainty.CLEAR,
    attribute: str = "value",
    subject: str = "statistic:investment",
    derivation: Derivation = Derivation.VERBATIM,
) -> models.Fact:
    said = {"subject_id": subject, "attribute": attribute, "value": value, "certainty": certainty}
    passage = f"passage:{key.partition('-')[0]}"
    return _fact(models.Claim, key, passage_id=passage, derivation=derivation, alternatives=[], **said)


def sound() -> Iterator[models.Fact]:
    """Facts among which no check finds anything, though many come close."""
    for key in "ab":
        yield _fact(models.Ministry, key, kind=OrganizationKind.MINISTRY, name=f"{key}부")
    yield from _sound_budgets()
    yield from _sound_names()
    yield from _sound_technologies()
    yield from _sound_claims()


def _sound_budgets() -> Iterator[models.Fact]:
    yield _project("d/1", "100", "자율주행")
    yield _project("d/1-1", "100", "인지", parent="d/1")
    yield _project("d/1-2", "102", "판단", parent="d/1")
    yield _project("d/2", "200", "양자")
    yield _project("d/2-1", "201", "센서", parent="d/2")
    yield _project("d/3", "100", "자율주행", year=2025)
    yield _project("e/1", "100", "다른 데이터셋")
    yield _project("without-dataset", "100", "데이터셋 없음")
    yield _line("d/1", 37_533, LineLevel.PROJECT)
    yield _line("d/1+executed", 30_000, LineLevel.PROJECT, Stage.EXECUTED)
    yield _line("d/1-1", 30_000)
    yield _line("d/1-2", 7_533)
    for field, millions in (("f", 20_000), ("g", 17_533)):
        yield _fact(models.TechnologyField, field, scheme_id="scheme:s", name=field, aliases=[], ordinal=1)
        yield _allocation(field, millions)
    yield _summary(8_600_000)
    yield _summary(1, Stage.EXECUTED, scheme=None)
    yield _figure("investment", "rnd_investment", stage=Stage.RND_ALLOCATION)
    yield _figure("last-year", "rnd_investment", fiscal_year=2025)
    yield _figure("finance", "policy_finance")


def _sound_names() -> Iterator[models.Fact]:
    yield _name("a-1", "미래부")
    yield _name("b-1", "미래부", NameKind.FORMER)
    yield _name("a-2", "산업부", valid_to=date(2024, 12, 31))
    yield _name("b-2", "산업부", valid_from=date(2025, 1, 1))
    yield _name("b-3", "산업부", NameKind.BUDGET_CODE, valid_from=date(2025, 1, 1))


def _sound_technologies() -> Iterator[models.Fact]:
    for key, days in (("list", {"valid_from": date(2020, 1, 1), "valid_to": date(2029, 12, 31)}), ("young", {})):
        yield _fact(models.Statute, key, law_id=key, name=key, short_name=key, **days)
        yield _regime(key)
    yield _fact(
        models.FieldScheme, "s", code="s", name="체계", status=TechnologyStatus.DESIGNATED, regime_id="regime:list"
    )
    yield _version("young-1", date(2021, 7, 1), date(2022, 1, 1), RevisionKind.ENACTED)
    yield _version("young-2", date(2022, 7, 1), date(2023, 1, 1))
    yield _technology("t")
    yield _designation("t", valid_from=date(2020, 1, 1), valid_to=date(2029, 12, 31))
    yield _technology("u", TechnologyStatus.ANNOUNCED)
    yield _technology("v")
    yield _designation("v", applies_from=date(2021, 1, 1))
    yield _designation("v-removed", None)


def _sound_claims() -> Iterator[models.Fact]:
    kind = {"kind": DocumentKind.ARTICLE, "standing": Standing.OFFICIAL}
    for key, day in (("old", date(2026, 1, 1)), ("new", date(2026, 2, 1))):
        yield _fact(models.Document, key, title=key, published_on=day, **kind)
        yield _fact(models.Passage, key, document_id=f"document:{key}", locator="1")
    # Of the ministry that is competent for the projects; it is named as the print names it by no one.
    ours = {"title": "부처 자료", "publisher_id": "ministry:a", "published_on": date(2025, 1, 1)}
    yield _fact(models.Document, "ours", **ours, **kind)
    yield _fact(models.Passage, "ours", document_id="document:ours", locator="1")
    yield _claim("old-1", "513")
    yield _claim("new-1", "513")
    yield _claim("old-2", "하나", attribute="name")
    yield _claim("old-3", "둘", attribute="name")
    yield _claim("new-2", None, attribute="name")
    for key in ("ours-1", "new-3"):
        yield _claim(key, "자율주행", attribute="name", subject="project:d/1")
    for key in ("ours-2", "new-4", "old-4"):
        yield _claim(key, "양자", attribute="name", subject="project:d/2")
    yield _claim("old-5", "양자", attribute="name", subject="project:d/2", derivation=Derivation.DECIDED)


FLAWS: dict[Check, list[models.Fact]] = {
    Check.PARTS_DIFFER: [_line("d/1-2", 6_533)],
    Check.NO_PARTS: [_project("d/2-1", "201", " ", parent="d/2")],
    Check.OVER_ALLOCATED: [_allocation("g", 20_000)],
    Check.TOTAL_DIFFERS: [_summary(8_400_000)],
    Check.NUMBER_USED_TWICE: [_project("d/2", "100", "양자")],
    Check.NAME_OF_TWO: [_name("b-2", "산업부", valid_from=date(2024, 12, 31))],
    Check.UNDESIGNATED: [_technology("u"), _designation("v", None, applies_from=date(2021, 1, 1))],
    Check.OUTSIDE_VERSION: [
        _designation("t", valid_from=date(2019, 12, 31), valid_to=date(2030, 1, 1)),
        _regime("young", valid_from=date(2021, 12, 31)),
        _version("young-2", date(2022, 7, 1), date(2022, 6, 30)),
    ],
    Check.CLAIMS_DIFFER: [
        _claim("new-1", "512"),
        _claim("old-1", "513", Certainty.PROBABLE),
        _claim("ours-1", "자율주행차", Certainty.PROBABLE, "name", "project:d/1"),
        _claim("new-3", "자율 주행", attribute="name", subject="project:d/1"),
        _claim("ours-2", "양자컴퓨터", attribute="name", subject="project:d/2"),
        _claim("new-4", "양자 기술", attribute="name", subject="project:d/2"),
        _claim("old-4", "양자 기술", attribute="name", subject="project:d/2"),
        _claim("old-5", "양자", Certainty.AMBIGUOUS, "name", "project:d/2", Derivation.DECIDED),
    ],
}
"""What replaces sound facts, so that a check finds something and no other does."""


def parts_of_a_hundred_and_one() -> Iterator[models.Fact]:
    """A project whose many parts do not add up to it."""
    yield _project("l/large", "300", "큰 사업")
    yield _line("l/large", 1, LineLevel.PROJECT)
    for number in range(101):
        yield _project(f"l/large-{number:03}", f"300-{number}", "내역", parent="l/large")
        yield _line(f"l/large-{number:03}", 1)
