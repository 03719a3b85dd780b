"""How a filter matches texts as search does: what is typed becomes a regular expression over the letters of a text.

So a comparison is a function of the text and of what is typed, in any column, and needs no index. A key types initial
and final consonants alike, and two keys may type one letter: so the expression names, for keys, the letters that they
may have become. The last key may be the first of such two.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.models.base import Base
from db.models.search import FINALS, IGNORED, INITIALS, VOWELS, WITHIN_A_LETTER, quoted

KEYS_IN_PATTERN = 100
"""How many keys of what is typed its pattern has; PostgreSQL would take long to read a longer one."""
_IGNORED = "".join(f"\\{sign}" if sign in "-[]" else sign for sign in IGNORED)
_MEDIAL = {keys: chr(0x1161 + place) for place, keys in enumerate(VOWELS)}
_FINAL = {keys: chr(0x11A8 + place) for place, keys in enumerate(FINALS)}
_COMPOUND = {keys: letter for keys, letter in (_MEDIAL | _FINAL).items() if len(keys) > 1}
# Keys have no capital letter, which leaves these to write with: what may stand between letters, and the last key where
# it may be the first of two.
_BETWEEN = "Z"
_LAST = dict(zip(dict.fromkeys(keys[0] for keys in _COMPOUND), "ABCDEFG", strict=True))
_SIGNS = "!-/:-@\\[-`{-~"


def _letters(key: str, *, last: bool = False) -> str:
    """Return the class of the letters that a key types, or begins to."""
    initial = chr(0x1100 + INITIALS.index(key)) if key in INITIALS else ""
    begun = "".join(letter for keys, letter in _COMPOUND.items() if last and keys[0] == key)
    return f"[{initial}{_MEDIAL.get(key, '')}{_FINAL.get(key, '')}{begun}]"


def _typed(keys: str, *, last: bool = False) -> str:
    """Return what matches the letters that up to three keys type."""
    ways = [[*(_letters(key) for key in keys[:-1]), _letters(keys[-1], last=last)]]
    if keys[:2] in _COMPOUND:
        ways.append([_COMPOUND[keys[:2]], *(_letters(key) for key in keys[2:])])
    if keys[1:] in _COMPOUND:
        ways.append([_letters(keys[0]), _COMPOUND[keys[1:]]])
    return f"(?:{'|'.join(_BETWEEN.join(way) for way in ways)})"


def _replaced(text: str, parts: dict[str, str]) -> str:
    for part, by in parts.items():
        text = f"replace({text}, {quoted(part)}, {quoted(by)})"
    return text


def _others(text: str) -> str:
    """Return the expression in which every character that is no key of 한글 stands for itself."""
    letters, signs = quoted(f"([^ㄱ-ㅣA-Z{_SIGNS}])"), quoted(f"([{_SIGNS}])")
    itself, sign_itself = quoted("\\1" + _BETWEEN), quoted("\\\\\\1" + _BETWEEN)
    return f"regexp_replace(regexp_replace({text}, {letters}, {itself}, 'g'), {signs}, {sign_itself}, 'g')"


def _of_keys() -> str:
    """Return the pattern of keys: the longest runs first, so that none is taken apart."""
    triples = [one + other[1] for one in _COMPOUND for other in _COMPOUND if one[1] == other[0]]
    singles = [*INITIALS, *(keys for keys in VOWELS if len(keys) == 1)]
    parts = {keys: _typed(keys) + _BETWEEN for keys in (*triples, *_COMPOUND, *singles)}
    ends = [keys for keys in (*_COMPOUND, *_LAST) if keys[-1] in _LAST]
    parts |= {keys[:-1] + _LAST[keys[-1]]: _typed(keys, last=True) for keys in ends}
    longest_first = dict(sorted(parts.items(), key=lambda part: -len(part[0])))
    coded = f"left(keys, -1) || translate(right(keys, 1), {quoted(''.join(_LAST))}, {quoted(''.join(_LAST.values()))})"
    return _replaced(_others(coded), longest_first | {_BETWEEN: f"[{_IGNORED}]*"})


def _of_initials() -> str:
    parts = {key: chr(0x1100 + place) + _BETWEEN for place, key in enumerate(INITIALS)}
    return _replaced(_others("keys"), parts | {_BETWEEN: f"[\u1160-\u11ff{_IGNORED}]*"})


# A vowel begins a letter of its own unless an initial stands before it.
_AT_A_VOWEL, _AT_A_LETTER = quoted("(?<![\u1100-\u1112])"), quoted(f"(?![{WITHIN_A_LETTER}])")
_IMMUTABLE = "RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE\nRETURN"
FUNCTIONS = (
    f'CREATE OR REPLACE FUNCTION search_letters(value text) {_IMMUTABLE} normalize(folded(value), NFKD) COLLATE "C"',
    f"CREATE OR REPLACE FUNCTION search_pattern(typed text, at_start boolean) {_IMMUTABLE}\n"
    f"(SELECT CASE WHEN at_start THEN {quoted(f'^[{_IGNORED}]*')} ELSE '' END || CASE\n"
    "WHEN keys = '' THEN ''\n"
    f"WHEN keys ~ '[ㄱ-ㅎ]' AND keys !~ '[ㅏ-ㅣ]' THEN {_AT_A_LETTER} || {_of_initials()}\n"
    f"ELSE CASE WHEN keys ~ '^[ㅏ-ㅣ]' THEN {_AT_A_VOWEL} ELSE {_AT_A_LETTER} END || {_of_keys()} END\n"
    f'FROM (SELECT left(search_keys(typed), {KEYS_IN_PATTERN}) AS keys) AS folded) COLLATE "C"',
)
"""The functions that give the letters of a text, and the expression that finds in them what is typed."""


@sa.event.listens_for(Base.metadata, "before_create")
def _create(_: sa.MetaData, connection: sa.Connection, **__: Any) -> None:
    for statement in FUNCTIONS:
        connection.exec_driver_sql(statement)
