"""Literals taken out of a text: texts that share a skeleton differ in literals alone."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLSyntaxError, TokenKind
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schema.sql.literals import written
from tests.schema.oracle.documents import Request, requests
from tests.schema.sql.relettering import LITERALS, laid_out, relettered, tokens
from tests.schema.test_oracle import EXAMPLES

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

PIECES = (
    *("{", "}", "(", ")", "[", "]", "!", "$", "=", ":", "@", "|", "&", ".", "..", "...", "?", "%", "'"),
    *(
        "a",
        "query",
        "_1",
        "가",
        "0",
        "01",
        "1",
        "-1",
        "-",
        "+",
        "1.5",
        "1.",
        ".5",
        "1e5",
        "1E-5",
        "e",
        "-0",
        "1a",
        "?0",
    ),
    *(
        '"',
        '""',
        '"""',
        '""""',
        '"a"',
        '"?"',
        '"\\""',
        '"\\',
        "\\",
        '\\"',
        '\\"""',
        "\\u0041",
        "\\q",
        '"""a"""',
        '"\n"',
    ),
    *(" ", ",", "\n", "\r", "\t", "\ufeff", "\u2028", "\x00", "#", "#a", "#\n", '# "\n', '#"""\r', "\ud800", "🙂"),
)
PLENTY = settings(deadline=None, database=None, max_examples=EXAMPLES * 4)
# Shrinking a document takes minutes and says little more.
FEWER = settings(PLENTY, max_examples=EXAMPLES // 3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def meaning(text: str) -> list[Any] | None:
    """Return what graphql-core reads, for literals only their kind unless they are defaults; None for what is wrong."""
    found: list[Any] = []
    try:
        for token in tokens(text):
            if token.kind in LITERALS and found[-1:] != [(TokenKind.EQUALS, None)]:
                found.append(TokenKind.STRING if token.kind is TokenKind.BLOCK_STRING else token.kind)
            else:
                found.append((token.kind, token.value))
    except GraphQLSyntaxError:
        return None
    return found


@PLENTY
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.data())
def test_texts_of_one_skeleton_read_alike(pieces: list[str], data: st.DataObject) -> None:
    """Whatever they are made of, and wherever they differ."""
    others = list(pieces)
    for _ in range(data.draw(st.integers(1, 2)) if pieces else 0):
        others[data.draw(st.integers(0, len(pieces) - 1))] = data.draw(st.sampled_from(PIECES))
    texts = ["".join(pieces), "".join(others)]
    first, second = map(written, texts)
    read = [meaning(text) for text in texts]
    if first and second and first.skeleton == second.skeleton:
        # Only where an escape is wrong graphql-core can read one text and not the other.
        assert read[0] == read[1] or (None in read and "\\" in "".join(texts))
    for text, found, tokens_ in zip(texts, (first, second), read, strict=True):
        # What has no skeleton is wrong or empty, or a text in surrogates, which no request can bring.
        assert found or not tokens_ or "\ud800" in text
        assert (
            not found or tokens_ is None or len(found.literals) == sum(isinstance(each, TokenKind) for each in tokens_)
        )


def test_generated_documents_share_their_skeleton(dataset: World) -> None:
    """However they are laid out, and whatever their literals are."""

    @FEWER
    @given(requests(dataset), st.integers(0, 2**32).map(Random))
    def share(asked: Request, random: Random) -> None:
        other = relettered(laid_out(asked.text, random), random)
        first, second = written(asked.text), written(other)
        assert first
        assert second
        assert first.skeleton == second.skeleton
        assert meaning(other) in (meaning(asked.text), None)

    share()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{a b}", "{ab}"),
        ("{a(b: 1)}", "{a(b: 1.0)}"),
        ("{a(b: 1)}", '{a(b: "1")}'),
        ("{a(b: 1)}", "{a(b: x)}"),
        ("{a(b: true)}", "{a(b: false)}"),
        ("{a(b: [1])}", "{a(b: [1, 1])}"),
        ("{a(b: [1])}", "{a(b: 1)}"),
        ('{a(b: "x" c: "y")}', '{a(b: "x\\" c: \\"y")}'),
        ('{a(b: "", c: 1)}', '{a(b: """, c: 1)}"""'),
        ("query($a: Int = 1) {a(b: $a)}", "query($a: Int = 2) {a(b: $a)}"),
        ('query($a: Int =#\n"?0") {a(b: $a)}', 'query($a: Int = "?1") {a(b: $a)}'),
    ],
)
def test_what_differs_in_more_is_told_apart(one: str, other: str) -> None:
    first, second = written(one), written(other)
    assert first
    assert second
    assert first.skeleton != second.skeleton


def test_layout_does_not_matter() -> None:
    texts = ('{a(b:1,c:"x")}', '{a(b:2 c:"y")}', '\ufeff{a(b:3,,c:"""z""")} # end', '{a(b:4\r\nc:"")}\n\n')
    assert [found and found.skeleton for found in map(written, texts)] == ['{a(b: ?0 c: ?" )}'] * 4


@pytest.mark.parametrize("text", ["", " ", "{a ? b}", '{a(b: "', '{a(b: """x"")}', "{a(b: 01)}", "{a(b: 1a)}", "{..a}"])
def test_what_is_no_document_has_no_skeleton(text: str) -> None:
    assert written(text) is None


HOSTILE = (
    '"',
    '""',
    '"""',
    '"\\',
    '\\"""',
    "\\",
    "#",
    "#\n",
    " ",
    "1",
    "-",
    "1.",
    "a",
    "a ",
    "{",
    ".",
    '"\n',
    "\ud800",
)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", '"', '"""', "{a}"])
def test_a_hostile_text_takes_no_more_than_its_length(before: str, piece: str) -> None:
    """A fraction of a second of CPU for a million characters; looking at all of them for each would take hours."""
    text = before + piece * (1_000_000 // len(piece))
    began = time.process_time()
    written(text)
    assert time.process_time() - began < 10
