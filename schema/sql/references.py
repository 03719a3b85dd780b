"""The rows to which a row refers, as JSON text that stands beside it.

The shape, for ``technologies { nodes { regime { term } } }``::

    FROM (SELECT t1.regime_id … LIMIT 25) AS t2 LEFT OUTER JOIN LATERAL (
        SELECT '{"term":' || to_json(t3.term) || '}' AS j0 FROM regimes AS t3 WHERE t3.id = t2.regime_id LIMIT 1
    ) AS t4 ON true

The LIMIT keeps PostgreSQL from merging this into the query around it, so the text is made once for all rows of a page
that refer to the same row, and no more rows are looked up than the page has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode

from schema.sql.pieces import ONE

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.linking import ToOne
    from schema.sql.objects import Objects
    from schema.sql.rows import Source


class Reference:
    """One row that is referred to, and everything that is asked of it."""

    def __init__(self, objects: Objects, source: Source) -> None:
        self.source = source
        self._alias = objects.statement.alias()
        self._row = objects.row(source.entity, source.type)
        self._columns: list[sa.ColumnElement[str]] = []

    def json(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        """Return the JSON of the row as it stands beside the row that refers to it, null where there is none."""
        name = f"j{len(self._columns)}"
        self._columns.append(self._row.json(nodes, type_).label(name))
        return sa.literal_column(f"{self._alias}.{name}", sa.Text)

    def table(self) -> sa.FromClause:
        """Return the row, at most one, as what can be joined."""
        found = sa.select(*self._columns).select_from(self._row.joined(self.source.source))
        return found.where(self.source.where()).limit(ONE).lateral(self._alias)


class References:
    """The rows to which one row refers; what goes through the same foreign key shares a look."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._followed: dict[tuple[str, str], Reference] = {}

    def to(self, entity: Entity, field: ToOne) -> Reference:
        """Return the row that a foreign key of ``entity`` names."""
        assert field.key is not None
        tied = (entity.alias, field.key.local)
        if tied not in self._followed:
            self._followed[tied] = Reference(self._objects, self._objects.rows.below(entity, field, {}))
        return self._followed[tied]

    def onto(self, source: sa.FromClause) -> sa.FromClause:
        """Return ``source`` with every reference beside it, none of which adds or drops a row."""
        for reference in self._followed.values():
            source = source.outerjoin(reference.table(), sa.true())
        return source
