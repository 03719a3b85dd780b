"""Who sees what: a fact is seen by its grade and its owner, and so is all that is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal

from db.models.base import Grade, Text
from db.viewers import Scope, Viewer

GRADES = {grade: rank for rank, grade in enumerate((Grade.OPEN, Grade.SENSITIVE, Grade.CONFIDENTIAL))}
"""The grades, from what anyone may see to what the fewest may."""


class Level(Enum):
    """How far a viewer sees: the facts that are open and, of the viewer's organization, those up to a grade; or all."""

    OPEN = "공개"
    SENSITIVE = "민감"
    CONFIDENTIAL = "기밀"
    EVERYTHING = "전체"


def level_of(viewer: Viewer) -> Level:
    """Return how far a viewer sees."""
    if Scope.EVERYTHING in viewer.scopes:
        return Level.EVERYTHING
    if viewer.organization is not None:
        for scope, level in ((Scope.CONFIDENTIAL, Level.CONFIDENTIAL), (Scope.SENSITIVE, Level.SENSITIVE)):
            if scope in viewer.scopes:
                return level
    return Level.OPEN


@dataclass(frozen=True)
class Rights:
    """What the viewer of a statement may see; ``organization`` is theirs, where their level asks for one."""

    level: Level
    organization: sa.ColumnElement[Any] | None = None

    def see(self, grade: Any, owner: Any) -> sa.ColumnElement[bool]:
        """Return whether a fact of this grade and owner is seen."""
        if self.level is Level.EVERYTHING:
            return sa.true()
        is_open = is_of(grade, Grade.OPEN)
        if self.level is Level.OPEN:
            return is_open
        # Never null, for what is hidden is counted too.
        own = owner.is_not_distinct_from(self.organization)
        if self.level is Level.SENSITIVE:
            own = sa.and_(own, is_of(grade, Grade.SENSITIVE))
        return sa.or_(is_open, own)


SEES_EVERYTHING = Rights(Level.EVERYTHING)


class Sees(sa.ColumnElement[bool]):
    """Whether the viewer of a statement may see a fact; true where a statement is nobody's, as those of releases are.

    The compiler of a viewer's statement says whose it is by an attribute ``rights``.
    """

    # A viewer's statement is compiled by itself; those of nobody are told apart by their columns.
    _cache_key_traversal = [(name, InternalTraversal.dp_clauseelement) for name in ("grade", "owner")]
    type = sa.Boolean()

    def __init__(self, grade: Any, owner: Any) -> None:
        self.grade, self.owner = grade, owner


@compiles(Sees)
def _sees(element: Sees, compiler: Any, **options: Any) -> str:
    rights: Rights = getattr(compiler, "rights", SEES_EVERYTHING)
    seen = rights.see(element.grade, element.owner)
    # SQLAlchemy names unnamed parts by where they lie in memory, so what is made on the way is kept.
    compiler.__dict__.setdefault("made", []).append(seen)
    text: str = compiler.process(seen.self_group(), **options)
    return text


def is_of(grade: Any, which: Grade) -> sa.ColumnElement[bool]:
    """Return whether a grade is this one, which is written into the statement and not bound."""
    return sa.type_coerce(grade, Text) == sa.literal_column(f"'{which.name}'", Text)
