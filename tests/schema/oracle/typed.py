"""How typed texts match, from the code chart of Unicode and by trying every place: in filters and in search."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from unicodedata import combining, lookup, name, normalize

from tests.schema.oracle.ranks import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

SYLLABLES = range(0xAC00, 0xD7A4)
TWO_KEYS = dict(zip("ㅘㅙㅚㅝㅞㅟㅢ", ("ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅡㅣ"), strict=True))
TWO_KEYS |= dict(zip("ㄳㄵㄶㅄ", ("ㄱㅅ", "ㄴㅈ", "ㄴㅎ", "ㅂㅅ"), strict=True))
TWO_KEYS |= {letter: f"ㄹ{second}" for letter, second in zip("ㄺㄻㄼㄽㄾㄿㅀ", "ㄱㅁㅂㅅㅌㅍㅎ", strict=True)}
"""Letters that take two keys on the usual keyboard, which has one for each of the others."""
SAYS_NOTHING = frozenset(" \t\n\r\u00a0\u3000·ㆍ\u119e・‧•∙⋅･-‐‑‒–—―_,'\"‘’“”「」『』〈〉《》【】()[]")


KEPT = 1000
"""Of how many texts it is remembered how they are read: what is looked for is compared with every row."""


def contains(text: str, typed: str) -> bool:
    """Return whether what is typed begins anywhere in a text."""
    return not keys(typed) or any(True for _ in places(text, typed))


def starts(text: str, typed: str) -> bool:
    """Return whether a text begins with what is typed, but for characters that say nothing."""
    return not keys(typed) or any(not keys(before) for before in places(text, typed))


def places(text: str, typed: str) -> Iterator[str]:
    """Return what stands before each place at which what is typed begins in a text."""
    wanted, composed = keys(typed), folded(text)
    read = initials if is_initials(wanted) else keys
    for place, letter in enumerate(composed):
        if not _starts_a_letter(letter) or (read is keys and not _may_start(wanted, letter)):
            continue
        if read(composed[place:]).startswith(wanted):
            yield composed[:place]


@lru_cache(KEPT)
def keys(text: str) -> str:
    """Return the keys by which a text is typed."""
    return "".join(_keys(letter) for letter in normalize("NFD", folded(text)))


def initials(text: str) -> str:
    """Return the first letters of syllables, and whatever is no syllable."""
    letters = normalize("NFD", folded(text))
    return "".join(_keys(letter) for letter in letters if _role(letter) not in ("JUNGSEONG", "JONGSEONG"))


@lru_cache(KEPT)
def is_initials(wanted: str) -> bool:
    """Return whether keys are of consonants only, as far as they are of 한글."""
    korean = [key for key in wanted if name(key, "").startswith("HANGUL LETTER")]
    return bool(korean) and not any("ㅏ" <= key <= "ㅣ" for key in korean)


def begins(letter: str) -> bool:
    """Return whether a character of a composed text is a syllable or a letter of its own."""
    if ord(letter) in SYLLABLES or "\u1161" <= letter <= "\u1175":
        return True
    first = normalize("NFD", letter)[0]
    return not ("\u0300" <= first <= "\u036f" or "\u1160" <= first <= "\u11ff")


@cache
def _starts_a_letter(letter: str) -> bool:
    return bool(keys(letter)) and begins(letter)


def _may_start(wanted: str, letter: str) -> bool:
    """Return whether keys may be those from a letter on: to read on from each takes the square of a text's length."""
    first = _first(letter)
    # Normalizing moves marks past each other, and nothing else.
    return bool(combining(first)) or wanted.startswith(_keys(first)[:1])


@cache
def _first(letter: str) -> str:
    return normalize("NFD", folded(letter))[0]


@cache
def _role(letter: str) -> str:
    """Return which part of a syllable a letter is: CHOSEONG, JUNGSEONG or JONGSEONG."""
    words = name(letter, "").split()
    return words[1] if len(words) > 1 and words[0] == "HANGUL" else ""


@cache
def _keys(letter: str) -> str:
    if letter in SAYS_NOTHING:
        return ""
    if "\u1100" <= letter <= "\u1112" or "\u1161" <= letter <= "\u1175" or "\u11a8" <= letter <= "\u11c2":
        letter = lookup(f"HANGUL LETTER {name(letter).split(maxsplit=2)[2]}")
    return TWO_KEYS.get(letter, letter)
