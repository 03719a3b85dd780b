"""What search finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db import models, search
from db.models.search import IGNORED, MatchKind
from db.releases import type_of
from schema import sql
from schema.sql import Node
from schema.sql.errors import BadInput

if TYPE_CHECKING:
    import strawberry

    from db.models import FactType


@sql.type(models.SearchHit, order=("rank",))
class SearchHit:
    id: strawberry.ID
    node_id: strawberry.ID
    node: Node | None
    rank: int
    match: MatchKind
    other_layout: bool
    text: str
    start: int
    needle: str

    @sql.field
    def type(self: models.SearchHit) -> FactType:
        """사실 종류 | Type of the row that is found"""
        return type_of(self.node_id)

    @sql.field
    def before(self: models.SearchHit) -> str:
        """일치 앞부분 | What of the text stands before the part that matches"""
        return sa.func.left(self.text, self.start)

    @sql.field
    def matched(self: models.SearchHit) -> str:
        """일치 부분 | The part of the text that matches, to the syllable in which it ends"""
        return sa.func.substr(self.text, self.start + 1, search.matched_length(self))

    @sql.field
    def after(self: models.SearchHit) -> str:
        """일치 뒷부분 | What of the text stands behind the part that matches"""
        return sa.func.substr(self.text, self.start + 1 + search.matched_length(self))


def something_to_find(*, text: str, **_: Any) -> None:
    """Raise BadInput unless a text has anything that search looks at."""
    if not any(character.isalnum() and character not in IGNORED for character in text):
        raise BadInput("text has no letter, syllable or digit. Give at least one to search for.")
