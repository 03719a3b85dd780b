"""Keeping an import to the facts of one organization: it adds, changes and removes none that another answers for.

It may claim what it likes of others' facts, as long as these do not come to hold it. The claims by which a fact keeps
what it states by itself are none that the import makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.claims.stated import is_stated, is_stated_passage
from db.importing.conflicts import SOURCE_ROW
from db.importing.facts import Refusal
from db.importing.stopping import ImportStopped
from db.models import Claim, Passage
from db.models.base import Grade
from db.releases.publishing import differs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

OWNER = "owner_id"
NO_ROW = 0
"""The row of a fact that no row of the file has made."""
IS_OTHERS = "the fact belongs to {owner}, and this import may change facts of {organization} only"
BECOMES_OTHERS = "the fact would belong to {owner}, and this import may bring facts of {organization} only"
GOES = "the fact belongs to {owner}, and this import may remove facts of {organization} only"
NOBODY = "no organization"


async def keep_to(
    organization: str | None,
    connection: AsyncConnection,
    staged: Mapping[sa.Table, sa.TableClause],
    removed: Mapping[sa.Table, Any],
    refused: Callable[[Refusal], None],
) -> None:
    """Raise ImportStopped where an import would touch facts that are not those of an organization, if one is given.

    Each is told as a refusal, by its identifier, but a fact that would be removed only where anyone may see it.
    """
    if organization is None:
        return
    count = 0
    async for refusal in _trespasses(organization, connection, staged, removed):
        refused(refusal)
        count += 1
    hidden = await _hidden(organization, connection, removed)
    if count + hidden:
        raise ImportStopped(
            f"{count + hidden:,} facts are not those of {organization}, for which alone this import is allowed, so "
            "nothing is published: leave their rows out, see that the mapping names the owner, or ask the operator."
        )


async def _trespasses(
    organization: str,
    connection: AsyncConnection,
    staged: Mapping[sa.Table, sa.TableClause],
    removed: Mapping[Any, Any],
) -> AsyncIterator[Refusal]:
    for table, incoming in staged.items():
        for reason, rows in _written(organization, table, incoming):
            async for number, identifier, owner in await connection.stream(rows):
                yield _refusal(number, identifier, reason, owner, organization)
    for table, condition in removed.items():
        others = _others(organization, table, condition).where(table.c.grade == Grade.OPEN)
        async for identifier, owner in await connection.stream(others.order_by(table.c.id)):
            yield _refusal(NO_ROW, identifier, GOES, owner, organization)


def _written(organization: str, table: sa.Table, incoming: sa.TableClause) -> list[tuple[str, sa.Select[Any]]]:
    """Return for each reason the staged rows that are not an organization's, leaving out what stays as it is."""
    number = sa.func.coalesce(incoming.c[SOURCE_ROW], NO_ROW) if SOURCE_ROW in incoming.c else sa.literal(NO_ROW)
    both = incoming.outerjoin(table, table.c.id == incoming.c.id)
    change, is_new = differs(table, incoming), table.c.id.is_(None)
    was_others = sa.and_(~is_new, table.c.owner_id.is_distinct_from(organization))
    others = incoming.c.owner_id.is_distinct_from(organization)
    kept = sa.and_(number == NO_ROW, _keeps(table, incoming.c.id))

    def rows(owner: Any, *conditions: Any) -> sa.Select[Any]:
        found = sa.select(number, incoming.c.id, owner).select_from(both).where(*conditions, ~kept)
        return found.order_by(number, incoming.c.id)

    return [
        (IS_OTHERS, rows(table.c.owner_id, was_others, change)),
        (BECOMES_OTHERS, rows(incoming.c.owner_id, others, sa.or_(is_new, sa.and_(change, ~was_others)))),
    ]


def _others(organization: str, table: sa.Table, condition: Any) -> sa.Select[Any]:
    others = table.c.owner_id.is_distinct_from(organization), ~_keeps(table, table.c.id)
    return sa.select(table.c.id, table.c.owner_id).where(condition, *others)


def _keeps(table: sa.Table, identifier: Any) -> sa.ColumnElement[bool]:
    """Return whether a row is there to keep what a fact states by itself."""
    found: dict[str, Any] = {Claim.__tablename__: is_stated, Passage.__tablename__: is_stated_passage}
    kept: sa.ColumnElement[bool] = found[table.name](identifier) if table.name in found else sa.false()
    return kept


async def _hidden(organization: str, connection: AsyncConnection, removed: Mapping[Any, Any]) -> int:
    """Count what would be removed of others' facts and is not for anyone to know of."""
    count = 0
    for table, condition in removed.items():
        others = _others(organization, table, condition).where(table.c.grade != Grade.OPEN)
        count += await connection.scalar(sa.select(sa.func.count()).select_from(others.subquery())) or 0
    return count


def _refusal(number: int, identifier: str, reason: str, owner: str | None, organization: str) -> Refusal:
    return Refusal(number, OWNER, identifier, reason.format(owner=owner or NOBODY, organization=organization))
