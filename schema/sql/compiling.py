"""SQL text, in which every table stands for what its viewer sees of it, at the moment of the expression around it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from db import times
from db.rights import SEES_EVERYTHING, Level, Rights
from schema.sql.moments import MARKED, Dated, Moment, ReleaseSeen, Seen, marked_rows
from schema.sql.pieces import Concatenation


class _Compiler(postgresql.asyncpg.PGCompiler_asyncpg):
    """Writes SQL at the moments of :class:`Seen` expressions."""

    moment: Moment | None = None
    following = False

    @property
    def rights(self) -> Rights:
        """What the viewer of the statement may see."""
        return self.moment.rights if self.moment else SEES_EVERYTHING

    def _kept(self, made: Any) -> Any:
        """Return what was made on the way, and keep it: SQLAlchemy names unnamed parts by where they lie in memory."""
        self.__dict__.setdefault("made", []).append(made)
        return made

    def visit_seen(self, element: Seen, **options: Any) -> str:
        outside, self.moment = self.moment, element.moment
        text: str = self.process(element.inner, **options)
        self.moment = outside
        return text

    def visit_release_seen(self, _: ReleaseSeen, **options: Any) -> str:
        release = self.moment.release if self.moment else None
        text: str = self.process(self._kept(times.newest()) if release is None else release, **options)
        return text

    def visit_dated(self, element: Dated, **options: Any) -> str:
        dated = self.moment is not None and self.moment.day is not None
        text: str = self.process(element.then if dated else element.now, **options)
        return text

    def visit_concatenation(self, element: Concatenation, **options: Any) -> str:
        return f"({' || '.join(self.process(clause, **options) for clause in element.clauses)})"

    def visit_alias(self, alias: Any, **options: Any) -> str:  # type: ignore[override]
        outside = self.following
        self.following = outside or (self.moment is not None and alias.name in self.moment.followed)
        text: str = super().visit_alias(alias, **options)  # type: ignore[no-untyped-call]
        self.following = outside
        return text

    def visit_table(  # type: ignore[override]
        self, table: Any, asfrom: bool = False, enclosing_alias: Any = None, **options: Any
    ) -> str:
        text: str = super().visit_table(  # type: ignore[no-untyped-call]
            table, asfrom=asfrom, enclosing_alias=enclosing_alias, **options
        )
        if self.moment is None or not asfrom or not isinstance(table, sa.Table):
            return text
        if not self.moment.decides(table, followed=self.following):
            return text
        given = self.moment.parameters(followed=self.following)
        rows = _rows(table, self.rights.level, frozenset(given))
        # In the order in which they stand there, which numbers them.
        seen = f"({_MARK.sub(lambda mark: self.process(given[mark[0]]), rows)})"
        return seen if enclosing_alias is not None and enclosing_alias.element is table else f"{seen} AS {text}"


@cache
def _rows(table: sa.Table, level: Level, marks: frozenset[str]) -> str:
    """Write the rows of a table once for all statements: making them anew was half of the time that planning took."""
    return str(marked_rows(table, level, marks).compile(dialect=DIALECT))


_MARK = re.compile("|".join(MARKED))
DIALECT = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call]
DIALECT.statement_compiler = _Compiler
