"""What search looks into: the texts that rows are named by, and every place in them at which a match may begin.

A text is folded to the keys by which it is typed: 국가 is ㄱㅜㄱㄱㅏ. So a word that is half typed is the
beginning of the whole one at every key, also where a final consonant moves on to the next syllable (구 → 국 → 구글).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from db.models.base import CODES, SEARCHED, Base, Grade, Label, Text, column
from db.models.derived import Derived
from db.models.history import fact_tables, history_of

IGNORED = " \t\n\r\u00a0\u3000·ㆍ\u119e・‧•∙⋅･-‐‑‒–—―_,'\"‘’“”「」『』〈〉《》【】()[]"
"""Characters that say nothing in a name: spaces, middle dots, dashes, commas, quotation marks and brackets."""
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = (*"ㅏㅐㅑㅒㅓㅔㅕㅖㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", *"ㅛㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", *"ㅠㅡ", "ㅡㅣ", "ㅣ")
FINALS = (*"ㄱㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", *"ㄷㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ")
FINALS += (*"ㅁㅂ", "ㅂㅅ", *"ㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
WITHIN_A_LETTER = "\u0300-\u036f\u1160-\u11ff"
"""Characters that go on with a letter or syllable; no match begins at them."""
KEYS_KEPT, INITIALS_KEPT, READ_AHEAD = 24, 24, 48
"""How many keys and initials of a place are kept to be looked up by, and from how many characters they are made."""

_INITIAL = {chr(0x1100 + place): keys for place, keys in enumerate(INITIALS)}
_INNER = {chr(0x1161 + place): keys for place, keys in enumerate(VOWELS)}
_INNER |= {chr(0x11A8 + place): keys for place, keys in enumerate(FINALS)}


def quoted(text: str) -> str:
    return "U&'" + "".join(char if "ㄱ" <= char <= "ㅣ" else f"\\{ord(char):04x}" for char in text) + "'"


def _translated(value: str, single: dict[str, str], dropped: str) -> str:
    return f"translate({value}, {quoted(''.join(single) + dropped)}, {quoted(''.join(single.values()))})"


def _keys() -> str:
    letters = _INITIAL | _INNER
    found = "normalize(folded(value), NFKD)"
    for letter, keys in letters.items():
        if len(keys) > 1:
            found = f"replace({found}, {quoted(letter)}, {quoted(keys)})"
    return _translated(found, {letter: keys for letter, keys in letters.items() if len(keys) == 1}, IGNORED)


_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {name}(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE\n"
    'RETURN {body} COLLATE "C"'
)
FUNCTIONS = (
    _FUNCTION.format(name="search_keys", body=_keys()),
    _FUNCTION.format(
        name="search_initials",
        body=_translated("normalize(folded(value), NFKD)", _INITIAL, "".join(_INNER) + IGNORED),
    ),
)
"""The functions that fold a text to its keys, and to the initials of its syllables (초성)."""


@sa.event.listens_for(Base.metadata, "before_create")
def _create(_: sa.MetaData, connection: sa.Connection, **__: Any) -> None:
    for statement in FUNCTIONS:
        connection.exec_driver_sql(statement)


def _seen_like_a_fact() -> list[sa.Column[Any]]:
    """Return the columns that say who sees a row and when: those of the fact that it was read from."""
    return [
        sa.Column(
            "grade", sa.Enum(Grade, name="grade", **CODES), nullable=False, comment="공개 등급 | Disclosure grade"
        ),
        sa.Column("owner_id", Text, comment="소유 기관 | Organization that answers for the row"),
        sa.Column("released_in", sa.Integer, nullable=False, comment="판 번호 | Release that wrote the row"),
    ]


TERMS = sa.Table(
    "search_terms",
    Base.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True, comment="식별자 | Number of the text"),
    sa.Column("row_id", Text, nullable=False, index=True, comment="행 식별자 | Row that the text stands in"),
    sa.Column("attribute", Text, nullable=False, comment="열 | Column that the text stands in"),
    sa.Column("node_id", Text, nullable=False, comment="찾는 대상 | Row that is found by the text"),
    sa.Column("text", Text, nullable=False, comment="원문 표기 | Text as printed"),
    sa.Column("valid_from", sa.Date, comment="효력 시작일 | First day in force"),
    sa.Column("valid_to", sa.Date, comment="효력 종료일 | Last day in force"),
    *_seen_like_a_fact(),
    comment="검색어 | Texts by which rows are found, written by the release that wrote the row",
)
PLACES = sa.Table(
    "search_places",
    Base.metadata,
    sa.Column(
        "term_id", sa.BigInteger, primary_key=True, autoincrement=False, comment="검색어 번호 | Number of the text"
    ),
    sa.Column("start", sa.Integer, primary_key=True, autoincrement=False, comment="위치 | Characters before the place"),
    sa.Column(
        "at_start", sa.Boolean, nullable=False, comment="처음 여부 | Whether nothing that counts stands before it"
    ),
    sa.Column("keys", Text, nullable=False, comment="자판 글쇠 | Keys by which the text is typed from there"),
    sa.Column("initials", Text, nullable=False, comment="초성 | Initials of the syllables from there"),
    *_seen_like_a_fact(),
    sa.Index("ix_search_places_keys", "at_start", "keys", "term_id"),
    sa.Index("ix_search_places_initials", "at_start", "initials", "term_id"),
    comment="검색 위치 | Places in texts at which what is searched for may begin",
)
SEARCH_TABLES = {table.name: table for table in (TERMS, PLACES)}
"""Kept like facts: with a history, and seen by grade, owner and moment."""
for _table in SEARCH_TABLES.values():
    history_of(_table)


class SearchedColumn:
    """A column that is searched, and the column of its row that names what is found by it."""

    def __init__(self, column: sa.Column[Any]) -> None:
        self.column = column
        found = column.info[SEARCHED]
        self.finds = "id" if found is True else str(found)


def searched_columns(table: sa.Table) -> list[SearchedColumn]:
    """Return the columns of a table that are declared as searched."""
    return [SearchedColumn(each) for each in table.columns if each.info.get(SEARCHED)]


def searched_tables() -> list[sa.Table]:
    """Return the tables of facts that have such a column."""
    return [table for table in fact_tables().values() if searched_columns(table)]


class MatchKind(Label):
    """일치 종류 | How a text matches what is searched for, the best first."""

    EXACT = "전체 일치 | The whole text"
    PREFIX = "앞부분 일치 | The text begins with it"
    INITIALS = "초성 일치 | Initials of syllables"
    INSIDE = "중간 일치 | It begins within the text"


class SearchHit(Derived):
    """검색 결과 | A row that is found, with the text by which it matches best."""

    __tablename__ = "search_hits"

    node_id: Mapped[str] = column("찾은 행 식별자 | Identifier of the row that is found")
    rank: Mapped[int] = column("순위 | Place in the order of matches, from 1")
    match: Mapped[MatchKind] = column("일치 종류 | How the text matches")
    other_layout: Mapped[bool] = column(
        "다른 자판 여부 | Whether it matches what the same keys write with the other layout, 한글 or Latin"
    )
    text: Mapped[str] = column("원문 표기 | Text that matches, as printed")
    start: Mapped[int] = column("위치 | Characters before the part that matches")
    needle: Mapped[str] = column("찾는 글쇠 | Keys or initials that were looked for")
