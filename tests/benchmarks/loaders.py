"""The ordinary way: Strawberry types with resolvers, and a DataLoader that batches each relation.

Nothing is slowed down: loaders fetch with asyncpg and only the columns that the types show, every relation is batched,
the pool is the one that our server has, and Strawberry's caches for parsing and validation are on. Groups are not a
matter of loaders: their resolver runs one statement with GROUP BY. What was known at a release is not answered here.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry import Info
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from db.connection import open_pool
from db.models.budgets import Stage
from db.models.technologies import DesignationChange, TechnologyStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import asyncpg
    import sqlalchemy as sa

T = TypeVar("T")

for _enum in (DesignationChange, Stage, TechnologyStatus):
    strawberry.enum(_enum)


@strawberry.type
class Connection(Generic[T]):
    nodes: list[T]


@strawberry.type
class Ministry:
    name: str
    name_en: str | None
    code: str | None


@strawberry.type
class Statute:
    name: str
    short_name: str
    ministry_id: strawberry.Private[str | None]

    @strawberry.field
    async def ministry(self, info: Info) -> Ministry | None:
        return await of(info).ministries.load(self.ministry_id) if self.ministry_id else None


@strawberry.type
class Regime:
    code: str
    term: str
    statute_id: strawberry.Private[str]

    @strawberry.field
    async def statute(self, info: Info) -> Statute:
        return await of(info).statutes.load(self.statute_id)


@strawberry.type
class FieldScheme:
    code: str
    name: str


@strawberry.type
class TechnologyField:
    name: str
    scheme_id: strawberry.Private[str]

    @strawberry.field
    async def scheme(self, info: Info) -> FieldScheme:
        return await of(info).schemes.load(self.scheme_id)


@strawberry.type
class Document:
    title: str
    published_on: date | None


@strawberry.type
class Designation:
    id: strawberry.ID
    change: DesignationChange
    locator: str | None
    scope: str | None
    promulgated_on: date | None
    valid_from: date | None
    valid_to: date | None
    technology_id: strawberry.Private[str]
    notice_id: strawberry.Private[str | None]

    @strawberry.field
    async def notice(self, info: Info) -> Document | None:
        return await of(info).documents.load(self.notice_id) if self.notice_id else None


@strawberry.type
class Technology:
    id: strawberry.ID
    name: str
    name_en: str | None
    ordinal: int | None
    status: TechnologyStatus
    regime_id: strawberry.Private[str]
    field_id: strawberry.Private[str | None]

    @strawberry.field
    async def regime(self, info: Info) -> Regime:
        return await of(info).regimes.load(self.regime_id)

    @strawberry.field
    async def field(self, info: Info) -> TechnologyField | None:
        return await of(info).fields.load(self.field_id) if self.field_id else None

    @strawberry.field
    async def designations(self, info: Info) -> Connection[Designation]:
        return Connection(nodes=await of(info).designations.load(self.id))


@strawberry.type
class Project:
    number: str | None
    name: str


@strawberry.type
class BudgetLine:
    id: strawberry.ID
    fiscal_year: int
    stage: Stage
    amount: Decimal
    account: str | None
    ministry_id: strawberry.Private[str]
    project_id: strawberry.Private[str | None]

    @strawberry.field
    async def ministry(self, info: Info) -> Ministry:
        return await of(info).ministries.load(self.ministry_id)

    @strawberry.field
    async def project(self, info: Info) -> Project | None:
        return await of(info).projects.load(self.project_id) if self.project_id else None


class Context:
    """The loaders of one request."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        def by_id(make: type[T], table: str, columns: str) -> DataLoader[str, T]:
            sql = f"SELECT id, {columns} FROM {table} WHERE id = ANY($1)"
            return DataLoader(partial(_one_each, pool, sql, make))

        self.pool = pool
        self.day: date | None = None
        self.ministries: DataLoader[str, Ministry] = DataLoader(partial(_ministries, self))
        self.statutes = by_id(Statute, "statutes", "name, short_name, ministry_id")
        self.regimes = by_id(Regime, "regimes", "code, term, statute_id")
        self.schemes = by_id(FieldScheme, "field_schemes", "code, name")
        self.fields = by_id(TechnologyField, "technology_fields", "name, scheme_id")
        self.documents = by_id(Document, "documents", "title, published_on")
        self.projects = by_id(Project, "projects", "number, name")
        self.designations: DataLoader[str, list[Designation]] = DataLoader(partial(_designations, self))


def of(info: Info) -> Context:
    """Return what a resolver loads with."""
    context: Context = info.context
    return context


IN_FORCE = "(valid_from IS NULL OR valid_from <= $2) AND (valid_to IS NULL OR $2 <= valid_to)"
DESIGNATIONS = f"""
SELECT technology_id, id, change, locator, scope, promulgated_on, valid_from, valid_to, notice_id
FROM designations WHERE technology_id = ANY($1) AND ($2::date IS NULL OR {IN_FORCE}) ORDER BY promulgated_on, id
"""
MINISTRIES = "SELECT id, name, name_en, code FROM organizations WHERE id = ANY($1)"
MINISTRIES_THEN = f"""
SELECT o.id, coalesce(n.name, o.name) AS name, o.name_en, o.code FROM organizations o LEFT JOIN (
    SELECT DISTINCT ON (organization_id) organization_id, name FROM organization_names
    WHERE organization_id = ANY($1) AND kind = 'OFFICIAL' AND {IN_FORCE} ORDER BY organization_id
) n ON n.organization_id = o.id WHERE o.id = ANY($1)
"""
GROUPS = """
SELECT fiscal_year, stage, ministry_id, m.name, count(*) AS count, sum(amount)::bigint AS amount
FROM budget_lines JOIN organizations m ON m.id = ministry_id WHERE amount < $1 GROUP BY 1, 2, 3, 4
ORDER BY fiscal_year, array_position($2::text[], stage::text), m.name LIMIT $3
"""
TECHNOLOGY_COLUMNS = "id, name, name_en, ordinal, status, regime_id, field_id"
BUDGET_LINE_COLUMNS = "id, fiscal_year, stage, amount, account, ministry_id, project_id"


async def _one_each(
    pool: asyncpg.Pool, sql: str, make: Callable[..., T], keys: list[str], *more: Any
) -> list[T | None]:
    found = {}
    for row in await pool.fetch(sql, keys, *more):
        values = dict(row)
        key = values.pop("id")
        found[key] = make(**values)
    return [found.get(key) for key in keys]


async def _ministries(context: Context, keys: list[str]) -> list[Ministry | None]:
    if context.day is None:
        return await _one_each(context.pool, MINISTRIES, Ministry, keys)
    return await _one_each(context.pool, MINISTRIES_THEN, Ministry, keys, context.day)


async def _designations(context: Context, keys: list[str]) -> list[list[Designation]]:
    found: dict[str, list[Designation]] = defaultdict(list)
    for row in await context.pool.fetch(DESIGNATIONS, keys, context.day):
        found[row["technology_id"]].append(_made(Designation, row, change=DesignationChange))
    return [found[key][:25] for key in keys]


def _made(make: Callable[..., T], row: Any, **enums: type[Enum]) -> T:
    return make(**{**row, **{name: enum[row[name]] for name, enum in enums.items()}})


@strawberry.enum
class Direction(Enum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.input
class TextFilter:
    gt: str


@strawberry.input
class TechnologyWhere:
    name: TextFilter


@strawberry.input
class TechnologyOrder:
    name: Direction


@strawberry.input
class DecimalFilter:
    lt: Decimal


@strawberry.input
class BudgetLineWhere:
    amount: DecimalFilter


@strawberry.input
class BudgetLineOrder:
    amount: Direction


@strawberry.enum
class Key(Enum):
    VALUE = "VALUE"


@strawberry.input
class MinistryGroupBy:
    name: Key


@strawberry.input(one_of=True)
class BudgetLineGroupBy:
    fiscal_year: Key | None = strawberry.UNSET
    stage: Key | None = strawberry.UNSET
    ministry: MinistryGroupBy | None = strawberry.UNSET


@strawberry.type
class MinistryKey:
    name: str


@strawberry.type
class BudgetLineKey:
    fiscal_year: int
    stage: Stage
    ministry: MinistryKey


@strawberry.type
class BudgetLineNumbers:
    amount: Decimal


@strawberry.type
class BudgetLineGroup:
    key: BudgetLineKey
    count: int
    total: strawberry.Private[BudgetLineNumbers]

    @strawberry.field
    def sum(self, mixed: bool = False) -> BudgetLineNumbers:
        return self.total


@strawberry.type
class BudgetLineConnection:
    below: strawberry.Private[int]
    order: strawberry.Private[list[BudgetLineOrder]]
    first: strawberry.Private[int]

    @strawberry.field
    async def nodes(self, info: Info) -> list[BudgetLine]:
        order = "".join(f"amount {entry.amount.name}, " for entry in self.order)
        sql = f"SELECT {BUDGET_LINE_COLUMNS} FROM budget_lines WHERE amount < $1 ORDER BY {order}id LIMIT $2"
        rows = await of(info).pool.fetch(sql, self.below, self.first)
        return [_made(BudgetLine, row, stage=Stage) for row in rows]

    @strawberry.field
    async def groups(self, info: Info, by: list[BudgetLineGroupBy], first: int = 25) -> Connection[BudgetLineGroup]:
        rows = await of(info).pool.fetch(GROUPS, self.below, list(Stage.__members__), first)
        return Connection(nodes=[_group(row) for row in rows])


def _group(row: Any) -> BudgetLineGroup:
    key = BudgetLineKey(
        fiscal_year=row["fiscal_year"], stage=Stage[row["stage"]], ministry=MinistryKey(name=row["name"])
    )
    return BudgetLineGroup(key=key, count=row["count"], total=BudgetLineNumbers(amount=row["amount"]))


@strawberry.type
class Query:
    @strawberry.field
    async def technology(self, info: Info, id: strawberry.ID) -> Technology | None:  # noqa: A002
        row = await of(info).pool.fetchrow(f"SELECT {TECHNOLOGY_COLUMNS} FROM technologies WHERE id = $1", id)
        return _made(Technology, row, status=TechnologyStatus) if row else None

    @strawberry.field
    async def technologies(
        self,
        info: Info,
        where: TechnologyWhere,
        order_by: list[TechnologyOrder],
        first: int = 25,
        as_of: date | None = None,
    ) -> Connection[Technology]:
        of(info).day = as_of
        key = 'natural_key(name) COLLATE "C"'
        order = ", ".join(f"{key} {entry.name.name}" for entry in order_by)
        after = 'natural_key($1) COLLATE "C"'
        sql = f"SELECT {TECHNOLOGY_COLUMNS} FROM technologies WHERE {key} > {after} ORDER BY {order}, id LIMIT $2"
        rows = await of(info).pool.fetch(sql, where.name.gt, first)
        return Connection(nodes=[_made(Technology, row, status=TechnologyStatus) for row in rows])

    @strawberry.field
    async def budget_lines(
        self, where: BudgetLineWhere, order_by: list[BudgetLineOrder] | None = None, first: int = 25
    ) -> BudgetLineConnection:
        return BudgetLineConnection(below=int(where.amount.lt), order=order_by or [], first=first)


def application(url: sa.URL) -> Starlette:
    """Make the server."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])

    class Endpoint(GraphQL[Context, None]):
        async def get_context(self, request: Any, response: Any) -> Context:
            return Context(request.state.pool)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        pool = await open_pool(url)
        try:
            yield {"pool": pool}
        finally:
            await pool.close()

    return Starlette(routes=[Route("/graphql", Endpoint(schema, graphql_ide=None))], lifespan=lifespan)
