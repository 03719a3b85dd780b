"""Texts with other literals in the same places, laid out otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import Lexer, Source, Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

TEXTS = (
    *('""', '"가"', '"AI"', '"\\"\'"', '"\\\\"', '"\\u0041I"', '"\\u{1F642}"', '"\\ud83d\\ude42"', '"🙂"', '"%"'),
    *('"2026-06-18"', '"1000000"', '"2026-06-18T14:00:00+09:00"', '"technology:next-2026-oled"', '"NEXT-2026"'),
    *('"""\n  AI\n"""', '"""a \\""" b"""', '"\\u0000"', '"\\ud800"', '"\\q"', '"$1"', '"?0"'),
)
LITERALS = {
    TokenKind.INT: ("0", "1", "2", "5", "-1", "2026", "2147483648", "123456789012345678901"),
    TokenKind.FLOAT: ("0.5", "1.0", "-1e3"),
    TokenKind.STRING: TEXTS,
    TokenKind.BLOCK_STRING: TEXTS,
}
LAYOUT = (" ", "\n", ",", "\r\n\t", " \ufeff", ' # "}\n', "#\r")


def tokens(text: str) -> Iterator[Token]:
    """Read a text as graphql-core does."""
    lexer = Lexer(Source(text))
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        yield token


def relettered(text: str, random: Random) -> str:
    """Return a text with about half of its literals replaced, but for the defaults of variables."""
    pieces, end, before = [], 0, None
    for token in tokens(text):
        if token.kind in LITERALS and before is not TokenKind.EQUALS and random.random() < 0.5:
            pieces += [text[end : token.start], random.choice(LITERALS[token.kind])]
            end = token.end
        before = token.kind
    return "".join([*pieces, text[end:]])


def laid_out(text: str, random: Random) -> str:
    """Return a text with something to ignore wherever there was something, and behind it."""
    pieces, end = [], 0
    for token in tokens(text):
        pieces += [random.choice(LAYOUT) if token.start > end else "", text[token.start : token.end]]
        end = token.end
    return "".join([*pieces, random.choice(LAYOUT)])
