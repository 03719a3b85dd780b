"""The command ``python -m tests.benchmarks.searching``: how long search takes among many names.

The names are made of words of the field, so that every syllable is in thousands of them: what is looked for is mostly
found far more often than a page has room.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections import Counter
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db import migrations, models
from db.connection import engine, open_pool
from db.models.search import INITIALS, SEARCH_TABLES
from db.reading import open_database
from db.releases.searching import filling
from db.server import private_server
from db.viewers import ANYONE
from schema import contract
from tests.conftest import new_database, open_folder
from tests.contract.answers import Recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import asyncpg

    from db.reading import Database

WORDS = [
    "가속",
    "감지",
    "검사",
    "공정",
    "공통",
    "광학",
    "구동",
    "국가",
    "국방",
    "글로벌",
    "기반",
    "기술",
    "나노",
    "냉각",
    "네트워크",
    "농업",
    "대형",
    "데이터",
    "디지털",
    "로봇",
    "모듈",
    "모빌리티",
    "미래",
    "바이오",
    "반도체",
    "발사체",
    "발전",
    "배터리",
    "보안",
    "복합",
    "분리",
    "분석",
    "사업",
    "산업",
    "생산",
    "생체",
    "선도",
    "센서",
    "소부장",
    "소재",
    "소형",
    "수소",
    "시스템",
    "신약",
    "실증",
    "안전",
    "양자",
    "에너지",
    "연구",
    "예측",
    "우주",
    "원자로",
    "위성",
    "유전자",
    "육성",
    "의료",
    "인공지능",
    "인력",
    "인프라",
    "임상",
    "자율",
    "장비",
    "저장",
    "전략",
    "전력",
    "정밀",
    "제어",
    "제조",
    "조기",
    "지능",
    "차세대",
    "첨단",
    "청정",
    "초전도",
    "축전",
    "측정",
    "치료",
    "컴퓨팅",
    "탐사",
    "통신",
    "투자",
    "특화",
    "패키징",
    "편집",
    "표준",
    "플랫폼",
    "항공",
    "해양",
    "핵심",
    "혁신",
    "현장",
    "확산",
    "환경",
    "회로",
    "AI",
    "SMR",
    "5G",
    "SW",
]
QUERY = """query ($text: String!) {
  search(text: $text, first: 10) { nodes { nodeId match before matched after } pageInfo { hasNextPage } }
}"""
FILTER = "query ($text: String!) { terms(where: {form: {%s: $text}}) { totalCount } }"
FILTERED = ("word", "half typed", "initials", "nothing")
"""Of which kinds of text filters are measured too."""
NAMES = """
INSERT INTO terms (id, grade, released_in, form, meaning, synonyms)
SELECT 'term:synthetic-' || to_char(n, 'FM0000000'), 'OPEN', 1,
    words[1 + mod(n, count)] || words[1 + abs(mod(hashint4(n), count))] || ' ' || words[1 + mod(n / count, count)]
    || '·' || words[1 + abs(mod(hashint4(-n), count))]
    || CASE WHEN mod(n, 7) = 0 THEN ' (' || mod(n, 40) || ')' ELSE '' END,
    '합성 | Synthetic', '{}'
FROM generate_series(1, :names) n,
    (SELECT CAST(:words AS text[]) AS words, cardinality(CAST(:words AS text[])) AS count) AS w
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make names, search for each kind of text, and print the times and the indexes that PostgreSQL used.

    A plan that reads all places is an error.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.searching", description=main.__doc__)
    parser.add_argument("--names", type=int, default=1_000_000, help="How many names to search among.")
    parser.add_argument("--searches", type=int, default=200, help="How many searches of each kind, 20 at least.")
    given = parser.parse_args(arguments)
    with open_folder() as folder, private_server(folder / "data") as server, new_database(server) as url:
        began = perf_counter()
        asyncio.run(migrations.upgrade(url))
        asyncio.run(named(url, given.names))
        print(f"{given.names:,} names made searchable in {perf_counter() - began:,.0f} s", flush=True)
        asyncio.run(_search(url, given.searches))


async def named(url: sa.URL, names: int) -> None:
    """Give a database that is empty as many names to search for."""
    terms = models.fact_tables()["terms"]
    async with engine(url) as pool:
        async with pool.begin() as connection:
            release = {"number": 1, "title": "합성 | Synthetic", "rows_written": names, "rows_removed": 0}
            await connection.execute(sa.insert(models.Release).values(release))
            await connection.execute(sa.text(NAMES), {"names": names, "words": WORDS})
            began = perf_counter()
            for statement in filling(terms, terms.c.released_in == 1):
                await connection.execute(statement)
            seconds = perf_counter() - began
            print(
                f"Their texts and places written in {seconds:,.1f} s, {seconds / names * 1000:.3f} ms a name",
                flush=True,
            )
        async with pool.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.execute(sa.text("VACUUM ANALYZE"))
            for name in SEARCH_TABLES:
                size = await connection.scalar(sa.text(f"SELECT pg_total_relation_size('{name}')"))
                rows = await connection.scalar(sa.text(f"SELECT count(*) FROM {name}"))
                print(f"{name}: {rows:,} rows, {size / 2**20:,.0f} MiB with indexes")


async def _indexes(connection: asyncpg.Connection, sql: str, values: Sequence[Any]) -> str:
    plan = [row[0] for row in await connection.fetch(f"EXPLAIN {sql}", *values)]
    whole = [line.strip() for line in plan if "Seq Scan on search_places" in line]
    if whole:
        raise RuntimeError(f"PostgreSQL reads all places: {whole}")
    scans = Counter(found[0] for line in plan if (found := re.findall(r"\w+ Scan using \w+|Seq Scan on \w+", line)))
    return ", ".join(f"{count}× {scan}" for scan, count in scans.items())


async def _search(url: sa.URL, searches: int) -> None:
    async with open_database(url, size=1, statement_seconds=0) as database:
        executor = contract().executor
        document = executor.document(QUERY)
        every: list[float] = []
        recorded = Recorded(database)
        for kind, make in KINDS.items():
            await executor.execute(document, recorded, {"text": make(Random(kind))}, viewer=ANYONE)
            async with await open_pool(url, size=1) as pool, pool.acquire() as connection:
                print(f"{kind}: {await _indexes(connection, *recorded.statements[-1])}", flush=True)
        for kind, make in KINDS.items():
            random, times = Random(kind), []
            for turn in range(searches + 10):
                text = make(random)
                began = perf_counter()
                answer = await executor.execute(document, database, {"text": text}, viewer=ANYONE)
                if turn >= 10:
                    times.append((perf_counter() - began) * 1000)
                assert answer.errors is None, answer.errors
            every += times
            _print(kind, times)
        _print("all", every)
        for kind in FILTERED:
            for operator in ("contains", "containsExactly"):
                times = [await _filtered(database, FILTER % operator, KINDS[kind](Random(turn))) for turn in range(5)]
                print(f"{operator}, {kind}: {median(times):,.0f} ms to compare all names")


async def _filtered(database: Database, query: str, text: str) -> float:
    executor = contract().executor
    began = perf_counter()
    answer = await executor.execute(executor.document(query), database, {"text": text}, viewer=ANYONE)
    assert answer.errors is None, answer.errors
    return (perf_counter() - began) * 1000


def _print(kind: str, times: list[float]) -> None:
    cuts = quantiles(times, n=100)
    print(f"{kind}: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, slowest {max(times):.1f} ms")


def _word(random: Random) -> str:
    return random.choice([word for word in WORDS if "가" <= word[0] <= "힣"])


def _two(random: Random) -> str:
    return _word(random) + _word(random)


def _initials(text: str) -> str:
    return "".join(INITIALS[(ord(character) - 0xAC00) // 588] for character in text)


def _half_typed(random: Random) -> str:
    word = _two(random)
    return word[: random.randint(1, len(word) - 1)] + _initials(word[-1])


KINDS: dict[str, Callable[[Random], str]] = {
    "one syllable": lambda random: _word(random)[0],
    "one initial": lambda random: _initials(_word(random)[0]),
    "word": _word,
    "two words": _two,
    "with spaces": lambda random: " ".join(_two(random)),
    "half typed": _half_typed,
    "initials": lambda random: _initials(_two(random)),
    "Latin": lambda random: random.choice(["SMR", "smr", "AI 로봇", "5G", "sw"]),
    "inside": lambda random: _two(random)[1:],
    "nothing": lambda random: _two(random) + "쀍",
}


if __name__ == "__main__":
    main()
