"""Find rows by what they are called: folded, half typed, by initials, or typed with the other keyboard layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from db.models.base import Text
from db.models.identity import models_by_prefix
from db.models.search import KEYS_KEPT, PLACES, TERMS, MatchKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from db.models import FactType

AT_MOST = 100
"""How many texts are looked at for each way of matching, the first in the order of their keys."""
_HANGUL = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ"
_LATIN = "qwertyuiopasdfghjklzxcvbnmQWERTOP"
_SHIFTED = "YUIASDFGHJKLZXCVBNM"
"""Keys that write the same letter with shift as without."""
_LAST = sa.literal_column("U&'\\+10FFFF'", Text)
"""Sorts behind every other character."""


@dataclass(frozen=True)
class _Way:
    """One way in which texts match: by keys or initials, from the start or within, as typed or by the other layout."""

    kind: MatchKind
    needle: sa.ColumnElement[str]
    at_start: bool
    other_layout: bool = False

    @property
    def kept(self) -> sa.ColumnElement[str]:
        return PLACES.c.initials if self.kind is MatchKind.INITIALS else PLACES.c["keys"]

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        beginning = sa.func.left(self.needle, KEYS_KEPT)
        yield PLACES.c.at_start == (sa.true() if self.at_start else sa.false())
        if self.kind is MatchKind.EXACT:
            yield self.kept == beginning
            yield sa.func.search_keys(TERMS.c.text) == self.needle
            return
        yield self.kept >= beginning
        yield self.kept < beginning.concat(_LAST)
        rest = folded(self.kind, sa.func.substr(TERMS.c.text, PLACES.c.start + 1))
        yield sa.or_(sa.func.length(self.needle) <= KEYS_KEPT, sa.func.starts_with(rest, self.needle))


def folded(kind: MatchKind, text: Any) -> sa.ColumnElement[str]:
    """Return a text as it is compared in one way of matching."""
    fold = sa.func.search_initials if kind is MatchKind.INITIALS else sa.func.search_keys
    return fold(text, type_=Text)


def found(text: Any, types: Collection[FactType] | None = None) -> sa.Select[Any]:
    """Select the columns of :class:`SearchHit`: every row that is found, once, by the text that matches best."""
    every = sa.union_all(*(_matches(place, way, types) for place, way in enumerate(_ways(text)))).subquery("matches")
    order = every.c.way, every.c.kept, every.c.text, every.c.start
    best = sa.select(every).ext(distinct_on(every.c.node_id)).order_by(every.c.node_id, *order).subquery("best_matches")
    rank = sa.func.row_number().over(order_by=(best.c.way, best.c.kept, best.c.node_id))
    return sa.select(
        sa.literal_column("'hit:'", Text).concat(best.c.node_id).label("id"),
        best.c.node_id,
        sa.cast(rank, sa.Integer).label("rank"),
        *(best.c[name] for name in ("match", "other_layout", "text", "start", "needle")),
    )


def matched_length(hit: Any) -> sa.ColumnElement[int]:
    """Return how many characters of a hit's text match, from its start on."""
    lengths = sa.func.generate_series(1, sa.func.length(hit.text)).table_valued("length").render_derived(name="lengths")
    part = sa.func.substr(hit.text, hit.start + 1, lengths.c.length)
    by_initials = sa.type_coerce(hit.match, Text) == _constant(MatchKind.INITIALS.name)
    kept = sa.case((by_initials, folded(MatchKind.INITIALS, part)), else_=folded(MatchKind.INSIDE, part))
    # PostgreSQL reads the rows of a function in their order, and no further than to the first that fits: to fold all
    # beginnings of a text takes time by the square of its length.
    fits = sa.select(sa.type_coerce(lengths.c.length, sa.Integer)).where(sa.func.starts_with(kept, hit.needle))
    return fits.limit(sa.literal_column("1", sa.BigInteger)).scalar_subquery()


def _ways(text: Any) -> list[_Way]:
    """Return every way of matching, in the order of their ranks."""
    keys = sa.func.search_keys(text, type_=Text)
    is_initials = sa.and_(keys.op("~")(_constant("[ㄱ-ㅎ]")), keys.op("!~")(_constant("[ㅏ-ㅣ]")))
    initials, other = sa.case((is_initials, keys)), _other_layout(text, keys)
    literal = [
        _Way(MatchKind.EXACT, keys, at_start=True),
        _Way(MatchKind.PREFIX, keys, at_start=True),
        _Way(MatchKind.INITIALS, initials, at_start=True),
        _Way(MatchKind.INITIALS, initials, at_start=False),
        _Way(MatchKind.INSIDE, keys, at_start=False),
    ]
    kinds = (MatchKind.EXACT, True), (MatchKind.PREFIX, True), (MatchKind.INSIDE, False)
    return [*literal, *(_Way(kind, other, at_start=at_start, other_layout=True) for kind, at_start in kinds)]


def _other_layout(text: Any, keys: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return the keys of what the same keys write with the other layout; null where both layouts were used."""
    written = sa.func.translate(text, _constant(_LATIN + _SHIFTED), _constant(_HANGUL + _in_hangul(_SHIFTED)))
    is_latin = sa.and_(keys.op("~")(_constant("[a-z]")), keys.op("!~")(_constant("[ㄱ-ㅣ]")))
    is_hangul = sa.and_(keys.op("~")(_constant("[ㄱ-ㅣ]")), keys.op("!~")(_constant("[a-z]")))
    typed = sa.func.translate(keys, _constant(_HANGUL), _constant(_LATIN.lower()))
    return sa.case((is_latin, sa.func.search_keys(written)), (is_hangul, typed))


def _in_hangul(keys: str) -> str:
    return "".join(_HANGUL[_LATIN.index(key.lower())] for key in keys)


def _matches(place: int, way: _Way, types: Collection[FactType] | None) -> sa.Select[Any]:
    selected = (
        sa.select(
            sa.literal_column(str(place), sa.Integer).label("way"),
            sa.literal_column(f"'{way.kind.name}'", Text).label("match"),
            (sa.true() if way.other_layout else sa.false()).label("other_layout"),
            way.needle.label("needle"),
            way.kept.label("kept"),
            PLACES.c.start,
            TERMS.c.node_id,
            TERMS.c.text,
        )
        .join_from(PLACES, TERMS, TERMS.c.id == PLACES.c.term_id)
        .where(*way.conditions(), *_of(types))
        .order_by(way.kept, PLACES.c.term_id)
        .limit(sa.literal_column(str(AT_MOST), sa.BigInteger))
    )
    return sa.select(selected.subquery(f"way_{place}"))


def _of(types: Collection[FactType] | None) -> list[sa.ColumnElement[bool]]:
    if types is None:
        return []
    names = {type_.name for type_ in types}
    prefixes = [_constant(prefix) for prefix, model in models_by_prefix().items() if model.__name__ in names]
    return [sa.func.split_part(TERMS.c.node_id, _constant(":"), 1).in_(prefixes)]


def _constant(text: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{text}'", Text)
