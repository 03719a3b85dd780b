"""Objects of an answer that are no rows: pages, edges, aggregates, groups."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.schema.oracle.sorting import Comparable


class Refused(Exception):
    """A value that cannot be given; the place where it was asked for gets an error of this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Made(ABC):
    """An object whose members are reckoned when they are asked for."""

    @abstractmethod
    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Return a scalar, a row, another made object or a list of them; raise Refused where there is an error."""


@dataclass(frozen=True)
class Plain(Made):
    """An object whose members are known."""

    members: Mapping[str, Any]

    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        return self.members[name]


@dataclass(frozen=True)
class Cursor:
    """Where the planner writes an opaque cursor: what it stands for, in this ordering of this type at this release."""

    type: str
    order: tuple[tuple[str, bool], ...]
    id: Any
    release: int
    keys: Comparable = field(compare=False)
