"""What the database knows of its tables without looking at them: how many rows, how wide, how many values, how often.

One small statement reads it from PostgreSQL's own catalogue. A table that was never analysed is judged by its size.

PostgreSQL knows nothing of rights. Who does not see all of a table's rows is told how many of them are open, by the
share of that grade, and of its values what is usual: what is known of those is known of the hidden ones too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from db.models.base import Grade
from schema.sql.pages import DEFAULT_PAGE

if TYPE_CHECKING:
    from schema.sql.linking import LinkedType

STATEMENT = """
SELECT convert_to(coalesce(json_object_agg(c.relname, json_build_object(
  'rows', CASE WHEN c.reltuples > 0 AND c.relpages > 0
          THEN c.reltuples / c.relpages * pg_relation_size(c.oid) / current_setting('block_size')::int
          ELSE pg_relation_size(c.oid) / 200.0 END,
  'columns', (
    SELECT json_object_agg(s.attname, json_build_object(
      'width', s.avg_width, 'absent', s.null_frac, 'distinct', s.n_distinct,
      'common', CASE WHEN s.n_distinct BETWEEN 1 AND 40 OR s.attname = 'grade'
                THEN json_object(s.most_common_vals::text::text[], s.most_common_freqs::text::text[]) END))
    FROM pg_stats AS s WHERE s.schemaname = current_schema() AND s.tablename = c.relname)
))::text, '{}'), 'UTF8')
FROM pg_class AS c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1::text[])
"""


@dataclass(frozen=True)
class Column:
    """A column: its average bytes, the fraction of rows without a value, and the number of different values.

    ``distinct`` is negative where it grows with the table: then it is a fraction of the rows.
    """

    width: float = 12
    absent: float = 0
    distinct: float = -0.5
    common: Mapping[str, str] | None = None

    def values(self, rows: float) -> float:
        """Return how many different values the column has."""
        return max(1, self.distinct if self.distinct > 0 else -self.distinct * rows)

    def frequency(self, value: Any, rows: float) -> float:
        """Return the fraction of rows that have a value; an unknown one is taken for an average one."""
        stored = value.name if isinstance(value, Enum) else str(value)
        if self.common and stored in self.common:
            return float(self.common[stored])
        return (1 - self.absent) / self.values(rows)


@dataclass(frozen=True)
class Table:
    rows: float = 0
    columns: Mapping[str, Column] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """Return what is known of a column, or what is usual where nothing is."""
        return self.columns.get(name) or Column()

    def open(self) -> Table:
        """Return what anyone may know of the table, whether or not they see more of it."""
        grades = self.column("grade").common
        if not grades:
            return Table(DEFAULT_PAGE)
        share = float(grades.get(Grade.OPEN.name, 0))
        return self if share >= 1 else Table(self.rows * share)


def tables(types: Iterable[LinkedType]) -> list[str]:
    """Return the tables of declared types, which the statement asks for."""
    return sorted({sa.inspect(type_.model).local_table.name for type_ in types if type_.model is not None})


class Statistics:
    """What is known of each table, by the model over it, to who sees all rows or to who may not."""

    def __init__(self, payload: bytes, *, everything: bool) -> None:
        self._everything = everything
        self._tables = {
            name: Table(found["rows"], {key: Column(**known) for key, known in (found["columns"] or {}).items()})
            for name, found in orjson.loads(payload).items()
        }

    def table(self, model: Any) -> Table:
        """Return what is known of a model's table."""
        mapped = sa.inspect(model).local_table
        found = self._tables.get(mapped.name, Table())
        return found if self._everything or "grade" not in mapped.c else found.open()

    def rows(self, model: Any) -> float:
        """Return how many rows of a table are of the model, which may be one of several in it."""
        mapper, table = sa.inspect(model), self.table(model)
        if not mapper.single or mapper.polymorphic_on is None:
            return table.rows
        if mapper.polymorphic_on.name not in table.columns:
            return table.rows / len(mapper.polymorphic_map)
        return table.rows * table.column(mapper.polymorphic_on.name).frequency(mapper.polymorphic_identity, table.rows)
