"""A row is never lost because a relation of it finds nothing of the promised type."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from db import releases
from db.connection import engine
from db.models import BudgetLine
from db.models.base import Grade
from db.models.budgets import LineLevel, MoneyUnit, Stage
from db.reading import open_database
from schema import contract
from tests.conftest import new_database

if TYPE_CHECKING:
    import sqlalchemy as sa
    from graphql import ExecutionResult

LINES = '{ budgetLines(where: {id: {eq: "budget-line:odd"}}) { totalCount nodes { id ministry { name } } } }'


def test_a_ministry_that_is_none_is_an_error_at_its_place(server_url: sa.URL, dataset_template: sa.URL) -> None:
    odd = BudgetLine(
        id="budget-line:odd",
        grade=Grade.OPEN,
        fiscal_year=2026,
        stage=Stage.REQUEST,
        level=LineLevel.MINISTRY,
        ministry_id="institution:samsung-electronics",
        amount=1,
        printed_unit=MoneyUnit.WON,
    )

    async def asked(url: sa.URL) -> ExecutionResult:
        async with engine(url) as pool:
            await releases.publish(pool, "A line of no ministry", put=[odd])
        executor = contract().executor
        async with open_database(url) as database:
            return await executor.execute(executor.document(LINES), database)

    with new_database(server_url, str(dataset_template.database)) as url:
        result = asyncio.run(asked(url))
    assert result.data is None
    (error,) = result.errors or []
    assert error.message == "Cannot return null for non-nullable field BudgetLine.ministry."
    assert error.path == ["budgetLines", "nodes", 0, "ministry"]
