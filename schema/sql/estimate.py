"""What the root field ``estimate`` answers."""

from __future__ import annotations

import strawberry


@strawberry.type(description="가장 비싼 필드 | The field that costs most by itself, without the fields below it")
class Costliest:
    path: list[str] = strawberry.field(description="경로 | Response keys that lead to it, from the root")
    points: int = strawberry.field(description="점수 | Points that it costs by itself, for every row above it")
    nodes: int = strawberry.field(description="객체 수 상한 | Most objects that it can add to the answer")


@strawberry.type(description="예상 비용 | What a document costs and brings, known before it is run")
class Estimate:
    points: int = strawberry.field(description="점수 | Work that it can take at most; 2147483647 means that or more")
    nodes: int = strawberry.field(description="객체 수 상한 | Most objects that the answer can hold")
    rows: int = strawberry.field(description="예상 행 수 | Rows that the answer will probably hold, by the statistics")
    bytes: int = strawberry.field(description="예상 크기 | Bytes that the answer will probably have, by the statistics")
    costliest: Costliest | None = strawberry.field(
        description="가장 비싼 필드 | The field that costs most by itself; null if nothing is asked for"
    )
    suggestion: str | None = strawberry.field(
        description="더 싼 방법 | A cheaper form and what it would cost; null if there is none to tell"
    )


ANSWERED_BY_PYTHON = (Costliest, Estimate)
"""Types whose values are objects of Python, not JSON of the database."""
