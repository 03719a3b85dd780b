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
        yield sa.insert(PLACES).from_select(PLACES.c.keys(), _places(_looked_at(written.c)))


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


def _looked_at(term: Any) -> Any:
    """Return the columns of terms, with what all places of one have in common."""
    leading = sa.func.length(term.text) - sa.func.length(sa.func.ltrim(term.text, IGNORED))
    changing = term.text.op("~")(f"[{WITHIN_A_LETTER}]")
    # OFFSET keeps PostgreSQL from looking through the whole text anew at each of its places.
    looked_at = sa.select(*term, leading.label("leading"), changing.label("changing"))
    return looked_at.offset(sa.literal_column("0")).subquery("term").c


def _places(term: Any) -> sa.Select[Any]:
    """Select the columns of places: one for each letter or syllable of a term.

    Every character is folded once; what stands from a place on is cut from these. Only where a character changes the
    one before it the rest of the text is folded again from each place.
    """
    place = _letters(term.text)
    ahead = sa.func.substr(term.text, place.c.at, READ_AHEAD)
    keys, initials = (
        sa.case((term.changing, sa.func.left(anew, size)), else_=place.c[name])
        for name, anew, size in (
            ("keys", sa.func.search_keys(ahead), KEYS_KEPT),
            ("initials", sa.func.search_initials(ahead), INITIALS_KEPT),
        )
    )
    return (
        sa.select(
            term.id,
            place.c.at - 1,
            place.c.at == term.leading + 1,
            keys,
            initials,
            term.grade,
            term.owner_id,
            term.released_in,
        )
        .select_from(term.id.table.join(place, sa.true()))
        .where(sa.func.strpos(IGNORED, place.c.letter) == 0, place.c.letter.op("!~")(f"[{WITHIN_A_LETTER}]"))
    )


def _letters(text: Any) -> sa.FromClause:
    """Select the characters of a text, each with the keys and initials from there on."""
    split = sa.func.string_to_table(text, sa.null()).table_valued("letter", with_ordinality="at")
    letter = split.render_derived(name="split").c
    # OFFSET keeps PostgreSQL from folding a character anew wherever its keys are named.
    folded = sa.select(
        letter.letter,
        sa.cast(letter.at, sa.Integer).label("at"),
        sa.func.search_keys(letter.letter).label("keys"),
        sa.func.search_initials(letter.letter).label("initials"),
    ).offset(sa.literal_column("0"))
    each = folded.subquery("folded").c

    def ahead(kept: sa.ColumnElement[str], size: int) -> sa.ColumnElement[str]:
        whole = sa.func.string_agg(kept, "").over(order_by=each.at, rows=(None, None))
        before = sa.func.sum(sa.func.length(kept)).over(order_by=each.at, rows=(None, -1))
        return sa.func.substr(whole, sa.cast(sa.func.coalesce(before, 0), sa.Integer) + 1, size)

    return sa.select(
        each.letter,
        each.at,
        ahead(each["keys"], KEYS_KEPT).label("keys"),
        ahead(each.initials, INITIALS_KEPT).label("initials"),
    ).lateral("place")
