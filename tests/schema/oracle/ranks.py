"""How texts are ordered and folded, from Unicode's own tables and without the database."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

DIGITS = 15
KEPT = 1000
"""Of how many texts it is remembered what they sort by: each row is compared many times."""


@lru_cache(KEPT)
def folded(text: str) -> str:
    """Return a text without case and width: each character by itself, so that no language has a say."""
    composed = unicodedata.normalize("NFKC", text)
    return "".join("i" if letter == "İ" else letter.lower() for letter in composed).replace("ς", "σ")


@lru_cache(KEPT)
def natural(text: str) -> tuple[str, str]:
    """Return what texts sort by: numbers by their size, Latin letters behind 한글, ties by code point."""
    plain = re.sub("[0-9]+", lambda run: run[0].lstrip("0").zfill(DIGITS), folded(text).replace("\x01", ""))
    return re.sub("[a-z]", lambda letter: f"｀{letter[0]}", plain), text
