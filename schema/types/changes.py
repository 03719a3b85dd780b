"""What releases did to rows: the changes of each, one after another or taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from db import models, releases
from schema import sql
from schema.sql import Connection, Node
from schema.sql.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    import strawberry

    from db.models import ChangeKind, FactType
    from schema.types.releases import Release


@sql.type(models.Change, order=("released_in", "node_id"))
class Change:
    id: strawberry.ID
    kind: ChangeKind
    node_id: strawberry.ID
    node: Node | None
    since: int
    released_in: int

    @sql.field
    def type(self: models.Change) -> FactType:
        """사실 종류 | Type of the row, also of one that is no longer there"""
        return releases.type_of(self.node_id)

    @sql.field
    def release(self: models.Change) -> Release | None:
        """판 | Release that changed the row"""
        return select(models.Release).where(models.Release.number == self.released_in)

    @sql.field
    def fields(self: models.Change) -> Connection[FieldChange]:
        """필드 변경 | What differs, field by field; of an added or removed row, each field that has a value"""
        return releases.fields(self.node_id, self.since, self.released_in)


@sql.type(models.FieldChange)
class FieldChange:
    id: strawberry.ID
    name: str
    before: str | None
    after: str | None


def span(first: str, last: str) -> Callable[..., None]:
    """Return the check of two arguments that name releases, of which the first must not come after the last."""

    def check(**given: Any) -> None:
        start, end = given.get(first), given.get(last)
        for name, number in ((first, start), (last, end)):
            if number is not None and number < 0:
                raise BadInput(f"{name.rstrip('_')} is {number}. Releases count from 1; 0 is before the first.")
        if start is not None and end is not None and start > end:
            raise BadInput(f"{first.rstrip('_')} is {start}, which is after {last}, {end}. Exchange the two.")

    return check
