"""What the root field ``limits`` answers: the table of limits as a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import strawberry

from schema.limits import DESCRIPTIONS, LARGEST_PAGE, Limits

if TYPE_CHECKING:
    from schema.sql.arguments import Info
    from schema.sql.execution import Operation


class LimitsInForce:
    """The limits of the executor that was asked, and the size of a page, which no setting changes."""

    page = LARGEST_PAGE

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def __getattr__(self, name: str) -> int:
        return int(getattr(self._limits, name))


def _declared() -> Any:
    descriptions = DESCRIPTIONS | {"page": "쪽 크기 | Rows of a page; no setting changes it"}
    members: dict[str, Any] = {
        name: strawberry.field(description=text, graphql_type=int) for name, text in descriptions.items()
    }
    declared = type("Limits", (), {**members, "__annotations__": dict.fromkeys(members, int)})
    return strawberry.type(declared, description="한도 | What a request may ask for, at most")


LimitsType: Any = _declared()


async def resolve(_source: Any, info: Info) -> LimitsInForce:
    """Resolve the root field ``limits``."""
    operation: Operation = info.context
    return LimitsInForce(operation.executor.limits)
