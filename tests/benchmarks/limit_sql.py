"""The statements of the limit; of the forms that were tried, each is the fastest.

A text that many rows share is made once, before the join; lists below a page are grouped at once for the whole page.
"""

from __future__ import annotations

from db.models.budgets import Stage

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

BUDGET_LINES = """
SELECT convert_to('{"data":{"budgetLines":{"nodes":[' || coalesce(string_agg(
    '{"id":"' || b.id || '","fiscalYear":' || b.fiscal_year || ',"stage":"' || b.stage || '","amount":"' || b.amount
    || '","account":' || coalesce(to_json(b.account)::text, 'null')
    || ',"project":' || coalesce('{"number":"' || p.number || '","name":' || to_json(p.name) || '}', 'null')
    || ',"ministry":' || m.text || '}', ',' ORDER BY b.place), '') || ']}}}', 'UTF8')
FROM (
    SELECT *, row_number() OVER (ORDER BY amount DESC, id) AS place
    FROM budget_lines WHERE amount < $1 ORDER BY amount DESC, id LIMIT 1000
) b
LEFT JOIN projects p ON p.id = b.project_id
JOIN (
    SELECT id, '{"name":' || to_json(name) || ',"code":' || coalesce(to_json(code)::text, 'null') || '}' AS text
    FROM organizations OFFSET 0
) m ON m.id = b.ministry_id
"""

GROUPED = f"""
SELECT convert_to('{{"data":{{"budgetLines":{{"groups":{{"nodes":[' || coalesce(string_agg(
    '{{"key":{{"fiscalYear":' || g.fiscal_year || ',"stage":"' || g.stage || '","ministry":{{"name":' || to_json(g.name)
    || '}}}},"count":' || g.lines || ',"sum":{{"amount":"' || g.amount || '"}}}}',
    ',' ORDER BY g.fiscal_year, g.place, g.name), '') || ']}}}}}}}}', 'UTF8')
FROM (
    SELECT fiscal_year, stage, array_position('{{{",".join(Stage.__members__)}}}'::text[], stage::text) AS place,
        m.name, sum(lines) AS lines, sum(b.amount) AS amount
    FROM (
        SELECT fiscal_year, stage, ministry_id, count(*) AS lines, sum(amount) AS amount
        FROM budget_lines WHERE amount < $1 GROUP BY 1, 2, 3
    ) b JOIN organizations m ON m.id = b.ministry_id
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 3, 4 LIMIT 1000
) g
"""


NAME = 'natural_key(name) COLLATE "C"'
AFTER = f'{NAME} > natural_key($1) COLLATE "C"'
PAGE_END = "ORDER BY key, id LIMIT 20"


def _linked(
    page: str = f"SELECT *, {NAME} AS key FROM technologies WHERE {AFTER} {PAGE_END}",
    *,
    designations: str = "designations",
    in_force: str = "true",
    name: str = "m.name",
    regimes: str = "regimes",
    statutes: str = "statutes",
    organizations: str = "organizations",
    fields: str = "technology_fields",
    schemes: str = "field_schemes",
    documents: str = "documents",
) -> str:
    """Return the statement of the linked page, read from tables or from what a release left in them."""
    return f"""
WITH page AS MATERIALIZED ({page})
SELECT convert_to('{{"data":{{"technologies":{{"nodes":[' || coalesce(string_agg(
    '{{"id":"' || t.id || '","name":' || to_json(t.name) || ',"status":"' || t.status
    || '","regime":' || r.text || ',"field":' || coalesce(f.text, 'null')
    || ',"designations":{{"nodes":[' || coalesce(d.text, '') || ']}}}}',
    ',' ORDER BY t.key, t.id), '') || ']}}}}}}', 'UTF8')
FROM page t
JOIN (
    SELECT r.id, '{{"code":"' || r.code || '","term":' || to_json(r.term) || ',"statute":{{"name":' || to_json(s.name)
        || ',"shortName":' || to_json(s.short_name) || ',"ministry":' || coalesce('{{"name":' || to_json({name})
        || ',"nameEn":' || coalesce(to_json(m.name_en)::text, 'null') || '}}', 'null') || '}}}}' AS text
    FROM {regimes} r JOIN {statutes} s ON s.id = r.statute_id LEFT JOIN {organizations} m ON m.id = s.ministry_id
    OFFSET 0
) r ON r.id = t.regime_id
LEFT JOIN (
    SELECT f.id, '{{"name":' || to_json(f.name) || ',"scheme":{{"code":"' || c.code || '","name":' || to_json(c.name)
        || '}}}}' AS text
    FROM {fields} f JOIN {schemes} c ON c.id = f.scheme_id
) f ON f.id = t.field_id
LEFT JOIN (
    SELECT d.technology_id, string_agg('{{"id":"' || d.id || '","change":"' || d.change
        || '","promulgatedOn":' || coalesce('"' || d.promulgated_on || '"', 'null')
        || ',"notice":' || coalesce('{{"title":' || to_json(n.title)
            || ',"publishedOn":' || coalesce('"' || n.published_on || '"', 'null') || '}}', 'null')
        || '}}', ',' ORDER BY d.place) AS text
    FROM (
        SELECT *, row_number() OVER (PARTITION BY technology_id ORDER BY promulgated_on, id) AS place
        FROM {designations} d WHERE technology_id = ANY (ARRAY(SELECT id FROM page)) AND {in_force}
    ) d LEFT JOIN {documents} n ON n.id = d.notice_id
    WHERE d.place <= 25 GROUP BY d.technology_id
) d ON d.technology_id = t.id
"""


IN_FORCE = "(valid_from IS NULL OR valid_from <= $2) AND (valid_to IS NULL OR $2 <= valid_to)"
OFFICIAL_NAME = f"""coalesce((
    SELECT name FROM organization_names WHERE organization_id = m.id AND kind = 'OFFICIAL' AND {IN_FORCE} LIMIT 1
), m.name)"""


def _then(table: str, columns: str, end: str = "") -> str:
    """Return what the columns of a table were after the release $2."""
    current = f"SELECT {columns} FROM {table} WHERE released_in <= $2 {end}"
    former = f"SELECT {columns} FROM {table}_history WHERE released_in <= $2 AND $2 < superseded_in {end}"
    return f"(({current}) UNION ALL ({former}))"


PAGES_THEN = _then("technologies", f"id, name, status, regime_id, field_id, {NAME} AS key", f"AND {AFTER} {PAGE_END}")
"""A page of the current rows and one of the former: the page that is wanted begins both taken together."""

LINKED = _linked()
LINKED_AS_OF = _linked(in_force=IN_FORCE, name=OFFICIAL_NAME)
LINKED_AT_RELEASE = _linked(
    f"SELECT * FROM {PAGES_THEN} {PAGE_END}",
    designations=_then("designations", "id, technology_id, change, promulgated_on, notice_id"),
    regimes=_then("regimes", "id, code, term, statute_id"),
    statutes=_then("statutes", "id, name, short_name, ministry_id"),
    organizations=_then("organizations", "id, name, name_en"),
    fields=_then("technology_fields", "id, name, scheme_id"),
    schemes=_then("field_schemes", "id, code, name"),
    documents=_then("documents", "id, title, published_on"),
)
