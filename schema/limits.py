"""Every limit there is, in one table: what a document, its answer and a client may take.

The table makes the settings, the root field ``limits``, the page docs/limits.md and the texts of the errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

LARGEST_PAGE = 1000
"""How many rows a page has at most; no setting changes it, for clients write it into their documents."""

Whole = Annotated[int, Ge(1)]


@dataclass(frozen=True)
class Limits:
    """What may be asked; each limit is a whole number of at least one, and a number equal to it is still allowed."""

    source: Whole = 20_000
    tokens: Whole = 2_000
    comments: Whole = 200
    depth: Whole = 12
    fields: Whole = 250
    roots: Whole = 30
    aliases: Whole = 30
    directives: Whole = 30
    spreads: Whole = 60
    introspection_depth: Whole = 20
    introspection_fields: Whole = 500
    inputs: Whole = 1_000
    items: Whole = 10_000
    nodes: Whole = 50_000
    points: Whole = 100_000
    answer_bytes: Whole = 32 * 2**20
    body: Whole = 1_000_000
    seconds: Whole = 10
    statement_seconds: Whole = 5
    pool_seconds: Whole = 2
    quota: Whole = 600_000
    idle_seconds: Whole = 15
    connections: Whole = 1_000
    files: Whole = 4
    file_rows: Whole = 2_000_000
    file_bytes: Whole = 2**30
    file_seconds: Whole = 600


DESCRIPTIONS = {
    "source": "문서 길이 | Characters of a document",
    "tokens": "토큰 수 | Tokens of a document: names, values and punctuation",
    "comments": "주석 수 | Comments in a document",
    "depth": "깊이 | Fields inside one another",
    "fields": "필드 수 | Fields of a document, those of a fragment wherever it is spread",
    "roots": "루트 필드 수 | Fields at the root of an operation",
    "aliases": "별칭 수 | Aliases, those of a fragment wherever it is spread",
    "directives": "지시어 수 | Directives, those of a fragment wherever it is spread",
    "spreads": "조각 사용 수 | Fragments that are spread, those of a fragment wherever it is spread",
    "introspection_depth": "내부조회 깊이 | Fields inside one another, from __schema or __type on",
    "introspection_fields": "내부조회 필드 수 | Fields below __schema and __type",
    "inputs": "변수 구조 | Members of objects among the variables, and lists and objects in lists",
    "items": "변수 항목 수 | Items of the lists among the variables",
    "nodes": "객체 수 | Objects that an answer can hold, as estimated before it is made",
    "points": "점수 | Points that an operation costs, as estimated before it is run",
    "answer_bytes": "답변 크기 | Bytes of an answer",
    "body": "본문 크기 | Bytes of the body of a request",
    "seconds": "기한 | Seconds that an answer may take in all",
    "statement_seconds": "문장 기한 | Seconds that one statement may take in the database",
    "pool_seconds": "연결 대기 | Seconds that a request waits for a connection to the database",
    "quota": "분당 점수 | Points for a minute, of a viewer or of an address that does not say who asks",
    "idle_seconds": "유휴 기한 | Seconds for which a client may be slow to send or to read",
    "connections": "연결 수 | Connections to the server at the same time",
    "files": "동시 파일 수 | Files that are made at the same time",
    "file_rows": "파일 행 수 | Rows of all tables of a file",
    "file_bytes": "파일 크기 | Bytes on the disk while a file is made that cannot be sent as it grows",
    "file_seconds": "파일 기한 | Seconds that a file may take in all",
}


def shown_name(name: str) -> str:
    """Return a limit's name as clients read it, in errors and as a field."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
