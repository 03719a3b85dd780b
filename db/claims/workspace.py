"""The temporary tables in which claims are settled, and what a release is about to do to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models import Claim, Document, Passage
from db.models.base import Text
from db.releases.publishing import staging
from db.releases.rows import copied

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.models import Fact

CLAIMS: sa.Table = sa.inspect(Claim).local_table  # type: ignore[assignment]
PASSAGES: sa.Table = sa.inspect(Passage).local_table  # type: ignore[assignment]
DOCUMENTS: sa.Table = sa.inspect(Document).local_table  # type: ignore[assignment]

PAIR = ("subject_id", "attribute")
DOCUMENT_PREFIX = f"{Document.id_prefix}:"


def _temporary(name: str, **types: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, type_) for column, type_ in types.items()))


_pair: dict[str, Any] = dict.fromkeys(PAIR, Text)
_kept = {name: CLAIMS.c[name].type for name in ("grade", "owner_id")}
TOUCHED = _temporary("settled_pairs", **_pair)
"""Of which attributes of which facts something is claimed anew, or no longer, or under other circumstances."""
SAID = _temporary("settled_said", **_pair, value=Text)
"""What a dataset's own file says, where the fact comes to hold another value."""
SETTLED = _temporary(
    "settled", **_pair, **_kept, present=sa.Boolean, own=sa.Boolean, stated=Text, contested=sa.Boolean, value=Text
)
"""What becomes of each pair: whether there is such a fact, what it states by itself, what it comes to hold."""
VOICES = _temporary(
    "settled_voices",
    **_pair,
    **_kept,
    **{name: CLAIMS.c[name].type for name in ("id", "passage_id", "value", "certainty", "derivation")},
    released_in=sa.Integer,
    published_on=sa.Date,
    publisher_id=Text,
)
"""The claims that there will be about the pairs."""
COPIES = _temporary("settled_copies", id=Text)
"""Rows that were staged only for settling."""
GONE = _temporary("settled_gone", id=Text)
"""Stated claims, and their passages, for which there is no more need."""
WORKSPACE = (TOUCHED, SETTLED, VOICES, GONE, COPIES, SAID)


class Planned:
    """What a release will do: the rows that are staged for each table, and the condition of those that go."""

    def __init__(
        self, connection: AsyncConnection, staged: dict[sa.Table, sa.TableClause], removed: dict[sa.Table, Any]
    ) -> None:
        self.connection, self.staged, self.removed = connection, staged, removed

    async def run(self, statement: Any) -> None:
        """Execute a statement whose answer nobody needs."""
        await self.connection.execute(statement)

    async def staging(self, table: sa.Table) -> sa.TableClause:
        """Return the staging table of a table, which is made where there is none."""
        if table not in self.staged:
            self.staged[table] = await staging(self.connection, table)
        return self.staged[table]

    def after(self, table: sa.Table, name: str) -> sa.FromClause:
        """Return the rows of a table as the release will leave them."""
        names = [column.name for column in copied(table)]
        kept = sa.select(*(table.c[each] for each in names))
        if table in self.removed:
            kept = kept.where(~self.removed[table])
        if table not in self.staged:
            return kept.subquery(name)
        staged = self.staged[table]
        kept = kept.where(~sa.exists().where(staged.c.id == table.c.id))
        return sa.union_all(kept, sa.select(*(staged.c[each] for each in names))).subquery(name)


def same_pair(one: Any, other: Any) -> sa.ColumnElement[bool]:
    """Return whether two rows are about the same attribute of the same fact."""
    return sa.and_(one.subject_id == other.subject_id, one.attribute == other.attribute)


def speaks_of(pair: Any, model: type[Fact], column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Return whether a row is about a column of a model."""
    return sa.and_(pair.attribute == column.name, sa.func.split_part(pair.subject_id, ":", 1) == model.id_prefix)
