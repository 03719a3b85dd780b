"""The limit: one route per query, SQL written by hand for it, and JSON text that PostgreSQL puts together.

Whatever a general server could do only with knowledge of one query is allowed here: identifiers and codes are known to
need no escaping, each connection keeps its prepared statements at hand, and nothing of the answer is read.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from db.connection import READING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import sqlalchemy as sa
    from starlette.requests import Request

POOL = 10

TECHNOLOGY = """
SELECT convert_to('{"data":{"technology":' || coalesce((
    SELECT '{"id":"' || t.id || '","name":' || to_json(t.name)
        || ',"nameEn":' || coalesce(to_json(t.name_en)::text, 'null')
        || ',"ordinal":' || coalesce(t.ordinal::text, 'null') || ',"status":"' || t.status || '"'
        || ',"designations":{"nodes":[' || coalesce((
            SELECT string_agg('{"id":"' || d.id || '","change":"' || d.change
                || '","locator":' || coalesce(to_json(d.locator)::text, 'null')
                || ',"scope":' || coalesce(to_json(d.scope)::text, 'null')
                || ',"promulgatedOn":' || coalesce('"' || d.promulgated_on || '"', 'null')
                || ',"validFrom":' || coalesce('"' || d.valid_from || '"', 'null')
                || ',"validTo":' || coalesce('"' || d.valid_to || '"', 'null') || '}',
                ',' ORDER BY d.promulgated_on, d.id)
            FROM (SELECT * FROM designations WHERE technology_id = t.id ORDER BY promulgated_on, id LIMIT 25) d
        ), '') || ']}}'
    FROM technologies t WHERE t.id = $1
), 'null') || '}}', 'UTF8')
"""

LINKED = """
SELECT convert_to('{"data":{"technologies":{"nodes":[' || coalesce(string_agg(
    '{"id":"' || t.id || '","name":' || to_json(t.name) || ',"status":"' || t.status
    || '","regime":{"code":"' || r.code || '","term":' || to_json(r.term)
    || ',"statute":{"name":' || to_json(s.name) || ',"shortName":' || to_json(s.short_name)
    || ',"ministry":' || CASE WHEN m.id IS NULL THEN 'null' ELSE
        '{"name":' || to_json(m.name) || ',"nameEn":' || coalesce(to_json(m.name_en)::text, 'null') || '}' END
    || '}},"field":' || CASE WHEN f.id IS NULL THEN 'null' ELSE
        '{"name":' || to_json(f.name) || ',"scheme":{"code":"' || c.code || '","name":' || to_json(c.name) || '}}' END
    || ',"designations":{"nodes":[' || coalesce((
        SELECT string_agg('{"id":"' || d.id || '","change":"' || d.change
            || '","promulgatedOn":' || coalesce('"' || d.promulgated_on || '"', 'null')
            || ',"notice":' || CASE WHEN n.id IS NULL THEN 'null' ELSE
                '{"title":' || to_json(n.title)
                || ',"publishedOn":' || coalesce('"' || n.published_on || '"', 'null') || '}' END
            || '}', ',' ORDER BY d.promulgated_on, d.id)
        FROM (SELECT * FROM designations WHERE technology_id = t.id ORDER BY promulgated_on, id LIMIT 25) d
        LEFT JOIN documents n ON n.id = d.notice_id
    ), '') || ']}}', ',' ORDER BY t.name, t.id), '') || ']}}}', 'UTF8')
FROM (SELECT * FROM technologies WHERE name > $1 ORDER BY name, id LIMIT 20) t
JOIN regimes r ON r.id = t.regime_id
JOIN statutes s ON s.id = r.statute_id
LEFT JOIN organizations m ON m.id = s.ministry_id
LEFT JOIN (technology_fields f JOIN field_schemes c ON c.id = f.scheme_id) ON f.id = t.field_id
"""

BUDGET_LINES = """
SELECT convert_to('{"data":{"budgetLines":{"nodes":[' || coalesce(string_agg(
    '{"id":"' || b.id || '","fiscalYear":' || b.fiscal_year || ',"stage":"' || b.stage || '","amount":"' || b.amount
    || '","account":' || coalesce(to_json(b.account)::text, 'null')
    || ',"project":' || CASE WHEN p.id IS NULL THEN 'null' ELSE
        '{"number":' || coalesce(to_json(p.number)::text, 'null') || ',"name":' || to_json(p.name) || '}' END
    || ',"ministry":{"name":' || to_json(m.name) || ',"code":' || coalesce(to_json(m.code)::text, 'null') || '}}',
    ',' ORDER BY b.amount DESC, b.id), '') || ']}}}', 'UTF8')
FROM (SELECT * FROM budget_lines WHERE amount < $1 ORDER BY amount DESC, id LIMIT 1000) b
LEFT JOIN projects p ON p.id = b.project_id
JOIN organizations m ON m.id = b.ministry_id
"""

ROUTES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "technology": (TECHNOLOGY, lambda values: values["id"]),
    "linked": (LINKED, lambda values: values["after"]),
    "budget_lines": (BUDGET_LINES, lambda values: int(values["below"])),
}


def application(url: sa.URL) -> Starlette:
    """Make the server."""
    free: asyncio.LifoQueue[dict[str, Any]] = asyncio.LifoQueue()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connections = [await asyncpg.connect(address, server_settings=READING) for _ in range(POOL)]
        for connection in connections:
            # What PostgreSQL has had since 17 for the same text, and faster.
            quote = "json_scalar(" if connection.get_server_version() >= (17,) else "to_json("
            free.put_nowait(
                {name: await connection.prepare(sql.replace("to_json(", quote)) for name, (sql, _) in ROUTES.items()}
            )
        yield
        for connection in connections:
            await connection.close()

    def endpoint(name: str, read: Callable[[Any], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            statements = await free.get()
            try:
                content = await statements[name].fetchval(read(request.query_params))
            finally:
                free.put_nowait(statements)
            return Response(content, media_type="application/json")

        return answer

    return Starlette(
        routes=[Route(f"/{name}", endpoint(name, read)) for name, (_, read) in ROUTES.items()], lifespan=lifespan
    )
