"""The shapes every list and every identified object share: connections, edges, page information, nodes."""

from __future__ import annotations

from typing import Generic, TypeVar

import strawberry

T = TypeVar("T")


@strawberry.interface(description="식별자를 가진 것 | Anything that a global identifier names")
class Node:
    id: strawberry.ID = strawberry.field(
        description="식별자 | Global, stable identifier; read its parts at your own risk"
    )


@strawberry.type(description="쪽 정보 | Where a page lies within its list")
class PageInfo:
    has_next_page: bool = strawberry.field(description="다음 쪽 유무 | Whether rows follow the page")
    has_previous_page: bool = strawberry.field(description="이전 쪽 유무 | Whether rows precede the page")
    start_cursor: str | None = strawberry.field(description="첫 커서 | Cursor of the first row; null on an empty page")
    end_cursor: str | None = strawberry.field(description="끝 커서 | Cursor of the last row; null on an empty page")


@strawberry.type(description="항목과 커서 | A row of a list with its cursor")
class Edge(Generic[T]):
    node: T = strawberry.field(description="항목 | The row")
    cursor: str = strawberry.field(description="커서 | Opaque position of the row in this ordering")


@strawberry.type(description="목록 | A page of a list, and what is known of the whole list")
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="항목 | Rows of the page")
    edges: list[Edge[T]] = strawberry.field(description="항목과 커서 | Rows of the page with their cursors")
    page_info: PageInfo = strawberry.field(description="쪽 정보 | Where the page lies within the list")
    total_count: int = strawberry.field(description="전체 건수 | Number of rows that the filter leaves, over all pages")
