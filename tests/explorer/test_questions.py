"""The ready-made questions: each has an answer in the built-in dataset, and words in both languages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from graphql import TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, visit

from schema import contract
from tests.explorer.conftest import SOURCES, groups, questions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

FOLDER = SOURCES / "questions"
PICTURES = {"bars", "budget", "links", "matrix", "timeline"}


def text_of(question: dict[str, Any]) -> str:
    return (FOLDER / f"{question['id']}.graphql").read_text("utf-8")


def asked(client: httpx.Client, question: dict[str, Any], **moment: Any) -> dict[str, Any]:
    variables = {**question["variables"], **moment}
    answer: dict[str, Any] = client.post("/graphql", json={"query": text_of(question), "variables": variables}).json()
    assert "errors" not in answer
    data: dict[str, Any] = answer["data"]
    return data


def lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, dict):
        for member in value.values():
            yield from lists(member)
    elif isinstance(value, list):
        yield value
        for member in value:
            yield from lists(member)


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question["id"]))
def test_each_has_an_answer(client: httpx.Client, question: dict[str, Any]) -> None:
    data = asked(client, question)
    for root, member in data.items():
        assert any(lists(member)), f"{root} is empty"


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question["id"]))
def test_each_column_has_a_korean_head(client: httpx.Client, question: dict[str, Any]) -> None:
    def names(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, member in value.items():
                yield key
                yield from names(member)
        elif isinstance(value, list):
            for member in value:
                yield from names(member)

    heads = json.loads((FOLDER / "heads.json").read_text("utf-8"))
    unsaid = set(names(asked(client, question))) - {"nodes", *heads}
    assert unsaid == set()


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question["id"]))
def test_each_can_be_asked_of_a_release(client: httpx.Client, question: dict[str, Any]) -> None:
    """Before the first release nothing was known; at the newest one, what is answered without a release."""
    assert not any(map(any, lists(asked(client, question, atRelease=0))))
    assert asked(client, question, atRelease=1) == asked(client, question)


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question["id"]))
def test_each_can_be_asked_of_a_day_where_it_knows_days(client: httpx.Client, question: dict[str, Any]) -> None:
    """A picker that changes nothing is not offered: one is there exactly where something is in force for a time."""
    offered = "$asOf: Date" in text_of(question)
    assert offered == bool(in_force(text_of(question)))
    if offered:
        asked(client, question, asOf="2026-06-18")


def test_a_day_changes_what_ministries_are_called(client: httpx.Client) -> None:
    (question,) = (each for each in questions() if each["id"] == "former-names")

    def names(**moment: Any) -> set[str]:
        return {each["name"] for each in asked(client, question, **moment)["ministries"]["nodes"]}

    assert "문화재청" in names(asOf="2024-01-01")
    assert "문화재청" not in names()


def in_force(text: str) -> set[str]:
    """Return which types that a document reads or filters by have a time in which they are in force."""
    info = TypeInfo(contract().schema)
    found: set[str] = set()

    class Reader(Visitor):
        def enter_field(self, *_: Any) -> None:
            self._note(get_named_type(info.get_type()))

        def enter_object_field(self, *_: Any) -> None:
            self._note(get_named_type(info.get_input_type()))

        def _note(self, type_: Any) -> None:
            if "validFrom" in getattr(type_, "fields", {}):
                found.add(type_.name)

    visit(parse(text), TypeInfoVisitor(info, Reader()))
    return found


def test_each_attribute_of_which_something_is_said_has_a_korean_name(client: httpx.Client) -> None:
    query = "{ claims { groups(by: [{attribute: VALUE}], first: 1000) { nodes { key { attribute } } } } }"
    groups = client.post("/graphql", json={"query": query}).json()["data"]["claims"]["groups"]["nodes"]
    attributes = {each["key"]["attribute"] for each in groups} - {None}
    camel = {re.sub(r"_(\w)", lambda found: found[1].upper(), each.removesuffix("_id")) for each in attributes}
    assert len(camel) > 30
    assert camel - set(json.loads((FOLDER / "heads.json").read_text("utf-8"))) == set()


def test_the_answer_about_quantum_is_right(client: httpx.Client) -> None:
    """과기1 and 과기2 are one ministry; the sum is what the two lines of the table say."""
    (question,) = (each for each in questions() if each["id"] == "quantum-budget")
    found = asked(client, question)["budgetAllocations"]["groups"]["nodes"]
    sums = {each["key"]["budgetLine"]["ministry"]["name"]: each["sum"]["amount"] for each in found}
    assert sums == {"과학기술정보통신부": "2982.065", "방위사업청": "23.1"}


def test_every_file_is_a_question_and_every_question_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.graphql")} == {question["id"] for question in questions()}


def test_words_stand_in_both_languages() -> None:
    for words in [group["title"] for group in groups()] + [
        question[key] for question in questions() for key in ("title", "about")
    ]:
        assert set(words) == {"ko", "en"}
        assert re.search("[가-힣]", words["ko"])
        assert not re.search("[가-힣]", words["en"])


def test_pictures_are_ones_that_there_are() -> None:
    assert {question["picture"] for question in questions() if "picture" in question} == PICTURES


def test_codes_are_asked_of_enums_that_there_are() -> None:
    """The page asks for the names of codes in one request: one enum that is gone would leave it without any."""
    source = (SOURCES / "src" / "server.js").read_text("utf-8")
    (names,) = re.findall(r"const ENUMS = \[(.*?)\]", source, re.DOTALL)
    assert set(re.findall(r'"(\w+)"', names)) <= set(contract().schema.type_map)
