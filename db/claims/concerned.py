"""Of which attributes of which facts a release changes what is to be preferred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.claims.competence import decided_by
from db.claims.stated import is_foreign
from db.claims.workspace import CLAIMS, DOCUMENTS, PASSAGES
from db.models import Claim
from db.models.identity import models_by_prefix
from db.releases.publishing import differs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.claims.workspace import Planned


async def is_concerned(connection: AsyncConnection, dataset: str | None, staged: Iterable[sa.Table]) -> bool:
    """Return whether claims have to be settled for a dataset's new state: mostly not, and that is quickly seen."""
    tables = list(staged)
    if dataset is None or CLAIMS in tables:
        return True
    above = {prefix for table in tables for prefix in decided_by(table)}
    ranges = [_begins(CLAIMS.c.id, f"{Claim.id_prefix}:{dataset}/")]
    ranges += [_begins(CLAIMS.c.subject_id, f"{prefix}:{dataset}/") for prefix in models_by_prefix()]
    ranges += [_begins(CLAIMS.c.subject_id, f"{prefix}:") for prefix in sorted(above)]
    claimed = sa.exists().where(CLAIMS.c.attribute.is_not(None), is_foreign(CLAIMS.c), sa.or_(*ranges))
    return bool(await connection.scalar(sa.select(claimed)))


def _begins(column: Any, begin: str) -> sa.ColumnElement[bool]:
    # The character after the last one ends the range, which an index then serves.
    return sa.and_(column >= begin, column < begin[:-1] + chr(ord(begin[-1]) + 1))


def changed_pairs(planned: Planned) -> Iterator[sa.Select[Any]]:
    """Yield which pairs a release concerns: by their claims, facts and documents, or by who is competent."""
    staged, pair = planned.staged, sa.select(CLAIMS.c.subject_id, CLAIMS.c.attribute)
    new = staged[CLAIMS]
    said = sa.select(new.c.subject_id, new.c.attribute).outerjoin_from(new, CLAIMS, CLAIMS.c.id == new.c.id)
    yield said.where(sa.or_(CLAIMS.c.id.is_(None), differs(CLAIMS, new)))
    yield pair.join(new, new.c.id == CLAIMS.c.id).where(differs(CLAIMS, new))
    yield pair.where(planned.removed[CLAIMS])
    for table, rows in staged.items():
        if table is not CLAIMS:
            yield pair.join(rows, rows.c.id == CLAIMS.c.subject_id)
        if above := decided_by(table):
            yield pair.where(sa.func.split_part(CLAIMS.c.subject_id, ":", 1).in_(above), is_foreign(CLAIMS.c))
    for table, condition in planned.removed.items():
        if table is not CLAIMS:
            yield pair.join(table, table.c.id == CLAIMS.c.subject_id).where(condition)
    passage = pair.join(PASSAGES, PASSAGES.c.id == CLAIMS.c.passage_id)
    if DOCUMENTS in staged:
        both = passage.join(DOCUMENTS, DOCUMENTS.c.id == PASSAGES.c.document_id)
        yield both.join(staged[DOCUMENTS], staged[DOCUMENTS].c.id == DOCUMENTS.c.id).where(
            differs(DOCUMENTS, staged[DOCUMENTS])
        )
    yield passage.join(staged[PASSAGES], staged[PASSAGES].c.id == PASSAGES.c.id).where(
        PASSAGES.c.document_id != staged[PASSAGES].c.document_id
    )
