"""What a request may cost: judged before it runs, and taken from what its viewer has left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from graphql import GraphQLSchema, OperationDefinitionNode

from schema.limits import Limits
from schema.sql.arguments import Variables
from schema.sql.cost import cost
from schema.sql.documents import Document
from schema.sql.errors import LimitExceeded


class Spending(Protocol):
    """What a viewer has left; taking more than that raises an error, which fails the request as a whole."""

    async def take(self, points: int) -> None: ...

    def remaining(self) -> int | None:
        """Return how many points are left for now; None where nobody counts."""


def weigh(
    schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, variables: Variables, limits: Limits
) -> int:
    """Return the points of an operation; raise LimitExceeded where those, or its nodes, are more than allowed."""
    found = cost(schema, operation, document.fragments, variables)
    for limit, number in (("nodes", found.nodes), ("points", found.points)):
        maximum = getattr(limits, limit)
        if number > maximum:
            raise LimitExceeded.of(limit, maximum, number)
    return found.points


def check_inputs(given: Mapping[str, Any], limits: Limits) -> None:
    """Raise LimitExceeded where variables have more structure, or longer lists, than allowed.

    Every member of an input decides something about the statement, which is long to plan with thousands of them. A list
    of plain values is one value for the statement, but each of its items is looked at.
    """
    found, items, waiting = len(given), 0, [list(given.values())]
    while waiting:
        for item in waiting.pop():
            if isinstance(item, dict):
                found += len(item)
                waiting.append(list(item.values()))
            elif isinstance(item, list):
                items += len(item)
                inner = [each for each in item if isinstance(each, dict | list)]
                found += len(inner)
                waiting.append(inner)
    for limit, number in (("inputs", found), ("items", items)):
        if number > getattr(limits, limit):
            raise LimitExceeded.of(limit, getattr(limits, limit), number)
