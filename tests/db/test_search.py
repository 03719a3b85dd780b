"""How far a match reaches in the text that is found, and that finding it out looks at no more of the text than that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from db.models.base import Text
from db.models.search import MatchKind
from db.search import matched_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

pytestmark = pytest.mark.anyio

LONG = " 가·나다" * 1000


def length_of(text: str, start: int, match: MatchKind, needle: str) -> sa.Select[Any]:
    columns = [
        sa.column(name, sa.Integer if name == "start" else Text) for name in ("text", "start", "match", "needle")
    ]
    hit = sa.values(*columns, name="hit").data([(text, start, match.name, needle)]).alias("hit")
    return sa.select(matched_length(hit.c)).select_from(hit)


def functions(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if plan["Node Type"] == "Function Scan":
        yield plan
    for part in plan.get("Plans", ()):
        yield from functions(part)


@pytest.mark.parametrize(
    ("start", "match", "needle", "length"),
    [
        (1, MatchKind.INSIDE, "ㄱㅏ", 1),
        (1, MatchKind.INSIDE, "ㄱㅏㄴ", 3),
        (1, MatchKind.INITIALS, "ㄱㄴㄷ", 4),
        (4, MatchKind.INSIDE, "ㄷㅏㄱㅏ", 3),
    ],
)
async def test_a_long_text_is_folded_to_the_end_of_the_match(
    connection: AsyncConnection, start: int, match: MatchKind, needle: str, length: int
) -> None:
    statement = length_of(LONG, start, match, needle)
    assert await connection.scalar(statement) == length
    text = str(statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    explained = await connection.scalar(sa.text(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}".replace(":", r"\:")))
    (plan,) = explained if isinstance(explained, list) else json.loads(str(explained))
    (scan,) = functions(plan["Plan"])
    assert scan["Rows Removed by Filter"] + scan["Actual Rows"] == length
