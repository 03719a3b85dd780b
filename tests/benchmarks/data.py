"""A synthetic dataset of any size, the same for the same scale, and marked synthetic in every name and title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db import migrations, models, releases
from db.connection import engine
from db.models.base import Grade
from db.models.budgets import MoneyUnit, Stage
from db.models.organizations import NameKind, OrganizationKind
from db.models.sources import DocumentKind, Standing
from db.models.statutes import RegimePurpose
from db.models.technologies import DesignationChange, TechnologyStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

MINISTRIES = 30
STATUTES = 4
REGIMES = 5
FIELDS = 12
NOTICES = 20
YEARS = range(2021, 2031)
LARGEST_AMOUNT = 1_000_000
"""The largest amount of a budget line, in millions of won."""


@dataclass(frozen=True)
class Size:
    """How many rows there are of the two large nouns."""

    technologies: int
    budget_lines: int

    @classmethod
    def scaled(cls, scale: float) -> Size:
        """Return the size at a scale; 1 is 5,000 technologies and 100,000 budget lines."""
        return cls(max(1, round(5_000 * scale)), max(1, round(100_000 * scale)))


async def load(url: sa.URL, size: Size) -> None:
    """Fill an empty database as a first start would: migrate, then publish one release."""
    await migrations.upgrade(url)
    async with engine(url) as pool:
        await releases.publish(pool, "합성 데이터 | Synthetic data for the benchmark", put=facts(size))
        # Every contender plans with the same statistics, from the first request on.
        async with pool.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.execute(sa.text("VACUUM ANALYZE"))


def facts(size: Size) -> Iterator[models.Fact]:
    """Make every fact of the dataset."""
    random = Random(20260618)
    yield from _ministries()
    yield from _lists(random)
    yield from _technologies(random, size.technologies)
    yield from _budgets(random, size.budget_lines)


def _new(model: Any, key: str, **values: Any) -> Any:
    return model(id=f"{model.id_prefix}:synthetic-{key}", grade=Grade.OPEN, **values)


def _id(model: Any, key: str) -> str:
    return f"{model.id_prefix}:synthetic-{key}"


def _ministries() -> Iterator[models.Fact]:
    for n in range(MINISTRIES):
        ministry = f"합성부처 {n:02}"
        yield _new(
            models.Ministry,
            f"{n:02}",
            kind=OrganizationKind.MINISTRY,
            name=ministry,
            name_en=f"Synthetic Ministry {n:02}",
            short_name=f"합성{n:02}",
            code=f"{n:07}",
        )
        for kind, name in (
            (NameKind.OFFICIAL, ministry),
            (NameKind.SHORT, f"합성{n:02}"),
            (NameKind.FORMER, f"옛합성{n:02}"),
        ):
            key = f"{n:02}-{kind.name.lower()}"
            yield _new(
                models.OrganizationName, key, organization_id=_id(models.Ministry, f"{n:02}"), name=name, kind=kind
            )


def _lists(random: Random) -> Iterator[models.Fact]:
    for n in range(STATUTES):
        yield _new(
            models.Statute,
            str(n),
            law_id=f"S{n:05}",
            name=f'합성 기술의 "육성"에 관한 법률 {n}',
            short_name=f"합성기술법 {n}",
            ministry_id=_id(models.Ministry, f"{random.randrange(MINISTRIES):02}"),
        )
    for n in range(REGIMES):
        purpose, statute = random.choice(list(RegimePurpose)), _id(models.Statute, str(n % STATUTES))
        yield _new(models.Regime, str(n), code=f"SYN_{n}", term=f"합성기술 {n}", purpose=purpose, statute_id=statute)
        regime, status = _id(models.Regime, str(n)), TechnologyStatus.DESIGNATED
        yield _new(
            models.FieldScheme,
            str(n),
            code=f"SYNTHETIC-{n}",
            name=f"합성 분야체계 {n}",
            status=status,
            regime_id=regime,
        )
        for m in range(FIELDS):
            name, scheme = f"합성분야 {n}·{m:02}", _id(models.FieldScheme, str(n))
            yield _new(models.TechnologyField, f"{n}-{m:02}", scheme_id=scheme, name=name, aliases=[], ordinal=m + 1)
    for n in range(NOTICES):
        yield _new(
            models.Document,
            f"{n:02}",
            title=f"합성 고시 제{n}호",
            kind=DocumentKind.NOTICE,
            standing=Standing.OFFICIAL,
            published_on=date(2020, 1, 1) + timedelta(days=100 * n),
        )


def _technologies(random: Random, count: int) -> Iterator[models.Fact]:
    for n in range(count):
        regime, field = random.randrange(REGIMES), random.randrange(FIELDS)
        yield _new(
            models.Technology,
            f"{n:05}",
            regime_id=_id(models.Regime, str(regime)),
            field_id=_id(models.TechnologyField, f"{regime}-{field:02}") if random.random() < 0.9 else None,
            name=technology_name(n),
            name_en=f"Synthetic technology {n:05}" if random.random() < 0.5 else None,
            ordinal=n // (REGIMES * FIELDS) + 1,
            status=random.choice(list(TechnologyStatus)),
        )
        for m in range(random.randint(1, 4)):
            notice = random.randrange(NOTICES)
            promulgated_on = date(2020, 1, 1) + timedelta(days=100 * notice)
            yield _new(
                models.Designation,
                f"{n:05}-{m}",
                technology_id=technology_id(n),
                notice_id=_id(models.Document, f"{notice:02}"),
                locator=f"별표 {regime + 1} 제{n}호",
                scope=f"합성 범위 {n:05}: 선폭 {random.randint(2, 90)}nm 이하의 공정 및 장비",
                change=random.choice(list(DesignationChange)),
                promulgated_on=promulgated_on if random.random() < 0.9 else None,
                valid_from=promulgated_on,
            )


def technology_id(n: int) -> str:
    """Return the identifier of the technology that was made as the ``n``-th."""
    return _id(models.Technology, f"{n:05}")


def technology_name(n: int) -> str:
    """Return the name of the technology that was made as the ``n``-th; names sort in that order."""
    return f"합성 기술 {n:05}"


def _budgets(random: Random, count: int) -> Iterator[models.Fact]:
    projects = max(1, count // 10)
    for n in range(projects):
        ministry, year = random.randrange(MINISTRIES), random.choice(YEARS)
        yield _new(
            models.Project,
            f"{n:05}",
            fiscal_year=year,
            number=f"{n:05}",
            name=f"합성 사업 {n:05}",
            ministry_id=_id(models.Ministry, f"{ministry:02}"),
        )
    for n in range(count):
        ministry, project, amount = (
            random.randrange(MINISTRIES),
            random.randrange(projects),
            random.randint(1, LARGEST_AMOUNT),
        )
        yield _new(
            models.BudgetLine,
            f"{n:06}",
            fiscal_year=random.choice(YEARS),
            stage=random.choice(list(Stage)),
            ministry_id=_id(models.Ministry, f"{ministry:02}"),
            ministry_code=f"합성{ministry:02}",
            project_id=_id(models.Project, f"{project:05}") if random.random() < 0.95 else None,
            account="합성회계" if random.random() < 0.5 else None,
            amount=amount * 1_000_000,
            printed_unit=MoneyUnit.MILLION,
            rounded_to=1_000_000,
        )
        field = f"{random.randrange(REGIMES)}-{random.randrange(FIELDS):02}"
        yield _new(
            models.BudgetAllocation,
            f"{n:06}",
            budget_line_id=_id(models.BudgetLine, f"{n:06}"),
            field_id=_id(models.TechnologyField, field),
            amount=amount * 1_000_000,
        )
