"""What is typed, looked for in texts by PostgreSQL and by the arithmetic of the code chart: both find the same."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db.connection import engine
from tests.schema.oracle.generated import TEXTS
from tests.schema.oracle.typed import contains, initials, keys, starts
from tests.schema.search_cases import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio

FOUND = """
SELECT search_letters(text) ~ search_pattern(typed, false), search_letters(text) ~ search_pattern(typed, true)
FROM unnest(CAST(:texts AS text[]), CAST(:typed AS text[])) WITH ORDINALITY AS pair (text, typed, place) ORDER BY place
"""
COMPOUND = [
    "닭장",
    "달기",
    "닭",
    "값이",
    "갑시",
    "몫",
    "목수",
    "읽습",
    "앉아",
    "훑",
    "뭐든지",
    "의사",
    "왜",
    "괄호",
    "밟습",
]
"""Words in which two keys make one letter, or could."""
PAIRS = 4000


def ways_to_type(choose: Random, text: str) -> Iterator[str]:
    """Yield parts of a text as people type them, and some that are not quite in it."""
    start = choose.randrange(max(1, len(text)))
    part = text[start : start + choose.randint(1, 6)]
    jamo = unicodedata.normalize("NFKD", part)
    yield part
    yield unicodedata.normalize("NFKC", jamo[:-1])
    yield unicodedata.normalize("NFKC", jamo[1:])
    yield keys(part)[: choose.randint(1, 5)]
    yield initials(part)
    yield "·".join(part) + " "
    yield part[:-1] + choose.choice("가각기의ㄱㅅㅏ.")
    yield part.swapcase()


def pairs(texts: list[str]) -> list[tuple[str, str]]:
    choose = Random(20260618)
    found: list[tuple[str, str]] = []
    while len(found) < PAIRS:
        text = choose.choice(texts)
        found += [(text, typed) for typed in ways_to_type(choose, text)]
    return found


async def test_patterns_find_what_the_code_chart_says(dataset_url: sa.URL) -> None:
    names = await _names(dataset_url)
    asked = pairs([*names, *COMPOUND * 10, *(text[:60] for text in TEXTS)])
    asked += [(part.replace("[", "").replace("]", ""), needle) for _, needle, _, part in ROWS]
    asked += [(one, other) for one in COMPOUND for other in (*COMPOUND, "ㄹㄱ", "ㅗㅏ", "ㄹㄱㅅ", "달ㄱ", "ㅏ")]
    async with engine(dataset_url) as pool, pool.connect() as connection:
        given = {"texts": [text for text, _ in asked], "typed": [typed for _, typed in asked]}
        found = [tuple(row) for row in await connection.execute(sa.text(FOUND), given)]
    expected = [(contains(*pair), starts(*pair)) for pair in asked]
    assert [row for row in zip(asked, found, expected, strict=True) if row[1] != row[2]] == []
    assert all(sum(said[place] for said in expected) > PAIRS / 10 for place in (0, 1))
    assert sum(not inside for inside, _ in expected) > PAIRS / 10


async def _names(url: sa.URL) -> list[str]:
    async with engine(url) as pool, pool.connect() as connection:
        return list(await connection.scalars(sa.text("SELECT DISTINCT text FROM search_terms ORDER BY text")))
