"""Documents are counted as if each spread were opened, without opening any."""

from __future__ import annotations

from dataclasses import asdict
from random import Random

import pytest
from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, OperationDefinitionNode, parse
from hypothesis import given
from hypothesis import strategies as st

from schema.limits import DESCRIPTIONS, Limits
from schema.sql.counting import MOST, Counts, check, count
from schema.sql.errors import LimitExceeded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ a }", Counts(1, 1, 1)),
        ("{ a { b c { d } } e }", Counts(3, 5, 2)),
        ("{ x: a { y: b @skip(if: true) } }", Counts(2, 2, 1, 2, 1)),
        ("query ($a: Int @d) @e { a }", Counts(1, 1, 1, 0, 2)),
        ("{ ...F ...F } fragment F on Query { a { b } }", Counts(2, 4, 2, spreads=2)),
        ("{ a { ...F } } fragment F on A { x: b ...G } fragment G on A { c @d { e } }", Counts(3, 4, 1, 1, 1, 2)),
        ("{ ... on A { ... @d { a } } }", Counts(1, 1, 1, 0, 1)),
        ("{ a } fragment F on A { b c }", Counts(1, 3, 1)),
        ("query A { a b } query B { c }", Counts(1, 3, 2)),
        ("{ __schema { types { name } } a }", Counts(1, 1, 2, introspection_depth=3, introspection_fields=3)),
        (
            "{ __schema { types { ...T } } } fragment T on __Type { ofType { ...U } } fragment U on __Type { name }",
            Counts(roots=1, spreads=2, introspection_depth=4, introspection_fields=4),
        ),
        ("{ ...A } fragment A on Query { a ...B } fragment B on Query { b ...A }", Counts(0, 2, 0, spreads=3)),
        ("{ ...Missing a }", Counts(1, 1, 1, spreads=1)),
    ],
)
def test_small_documents(text: str, expected: Counts) -> None:
    assert asdict(count(parse(text))) == asdict(expected)


def opened(document: DocumentNode) -> tuple[int, int, int]:
    """Return depth, fields and spreads of the one operation, by opening every spread."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    found = [0, 0, 0]

    def walk(node: object, depth: int) -> None:
        for each in getattr(getattr(node, "selection_set", None), "selections", ()):
            if isinstance(each, FieldNode):
                found[0], found[1] = max(found[0], depth + 1), found[1] + 1
                walk(each, depth + 1)
            elif isinstance(each, FragmentSpreadNode):
                found[2] += 1
                walk(fragments[each.name.value], depth)
            else:
                walk(each, depth)

    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    walk(operation, 0)
    return found[0], found[1], found[2]


def written(random: Random) -> str:
    """Write a document whose fragments spread later ones only, each at least once."""
    names = [f"F{number}" for number in range(random.randint(0, 6))]

    def selection(later: list[str], depth: int) -> str:
        parts = [f"...{name}" for name in random.choices(later, k=random.randint(0, 2))] if later else []
        parts += ["a" for _ in range(random.randint(0, 2))]
        if depth and random.random() < 0.6:
            parts.append(f"b {selection(later, depth - 1)}")
        if depth and random.random() < 0.3:
            parts.append(f"... on A {selection(later, depth - 1)}")
        random.shuffle(parts)
        return "{ " + " ".join(parts or ["a"]) + " }"

    fragments = [f"fragment {name} on A {selection(names[at + 1 :], 3)}" for at, name in enumerate(names)]
    return "\n".join([f"{{ {' '.join(f'...{name}' for name in names)} c {selection(names, 3)} }}", *fragments])


@given(st.integers(0, 2**32).map(Random))
def test_counting_agrees_with_opening(random: Random) -> None:
    document = parse(written(random))
    found = count(document)
    assert (found.depth, found.fields, found.spreads) == opened(document)


def test_numbers_stay_small() -> None:
    doubling = "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(3000))
    found = count(parse(f"{{ ...f0 }}{doubling} fragment f3000 on Query {{ a }}"))
    assert found.fields == found.spreads == MOST


def test_a_limit_is_still_allowed() -> None:
    document = parse("{ a { b } }")
    check(document, Limits(depth=2, fields=2, roots=1))
    with pytest.raises(LimitExceeded) as refused:
        check(document, Limits(depth=1))
    assert refused.value.extensions == {"code": "LIMIT_EXCEEDED", "limit": "depth", "maximum": 1, "found": 2}


def test_every_limit_says_in_two_languages_what_it_is() -> None:
    for text in DESCRIPTIONS.values():
        korean, english = text.split(" | ")
        assert not korean.isascii()
        assert english.isascii()
