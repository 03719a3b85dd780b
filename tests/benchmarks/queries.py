"""The queries, the values that change from request to request, and the requests that ask them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from tests.benchmarks.data import BEFORE, technology_id, technology_name
from tests.benchmarks.rows import LARGEST_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.data import Size

PAGE = 20

TECHNOLOGY = """
query Technology($id: ID!) {
  technology(id: $id) {
    id name nameEn ordinal status
    designations { nodes { id change locator scope promulgatedOn validFrom validTo } }
  }
}
"""

PAGE_OF_LINKED = """
    nodes {
      id name status
      regime { code term statute { name shortName ministry { name nameEn } } }
      field { name scheme { code name } }
      designations { nodes { id change promulgatedOn notice { title publishedOn } } }
    }
"""

LINKED = f"""
query Linked($after: String!) {{
  technologies(where: {{name: {{gt: $after}}}}, orderBy: [{{name: ASC}}], first: 20) {{{PAGE_OF_LINKED}}}
}}
"""

LINKED_AS_OF = f"""
query LinkedAsOf($after: String!, $day: Date!) {{
  technologies(where: {{name: {{gt: $after}}}}, orderBy: [{{name: ASC}}], first: 20, asOf: $day) {{{PAGE_OF_LINKED}}}
}}
"""

LINKED_AT_RELEASE = f"""
query LinkedAtRelease($after: String!, $release: Int!) {{
  technologies(where: {{name: {{gt: $after}}}}, orderBy: [{{name: ASC}}], first: 20, atRelease: $release) {{
    {PAGE_OF_LINKED}
  }}
}}
"""

BUDGET_LINES = """
query BudgetLines($below: Decimal!) {
  budgetLines(where: {amount: {lt: $below}}, orderBy: [{amount: DESC}], first: 1000) {
    nodes { id fiscalYear stage amount account project { number name } ministry { name code } }
  }
}
"""

# All lines are of one level, which nobody else checks either.
GROUPED = """
query Grouped($below: Decimal!) {
  budgetLines(where: {amount: {lt: $below}}) {
    groups(by: [{fiscalYear: VALUE}, {stage: VALUE}, {ministry: {name: VALUE}}], first: 1000) {
      nodes { key { fiscalYear stage ministry { name } } count sum(mixed: true) { amount } }
    }
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


def _after(random: Random, size: Size) -> dict[str, Any]:
    return {"after": technology_name(random.randrange(max(1, size.technologies - PAGE)))}


def _below(random: Random, _: Size) -> dict[str, Any]:
    # High enough that a whole page lies below it.
    return {"below": str(random.randint(LARGEST_AMOUNT // 5, LARGEST_AMOUNT) * 1_000_000)}


def _day(random: Random) -> str:
    """Draw a day of the years in which some of the designations have ended and others have not begun."""
    return str(date(2023, 1, 1) + timedelta(days=random.randrange(800)))


QUERIES = (
    Query("technology", TECHNOLOGY, lambda random, size: {"id": technology_id(random.randrange(size.technologies))}),
    Query("linked", LINKED, _after),
    Query("linked_as_of", LINKED_AS_OF, lambda random, size: {**_after(random, size), "day": _day(random)}),
    Query("linked_at_release", LINKED_AT_RELEASE, lambda random, size: {**_after(random, size), "release": BEFORE}),
    Query("budget_lines", BUDGET_LINES, _below),
    Query("grouped", GROUPED, _below),
)


def graphql_request(text: str, variables: dict[str, Any]) -> bytes:
    """Return the request that asks a GraphQL server, as it goes over the wire."""
    body = orjson.dumps({"query": text, "variables": variables})
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nContent-Type: application/json"
    return f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def route_request(name: str, variables: dict[str, Any]) -> bytes:
    """Return the request that asks the server with a route of its own for each query."""
    return f"GET /{name}?{urlencode(variables)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
