"""A synthetic dataset of any size, the same for the same scale, and marked synthetic in every name and title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db import migrations, models, releases
from db.connection import engine
from db.models.technologies import DesignationChange, TechnologyStatus
from tests.benchmarks.rows import statements

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from db.models import Fact

BEFORE = 1
"""The release before the newest."""


@dataclass(frozen=True)
class Size:
    """How many rows there are of the two large nouns."""

    technologies: int
    budget_lines: int

    @classmethod
    def scaled(cls, scale: float) -> Size:
        """Return the size at a scale; 1 is 5,000 technologies and 100,000 budget lines."""
        return cls(max(1, round(5_000 * scale)), max(1, round(100_000 * scale)))


def technology_id(n: int) -> str:
    """Return the identifier of the technology that was made as the ``n``-th."""
    return f"technology:synthetic-{n:07}"


def technology_name(n: int) -> str:
    """Return the name of the technology that was made as the ``n``-th; names sort in that order."""
    return f"합성 기술 {n:07}"


async def load(url: sa.URL, size: Size) -> None:
    """Fill an empty database with two releases, of which the second replaced and removed some of the rows."""
    await migrations.upgrade(url)
    async with engine(url) as pool:
        async with pool.begin() as connection:
            await _first_release(connection, size)
        # Every contender plans with the same statistics, from the first request on.
        await _vacuum(pool)
        put, remove = await _changes(pool)
        await releases.publish(pool, "합성 변경 | Synthetic changes", put=put, remove=remove)
        await _vacuum(pool)


async def _first_release(connection: AsyncConnection, size: Size) -> None:
    title, count = "합성 데이터 | Synthetic data for the benchmark", size.technologies + size.budget_lines
    release = sa.insert(models.Release).values(number=BEFORE, title=title, rows_written=count, rows_removed=0)
    await connection.execute(release)
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    await driver.execute(statements(size.technologies, size.budget_lines))


async def _vacuum(pool: AsyncEngine) -> None:
    async with pool.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(sa.text("VACUUM ANALYZE"))


async def _changes(pool: AsyncEngine) -> tuple[list[Fact], list[str]]:
    """Return one in a hundred of the rows that the queries show, changed, and as many designations to be removed."""
    async with AsyncSession(pool, autoflush=False) as session:

        async def numbered(model: type[Fact], ending: str) -> list[Any]:
            return list(await session.scalars(sa.select(model).where(model.id.endswith(ending))))

        technologies = await numbered(models.Technology, "07")
        designations = await numbered(models.Designation, "12")
        lines = await numbered(models.BudgetLine, "07")
        removed = [designation.id for designation in await numbered(models.Designation, "08")]
    for technology in technologies:
        technology.status = TechnologyStatus.RELEASED
    for designation in designations:
        designation.change = DesignationChange.RENAMED
    for line in lines:
        line.amount += 1_000_000
    return [*technologies, *designations, *lines], removed
