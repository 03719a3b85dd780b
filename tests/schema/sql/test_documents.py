"""Documents: planned once for all texts that differ in literals alone, and answered each with its own."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema import contract
from schema.limits import Limits
from schema.sql import documents
from schema.sql.execution import Executor
from schema.sql.planner import Planner
from schema.sql.recent import Recent
from tests.calls import counted
from tests.schema.oracle.documents import Request, requests
from tests.schema.sql.relettering import laid_out, relettered
from tests.schema.sql.test_literals import FEWER
from tests.wide import WIDE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.schema.oracle.world import World

Variables = dict[str, Any]


def fresh() -> Executor:
    """Return an executor that has read nothing yet."""
    return Executor(contract().schema, contract().executor._planner, WIDE)


def answer(world: World, executor: Executor, text: str, variables: Mapping[str, Any] | None = None) -> Any:
    """Return everything that a client would see of an answer."""
    result = world.runner.run(executor.execute(executor.document(text), world.database, variables or {}))
    errors = [error.formatted for error in result.errors or ()]
    return [orjson.loads(orjson.dumps(result.data)), errors, result.extensions]


def agree(world: World, first: str, text: str, variables: Mapping[str, Any] | None = None) -> Any:
    """Assert that a text is answered the same by who knows another one as by who knows none; return the answer."""
    knowing = fresh()
    for _ in range(2):
        answer(world, knowing, first, variables)
    expected = answer(world, fresh(), text, variables)
    for _ in range(2):
        assert answer(world, knowing, text, variables) == expected
    return expected


def test_generated_documents_keep_their_own_literals(dataset: World) -> None:
    """Answers and errors, with the places where they are, are those of the text itself."""

    @FEWER
    @given(requests(dataset), st.integers(0, 2**32).map(Random))
    def keep(asked: Request, random: Random) -> None:
        agree(dataset, asked.text, relettered(laid_out(asked.text, random), random), asked.variables)

    keep()


BY_NAME = '{ technologies(where: {name: {eq: "%s"}}, first: 1) { nodes { name } } releases { totalCount } }'


def test_a_thousand_texts_are_parsed_and_planned_once(dataset: World, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed, validated = counted(monkeypatch, documents, "parse"), counted(monkeypatch, documents, "validate")
    planned = counted(monkeypatch, Planner, "root")
    executor = fresh()
    for number in range(1_000):
        answer(dataset, executor, BY_NAME % f"{number}")
    assert (len(parsed), len(validated), len(planned)) == (1, 1, 2)


def test_many_at_once_get_their_own_rows(dataset: World) -> None:
    names = [node["name"] for node in dataset.answer("{ technologies { nodes { name } } }")["technologies"]["nodes"]]
    executor = fresh()

    async def ask(name: str, way: int) -> None:
        written = orjson.dumps(name).decode()[1:-1]
        text = (BY_NAME, BY_NAME.replace(" ", "\n"), f"# {way}\n{BY_NAME}")[way % 3] % written
        result = await executor.execute(executor.document(text), dataset.database)
        assert result.data
        assert orjson.loads(orjson.dumps(result.data["technologies"])) == {"nodes": [{"name": name}]}

    async def ask_all() -> None:
        for _ in range(3):
            await asyncio.gather(*(ask(name, way) for way, name in enumerate(names * 4)))

    dataset.runner.run(ask_all())


@pytest.mark.parametrize(
    "literal",
    [
        *('""', '"\'"', '"\\""', '"\\\\"', '"\\\\\\""', '"\\/\\b\\f\\n\\r\\t"', '"; DROP TABLE technologies; --"'),
        *('"\\u0041\\u{1F642}"', '"\\uD83D\\uDE42"', '"\\u0000"', '"\x00"', '"\x1f"', '"\\uD83D"', '"\\u{D83D}"'),
        *('"\\u{110000}"', '"\ud83d"', '"\ud83d\ude42"', '"\\x"', '"\\u00"', '"a\nb"', '"$1"', '"?0"', '"%s"'),
        *(
            '"""\n    a\n      "b"\n  """',
            '"""a\\"""b"""',
            '"""\\u0041"""',
            '""""""',
            '"""\r\n a\r\n b"""',
            '"""a\x00"""',
        ),
    ],
)
def test_texts_are_read_as_graphql_reads_them(odd: World, literal: str) -> None:
    """``nodes`` names what it does not find."""
    text = '{ nodes(ids: ["a:b"]) { id } terms(where: {term: {ne: "x"}}) { totalCount } }'
    agree(odd, text, text.replace('"x"', literal))
    found = agree(odd, text, text.replace('"a:b"', literal))
    assert found[1]


FORMS = {
    "an ID by a number": ("{ node(id: 5) { id } }", "{ node(id: 7) { id } }"),
    "kinds of identifiers": (
        '{ node(id: "ministry:mofe") { id } }',
        '{ node(id: "technology:next-2026-oled") { __typename id } }',
    ),
    "a list of one": ('{ nodes(ids: "a") { id } }', '{ nodes(ids: "ministry:mofe") { id } }'),
    "a list": (
        '{ technologies(where: {name: {in: ["a", "b"]}}) { totalCount } }',
        '{ technologies(where: {name: {in: ["차세대 OLED", "b"]}}) { totalCount } }',
    ),
    "a list of one in a filter": (
        '{ technologies(where: {name: {in: "a"}}) { totalCount } }',
        '{ technologies(where: {name: {in: "차세대 OLED"}}) { totalCount } }',
    ),
    "a Decimal by a number": (
        "{ budgetLines(where: {amount: {gt: 1}}) { totalCount } }",
        "{ budgetLines(where: {amount: {gt: 1000000000000}}) { totalCount } }",
    ),
    "a Decimal that is none": (
        '{ budgetLines(where: {amount: {gt: "1"}}) { totalCount } }',
        '{ budgetLines(where: {amount: {gt: "x"}}) { totalCount } }',
    ),
    "a number out of range": (
        "{ budgetLines(where: {fiscalYear: {gt: 1}}) { totalCount } }",
        "{ budgetLines(where: {fiscalYear: {gt: 2147483648}}) { totalCount } }",
    ),
    "a page": ("{ terms(first: 2) { nodes { id } } }", "{ terms(first: 3) { nodes { id } } }"),
    "a page that is too large": ("{ terms(first: 2) { nodes { id } } }", "{\n terms(first: 1001) { nodes { id } } }"),
    "two pages": (
        "{ a: terms(first: 2) { nodes { id } } b: terms(last: 2) { nodes { id } } }",
        "{ a: terms(first: 3) { nodes { id } } b: terms(last: 1) { nodes { id } } }",
    ),
    "a cursor that is none": ('{ terms(after: "a") { totalCount } }', '{ terms(after:\n"b") { totalCount } }'),
    "a day": (
        '{ ministries(asOf: "2020-01-01") { totalCount } }',
        '{ ministries(asOf: "2026-06-18") { totalCount } }',
    ),
    "a release": ("{ terms(atRelease: 1) { totalCount } }", "{ terms(atRelease: 0) { totalCount } }"),
    "a release to come": ("{ terms(atRelease: 1) { totalCount } }", "{ terms(atRelease: 9) { totalCount } }"),
    "a fragment": (
        "{ ...A ...B } fragment A on Query { terms(first: 1) { totalCount } } fragment B on Query { ...A }",
        "{ ...A ...B } fragment A on Query { terms(first: 9) { totalCount } } fragment B on Query { ...A }",
    ),
    "a default": (
        "query($n: Int = 1) { terms(first: $n) { nodes { id } } }",
        "query($n: Int = 2) { terms(first: $n) { nodes { id } } }",
    ),
    "a default in a list": (
        'query($n: [String!] = ["a"]) { technologies(where: {name: {in: $n}}) { totalCount } }',
        'query($n: [String!] = ["차세대 OLED"]) { technologies(where: {name: {in: $n}}) { totalCount } }',
    ),
    "a default in an object": (
        'query($w: TextFilter = {eq: "a"}) { technologies(where: {name: $w}) { totalCount } }',
        'query($w: TextFilter = {eq: "차세대 OLED"}) { technologies(where: {name: $w}) { totalCount } }',
    ),
    "a description": (
        '"a" query A { terms(where: {term: {eq: "a"}}) { totalCount } }',
        '"b" query A { terms(where: {term: {eq: "차세대 OLED"}}) { totalCount } }',
    ),
    "introspection": (
        '{ __type(name: "Term") { name } terms { totalCount } }',
        '{ __type(name: "Query") { name } terms { totalCount } }',
    ),
    "fields that are merged": (
        "{ terms(first: 1) { totalCount } terms(first: 1) { nodes { id } } }",
        "{ terms(first: 2) { totalCount } terms(first: 2) { nodes { id } } }",
    ),
    "fields that can no longer be merged": (
        "{ terms(first: 1) { totalCount } terms(first: 1) { nodes { id } } }",
        "{ terms(first: 1) { totalCount } terms(first: 2) { nodes { id } } }",
    ),
    "an unknown directive": ("{ terms @a(b: 1) { totalCount } }", "{ terms @a(b: 2) { totalCount } }"),
    "a field that is not there": ("{ terms(b: 1) { totalCount } }", "{ terms(b: 2) { totalCount } }"),
}


@pytest.mark.parametrize(("first", "text"), FORMS.values(), ids=FORMS)
def test_whatever_is_written_out(dataset: World, first: str, text: str) -> None:
    agree(dataset, first, text)
    agree(dataset, text, first)


def test_operations_of_a_text_are_told_apart(dataset: World) -> None:
    executor = fresh()
    text = "query A { terms(first: %d) { nodes { id } } } query B { terms(first: %d) { nodes { id } } }"
    for sizes in ((1, 2), (3, 1), (2, 5), (1, 2)) * 2:
        for name, size in zip("AB", sizes, strict=True):
            running = executor.execute(executor.document(text % sizes), dataset.database, {}, name)
            (found,) = (dataset.runner.run(running).data or {}).values()
            assert len(orjson.loads(orjson.dumps(found))["nodes"]) == size


def test_a_client_s_variable_cannot_pass_for_a_literal(dataset: World) -> None:
    """Variables that are not declared are passed over, whatever their names."""
    text = '{ technologies(where: {name: {eq: "차세대 OLED"}}) { nodes { name } } }'
    executor = fresh()
    for _ in range(3):
        found = answer(dataset, executor, text, {"0": "없음", "": "없음"})
        assert found[0]["technologies"]["nodes"] == [{"name": "차세대 OLED"}]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "DOCUMENTS_KEPT", 3)
    monkeypatch.setattr(documents, "LONGEST_KEPT", 100)
    monkeypatch.setattr(documents, "CHARACTERS_KEPT", 150)
    kept = documents.Documents(contract().schema, Limits())
    texts = [f"{{ terms {{ {name}: totalCount }} }}" for name in "abcdef"]
    for text in texts:
        assert kept.read(text) is kept.read(text)
        assert len(kept._documents) == len(kept._forms) <= 3
    long = f"{{ terms {{ {'g' * 60}: totalCount }} }}"
    assert kept.read(long) is kept.read(long)
    assert len(kept._documents) == len(kept._forms) == 3
    assert kept.read(long + " " * 10).form is kept.read(long).form
    assert len(kept._documents) == 1
    longer = f"{{ terms {{ {'h' * 100}: totalCount }} }}"
    assert kept.read(longer) is not kept.read(longer)
    assert len(kept._documents) == 1


def test_the_weight_of_what_is_kept() -> None:
    recent: Recent[str, str] = Recent(10, 10)
    for key, weight in (("a", 4), ("b", 4), ("a", 6), ("c", 1)):
        recent.keep(key, key.upper(), weight)
    assert recent.values() == ["A", "C"]
    recent.keep("d", "D", 11)
    assert recent.values() == []
    recent.keep("e", "E", 10)
    assert recent.values() == ["E"]
