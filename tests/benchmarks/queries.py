"""The three queries, the values that change from request to request, and the requests that ask them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from tests.benchmarks.data import LARGEST_AMOUNT, technology_id, technology_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.data import Size

PAGE = 20
LINES = 1_000

TECHNOLOGY = """
query Technology($id: ID!) {
  technology(id: $id) {
    id name nameEn ordinal status
    designations { nodes { id change locator scope promulgatedOn validFrom validTo } }
  }
}
"""

LINKED = """
query Linked($after: String!) {
  technologies(where: {name: {gt: $after}}, orderBy: [{name: ASC}], first: 20) {
    nodes {
      id name status
      regime { code term statute { name shortName ministry { name nameEn } } }
      field { name scheme { code name } }
      designations { nodes { id change promulgatedOn notice { title publishedOn } } }
    }
  }
}
"""

BUDGET_LINES = """
query BudgetLines($below: Decimal!) {
  budgetLines(where: {amount: {lt: $below}}, orderBy: [{amount: DESC}], first: 1000) {
    nodes { id fiscalYear stage amount account project { number name } ministry { name code } }
  }
}
"""


@dataclass(frozen=True)
class Query:
    """A query and how to draw the values of its variables."""

    name: str
    text: str
    variables: Callable[[Random, Size], dict[str, Any]]

    def values(self, size: Size, count: int) -> list[dict[str, Any]]:
        """Draw the variables of many requests, the same for every contender."""
        random = Random(self.name)
        return [self.variables(random, size) for _ in range(count)]


QUERIES = (
    Query("technology", TECHNOLOGY, lambda random, size: {"id": technology_id(random.randrange(size.technologies))}),
    Query(
        "linked",
        LINKED,
        lambda random, size: {"after": technology_name(random.randrange(max(1, size.technologies - PAGE)))},
    ),
    Query(
        "budget_lines",
        BUDGET_LINES,
        # High enough that a whole page lies below it.
        lambda random, _: {"below": str(random.randint(LARGEST_AMOUNT // 5, LARGEST_AMOUNT) * 1_000_000)},
    ),
)


def graphql_request(query: Query, variables: dict[str, Any]) -> bytes:
    """Return the request that asks a GraphQL server, as it goes over the wire."""
    body = orjson.dumps({"query": query.text, "variables": variables})
    head = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


def route_request(query: Query, variables: dict[str, Any]) -> bytes:
    """Return the request that asks the server with a route of its own for each query."""
    return f"GET /{query.name}?{urlencode(variables)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
