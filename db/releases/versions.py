"""What a release knew of the row that an identifier names, whatever its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from db.models import fact_tables, history_of
from db.models.identity import models_by_prefix
from db.rights import Sees

if TYPE_CHECKING:
    from collections.abc import Iterator


class Version(FunctionElement[Any]):
    """A row as a release left it, as JSON by column and without what tells its versions apart; null where none was.

    It is a case for each table, and they differ in the table's name alone: what they share is compiled once.
    """

    inherit_cache = False
    type = JSONB()

    def __init__(self, identifier: Any, release: Any) -> None:
        super().__init__(identifier, release)


@compiles(Version)
def _version(element: Version, compiler: Any, **options: Any) -> str:
    identifier, release = (compiler.process(each.self_group(), **options) for each in element.clauses)
    now, former = (_seen(row, identifier, release, compiler, options) for row in ("now", "former"))
    cases = (
        f"WHEN '{prefix}' THEN (SELECT {_said('now')} FROM {table} AS now WHERE {now}"  # noqa: S608 (names, and compiled SQL)
        f" UNION ALL SELECT {_said('former')} FROM {history} AS former"
        f" WHERE {former} AND {release} < former.superseded_in)"
        for prefix, table, history in _tables(compiler.preparer)
    )
    return f"CASE split_part({identifier}, ':', 1) {' '.join(cases)} END"


def _seen(row: str, identifier: str, release: str, compiler: Any, options: Any) -> str:
    """Say which row is meant, and that the viewer sees it."""
    sees = Sees(*(sa.literal_column(f"{row}.{name}") for name in ("grade", "owner_id")))
    return f"{row}.id = {identifier} AND {row}.released_in <= {release} AND {compiler.process(sees, **options)}"


def _said(row: str) -> str:
    return f"to_jsonb({row}) - '{{id,released_in,superseded_in}}'::text[]"


def _tables(preparer: Any) -> Iterator[tuple[str, str, str]]:
    """Yield each prefix of an identifier with the tables of what it names, today's and that of former versions."""
    tables = fact_tables()
    for prefix, model in models_by_prefix().items():
        table = tables[model.__tablename__]
        yield prefix, preparer.format_table(table), preparer.format_table(history_of(table))
