"""The database's own functions for texts, against literal examples and against Unicode's tables in Python."""

from __future__ import annotations

import sys
import unicodedata
from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from db.connection import engine
from tests.conftest import new_database
from tests.schema.oracle import ranks
from tests.schema.oracle.generated import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

ORDERED = """
SELECT text FROM unnest(CAST(:texts AS text[])) AS text ORDER BY natural_key(text) COLLATE "C"
"""
FOLDED = """
SELECT folded(text) FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS row (text, place) ORDER BY place
"""
FOUND = """
SELECT substr(key, strpos(key, E'\\x01') + 1) FROM unnest(CAST(:texts AS text[])) AS text, natural_key(text) AS key
"""


@pytest.fixture(scope="module")
def migrated(server_url: sa.URL, empty_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(empty_template.database)) as url:
        yield url


async def column(pool: AsyncEngine, sql: str, texts: list[str]) -> list[str]:
    async with pool.connect() as connection:
        return list(await connection.scalars(sa.text(sql), {"texts": texts}))


@pytest.mark.parametrize(
    "texts",
    [
        ["제1조", "제9조", "제9조의2", "제10조", "제10조의2", "제10조의10", "제100조"],
        ["별표 1", "별표 7", "별표 7의2", "별표 8", "별표 10"],
        ["2", "007", "7", "10", "0" * 30 + "11", "999999999999999"],
        ["1차", "ㄱ", "가", "가나", "각", "나", "힣", "AI", "ｂ", "c"],
        ["A", "a", "a1", "a2", "A10", "a가", "ab", "B"],
        ["", "\x01", "\x01\x01", "a", "a\x01"],
    ],
    ids=lambda texts: ascii(texts[1]),
)
async def test_natural_order(migrated: sa.URL, texts: list[str]) -> None:
    """Numbers in their places, 한글 before Latin letters, upper beside lower case; ties go by code point."""
    async with engine(migrated) as pool:
        assert await column(pool, ORDERED, texts[::-1]) == texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＳＭＲ", "smr"),
        ("\u1112\u1161\u11ab글", "한글"),
        ("ﬁ", "fi"),
        ("İ", "i"),
        ("ẞ", "ß"),
        ("ΑΣ", "ας"),
        ("㈜", "(주)"),
    ],
)
async def test_texts_that_are_alike(migrated: sa.URL, text: str, expected: str) -> None:
    async with engine(migrated) as pool:
        one, other = await column(pool, FOLDED, [text, expected])
        assert one == other != text


async def test_every_character_is_folded_as_unicode_says(migrated: sa.URL) -> None:
    """As Python's own tables say, for every character that they know."""
    every = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    known = [letter for letter in every if unicodedata.category(letter) != "Cn"]
    async with engine(migrated) as pool:
        assert await column(pool, FOLDED, known) == [ranks.folded(letter) for letter in known]


async def test_the_order_is_the_same_in_python(migrated: sa.URL) -> None:
    random = Random(1)
    letters = "019 가각나힣ㄱ·aAzＺéİß①.\x01(-`~"
    mixed = {"".join(random.choices(letters, k=random.randrange(8))) for _ in range(3000)}
    # Signs and at most one number, of any length, for which the key has a way of its own.
    with_number = {
        "".join((*random.choices("가나·(-&", k=2), "0" * random.randrange(18), str(random.randrange(10**20)), ")"))
        for _ in range(500)
    }
    texts = list(mixed | with_number | set(TEXTS))
    async with engine(migrated) as pool:
        assert await column(pool, ORDERED, texts) == sorted(texts, key=ranks.natural)
        assert sorted(await column(pool, FOUND, texts)) == sorted(texts)
