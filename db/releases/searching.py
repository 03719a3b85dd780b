"""The texts that search looks into, written and superseded by the same releases as their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models.history import end, history_of
from db.models.search import (
    IGNORED,
    INITIALS_KEPT,
    KEYS_KEPT,
    PLACES,
    READ_AHEAD,
    TERMS,
    WITHIN_A_LETTER,
    SearchedColumn,
    searched_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection

_WRITTEN = [name for name in TERMS.c.keys() if name != "id"]  # noqa: SIM118


async def search_again(connection: AsyncConnection, number: int, table: sa.Table) -> None:
    """Have search find what a release wrote into a table, and no longer what it replaced or removed."""
    if not searched_columns(table):
        return
    former = history_of(table)
    ended = sa.exists().where(former.c.id == TERMS.c.row_id, former.c.superseded_in == number)
    gone = sa.select(TERMS.c.id).where(ended)
    await connection.execute(end(PLACES, number, PLACES.c.term_id.in_(gone)))
    await connection.execute(end(TERMS, number, ended))
    for statement in filling(table, table.c.released_in == number):
        await connection.execute(statement)


def filling(table: sa.Table, which: sa.ColumnElement[bool]) -> Iterator[sa.Insert]:
    """Yield what writes the texts of some current rows of a table, a statement for each searched column."""
    for searched in searched_columns(table):
        texts = sa.insert(TERMS).from_select(_WRITTEN, _texts(table, searched).where(which))
        written = texts.returning(*TERMS.c).cte("written")
        yield sa.insert(PLACES).from_select(PLACES.c.keys(), _places(written.c))


async def no_longer_search_former(connection: AsyncConnection, ids: Iterable[str], attributes: Iterable[str]) -> None:
    """Take away the former texts of some columns of rows."""
    terms, places = history_of(TERMS), history_of(PLACES)
    gone = (
        sa.delete(terms)
        .where(terms.c.row_id.in_(list(ids)), terms.c.attribute.in_(list(attributes)))
        .returning(terms.c.id)
        .cte("gone")
    )
    await connection.execute(sa.delete(places).where(places.c.term_id.in_(sa.select(gone.c.id))))


def _texts(table: sa.Table, searched: SearchedColumn) -> sa.Select[Any]:
    """Select the columns of terms from a searched column; a text without anything that counts finds nothing."""
    row, text = table.c, searched.column
    source: sa.FromClause = table
    value: Any = text
    if isinstance(text.type, sa.ARRAY):
        items = sa.func.unnest(text).table_valued("item").render_derived(name="items")
        source, value = table.join(items, sa.true()), items.c.item
    days = (row[name] if name in row else sa.null().label(name) for name in ("valid_from", "valid_to"))
    every = sa.select(
        row.id,
        sa.literal(text.name),
        row[searched.finds],
        value,
        *days,
        row.grade,
        row.owner_id,
        row.released_in,
    ).select_from(source)
    return every.where(value.is_not(None), sa.func.search_keys(value) != "")


def _places(term: Any) -> sa.Select[Any]:
    """Select the columns of places: one for each letter or syllable of a term."""
    count = sa.func.generate_series(1, sa.func.length(term.text)).table_valued("at").render_derived(name="counted")
    letter = sa.func.substr(term.text, count.c.at, 1)
    ahead = sa.func.substr(term.text, count.c.at, READ_AHEAD)
    leading = sa.func.length(term.text) - sa.func.length(sa.func.ltrim(term.text, IGNORED))
    return (
        sa.select(
            term.id,
            count.c.at - 1,
            count.c.at == leading + 1,
            sa.func.left(sa.func.search_keys(ahead), KEYS_KEPT),
            sa.func.left(sa.func.search_initials(ahead), INITIALS_KEPT),
            term.grade,
            term.owner_id,
            term.released_in,
        )
        .select_from(term.id.table.join(count, sa.true()))
        .where(sa.func.strpos(IGNORED, letter) == 0, letter.op("!~")(f"[{WITHIN_A_LETTER}]"))
    )
