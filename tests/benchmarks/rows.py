"""The rows of the synthetic dataset, as statements with which PostgreSQL makes them itself.

That is faster than making them in Python, and needs no memory, so that there can be millions of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.models.budgets import Stage
from db.models.statutes import RegimePurpose
from db.models.technologies import DesignationChange, TechnologyStatus

if TYPE_CHECKING:
    from enum import Enum

MINISTRIES = 30
STATUTES = 4
REGIMES = 5
FIELDS = 12
NOTICES = 20
YEARS = 3
"""Few enough that a sum by year, stage and ministry has less than 1,000 groups, which are one page."""

LARGEST_AMOUNT = 1_000_000
"""The largest amount of a budget line, in millions of won."""

FUNCTIONS = """
CREATE FUNCTION pg_temp.draw(what text, n int, count int) RETURNS int LANGUAGE sql IMMUTABLE
    RETURN abs(hashtextextended(what, n) % count)::int;
CREATE FUNCTION pg_temp.code(n int) RETURNS text LANGUAGE sql IMMUTABLE RETURN to_char(n, 'FM0000000');
CREATE FUNCTION pg_temp.key(prefix text, n int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN prefix || ':synthetic-' || to_char(n, 'FM0000000');
CREATE FUNCTION pg_temp.notice_day(n int) RETURNS date LANGUAGE sql IMMUTABLE RETURN date '2020-01-01' + 100 * n;
"""
"""``draw`` draws one of ``count`` numbers, the same in every run; ``key`` makes an identifier."""


def _one_of(closed: type[Enum], what: str) -> str:
    """Return the expression that draws a member of a closed list for row ``n``."""
    names = [f"'{name}'" for name in closed.__members__]
    return f"(ARRAY[{', '.join(names)}])[1 + pg_temp.draw('{what}', n, {len(names)})]"


ORGANIZATIONS = f"""
INSERT INTO organizations (id, grade, released_in, type, kind, name, name_en, short_name, code)
SELECT pg_temp.key('ministry', n), 'OPEN', 1, 'MINISTRY', 'MINISTRY', '합성부처 ' || pg_temp.code(n),
    'Synthetic Ministry ' || n, '합성' || n, pg_temp.code(n)
FROM generate_series(0, {MINISTRIES - 1}) n;
INSERT INTO organization_names (id, grade, released_in, organization_id, name, kind, valid_from, valid_to)
SELECT pg_temp.key('name', n) || '-' || kind, 'OPEN', 1, pg_temp.key('ministry', n), printed || pg_temp.code(n), kind,
    since, until
FROM generate_series(0, {MINISTRIES - 1}) n, (VALUES
    ('OFFICIAL', '합성부처 ', date '2023-01-01', NULL),
    ('SHORT', '합성', NULL, NULL),
    ('FORMER', '옛합성부처 ', NULL, date '2022-12-31')
) names(kind, printed, since, until);
"""

LISTS = f"""
INSERT INTO statutes (id, grade, released_in, law_id, name, short_name, ministry_id)
SELECT pg_temp.key('statute', n), 'OPEN', 1, 'S' || pg_temp.code(n), '합성 기술의 "육성"에 관한 법률 ' || n,
    '합성기술법 ' || n, pg_temp.key('ministry', pg_temp.draw('statute', n, {MINISTRIES}))
FROM generate_series(0, {STATUTES - 1}) n;
INSERT INTO regimes (id, grade, released_in, code, term, purpose, statute_id)
SELECT pg_temp.key('regime', n), 'OPEN', 1, 'SYN_' || n, '합성기술 ' || n, {_one_of(RegimePurpose, "purpose")},
    pg_temp.key('statute', n % {STATUTES})
FROM generate_series(0, {REGIMES - 1}) n;
INSERT INTO field_schemes (id, grade, released_in, code, name, status, regime_id)
SELECT pg_temp.key('scheme', n), 'OPEN', 1, 'SYNTHETIC-' || n, '합성 분야체계 ' || n, 'DESIGNATED',
    pg_temp.key('regime', n)
FROM generate_series(0, {REGIMES - 1}) n;
INSERT INTO technology_fields (id, grade, released_in, scheme_id, name, aliases, ordinal)
SELECT pg_temp.key('field', n), 'OPEN', 1, pg_temp.key('scheme', n / {FIELDS}), '합성분야 ' || n, ARRAY[]::text[],
    n % {FIELDS} + 1
FROM generate_series(0, {REGIMES * FIELDS - 1}) n;
INSERT INTO documents (id, grade, released_in, title, kind, standing, published_on)
SELECT pg_temp.key('document', n), 'OPEN', 1, '합성 고시 제' || n || '호', 'NOTICE', 'OFFICIAL', pg_temp.notice_day(n)
FROM generate_series(0, {NOTICES - 1}) n;
"""

TECHNOLOGIES = f"""
INSERT INTO technologies (id, grade, released_in, regime_id, field_id, name, name_en, ordinal, status)
SELECT pg_temp.key('technology', n), 'OPEN', 1, pg_temp.key('regime', field / {FIELDS}),
    CASE WHEN pg_temp.draw('has field', n, 10) > 0 THEN pg_temp.key('field', field) END,
    '합성 기술 ' || pg_temp.code(n),
    CASE WHEN pg_temp.draw('has English', n, 2) > 0 THEN 'Synthetic technology ' || pg_temp.code(n) END,
    n / {REGIMES * FIELDS} + 1, {_one_of(TechnologyStatus, "status")}
FROM generate_series(0, {{technologies}} - 1) n, LATERAL (SELECT pg_temp.draw('field', n, {REGIMES * FIELDS})) f(field);
INSERT INTO designations
    (id, grade, released_in, technology_id, notice_id, locator, scope, change, promulgated_on, valid_from, valid_to)
SELECT pg_temp.key('designation', n), 'OPEN', 1, pg_temp.key('technology', technology),
    pg_temp.key('document', notice), '별표 ' || notice || ' 제' || technology || '호',
    '합성 범위 ' || technology || ': 선폭 ' || 2 + pg_temp.draw('width', n, 90) || 'nm 이하의 공정 및 장비',
    {_one_of(DesignationChange, "change")},
    CASE WHEN pg_temp.draw('has day', n, 10) > 0 THEN pg_temp.notice_day(notice) END, pg_temp.notice_day(notice),
    CASE WHEN pg_temp.draw('has end', n, 5) = 0 THEN pg_temp.notice_day(notice) + 700 END
FROM generate_series(0, {{technologies}} - 1) technology,
    LATERAL generate_series(4 * technology, 4 * technology + pg_temp.draw('designations', technology, 4)) n,
    LATERAL (SELECT pg_temp.draw('notice', n, {NOTICES})) d(notice);
"""

BUDGETS = f"""
INSERT INTO projects (id, grade, released_in, fiscal_year, number, name, ministry_id)
SELECT pg_temp.key('project', n), 'OPEN', 1, 2024 + pg_temp.draw('project year', n, {YEARS}), pg_temp.code(n),
    '합성 사업 ' || pg_temp.code(n), pg_temp.key('ministry', pg_temp.draw('project ministry', n, {MINISTRIES}))
FROM generate_series(0, {{projects}} - 1) n;
INSERT INTO budget_lines (id, grade, released_in, fiscal_year, level, stage, ministry_id, ministry_code, project_id,
    account, amount, printed_unit, rounded_to)
SELECT pg_temp.key('budget-line', n), 'OPEN', 1, 2024 + pg_temp.draw('year', n, {YEARS}), 'PROJECT',
    {_one_of(Stage, "stage")},
    pg_temp.key('ministry', ministry), '합성' || ministry,
    CASE WHEN pg_temp.draw('has project', n, 20) > 0
        THEN pg_temp.key('project', pg_temp.draw('project', n, {{projects}})) END,
    CASE WHEN pg_temp.draw('has account', n, 2) > 0 THEN '합성회계' END,
    (1 + pg_temp.draw('amount', n, {LARGEST_AMOUNT})) * 1000000::bigint, 'MILLION', 1000000
FROM generate_series(0, {{budget_lines}} - 1) n, LATERAL (SELECT pg_temp.draw('ministry', n, {MINISTRIES})) b(ministry);
INSERT INTO budget_allocations (id, grade, released_in, budget_line_id, field_id, amount)
SELECT pg_temp.key('allocation', n), 'OPEN', 1, pg_temp.key('budget-line', n),
    pg_temp.key('field', pg_temp.draw('allocation', n, {REGIMES * FIELDS})),
    (1 + pg_temp.draw('amount', n, {LARGEST_AMOUNT})) * 1000000::bigint
FROM generate_series(0, {{budget_lines}} - 1) n;
"""


def statements(technologies: int, budget_lines: int) -> str:
    """Return what fills the tables of the first release."""
    projects = max(1, budget_lines // 10)
    return FUNCTIONS + "".join(
        part.format(technologies=technologies, budget_lines=budget_lines, projects=projects)
        for part in (ORGANIZATIONS, LISTS, TECHNOLOGIES, BUDGETS)
    )
