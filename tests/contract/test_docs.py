"""The documents tell the truth: their queries run, their tables equal the code, their links lead somewhere."""

from __future__ import annotations

import re
from dataclasses import fields
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

import orjson
import pytest

from api.errors import Code
from api.landing import LINKED_QUERY
from api.settings import PersistedMode, Settings
from db import models
from db.dataset import load_dataset
from db.models.discrepancies import Check
from db.models.search import MatchKind
from db.search import AT_MOST
from db.viewers import Scope
from schema import contract
from schema.limits import DESCRIPTIONS, LARGEST_PAGE, Limits, shown_name
from schema.sql.cost import (
    LARGEST_WALK,
    LIST_POINTS,
    OBJECT_POINTS,
    RELATION_POINTS,
    ROOT_POINTS,
    VALUES_A_POINT,
    WHOLE_POINTS,
)
from schema.sql.pages import DEFAULT_PAGE
from tests.contract.answers import answered, is_excerpt
from tests.contract.markdown import (
    DOCUMENTS,
    REPOSITORY,
    Example,
    anchors,
    blocks,
    examples,
    links,
    name,
    section,
    table,
    text,
)
from tests.schema.oracle.world import ALL_SEEING

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from schema.sql import Document

README = REPOSITORY / "README.md"
DATA = REPOSITORY / "docs" / "data.md"
DISCREPANCIES = REPOSITORY / "docs" / "discrepancies.md"
ASKING = REPOSITORY / "docs" / "asking.md"
COST = REPOSITORY / "docs" / "cost.md"
OPERATIONS = REPOSITORY / "docs" / "operations.md"
PLANNER = REPOSITORY / "docs" / "planner.md"
KEYS = REPOSITORY / "docs" / "keys.md"
SEARCH = REPOSITORY / "docs" / "search.md"
PERSISTED = REPOSITORY / "docs" / "persisted.md"
LIMITS = REPOSITORY / "docs" / "limits.md"
IMPORTING = REPOSITORY / "docs" / "importing.md"
# What the page on importing asks for has to be imported first: tests/contract/test_importing_page.py.
EXAMPLES = [example for path in DOCUMENTS if path != IMPORTING for example in examples(path)]
COMMANDS = ("pip install uv && uv run nextgraph serve", "pip install uv && uv run pytest")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_query_gives_the_answer_shown(dataset_url: sa.URL, example: Example) -> None:
    answer, _ = answered(dataset_url, example.query, example.variables)
    if example.answer is None or "errors" not in example.answer:
        assert "errors" not in answer
    if example.answer is not None:
        assert is_excerpt(example.answer, answer), orjson.dumps(answer).decode()


def test_linked_query_is_the_one_that_the_server_shows() -> None:
    linked, *_ = examples(README)
    assert linked.query == (REPOSITORY / "api" / "linked.graphql").read_text("utf-8")
    assert linked.variables == orjson.loads((REPOSITORY / "api" / "linked.json").read_bytes())
    assert linked.answer


def test_linked_query_takes_one_statement_once_it_is_known(dataset_url: sa.URL) -> None:
    linked, *_ = examples(README)
    first, _ = answered(dataset_url, linked.query, linked.variables)
    again, statements = answered(dataset_url, linked.query, linked.variables)
    assert again == first
    assert len(statements) == 1


def test_excerpt_leaves_out_and_does_not_change() -> None:
    whole = {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": None}
    for excerpt in ({}, {"d": None}, {"a": [{"b": 3}]}, {"a": [{"c": 2}, {"b": 3}]}):
        assert is_excerpt(excerpt, whole)
    for other in ({"e": None}, {"d": 0}, {"a": [{"b": 2}]}, {"a": [{"b": 3}, {"b": 1}]}):
        assert not is_excerpt(other, whole)


def test_statement_shown_is_the_one_planned(dataset_url: sa.URL) -> None:
    example, *_ = examples(PLANNER)
    (shown,) = (block.text for block in blocks(PLANNER) if block.language == "sql")
    _, ((sql, values),) = answered(dataset_url, example.query, example.variables, ALL_SEEING)
    assert without_spaces(shown) == without_spaces(sql), f"The planner now makes: {sql}"
    parameters = [row[:2] for row in table(PLANNER, "The statement") if row[0].startswith("`$")]
    assert parameters == [[f"`${number}`", f"`{value}`"] for number, value in enumerate(values, 1)]


def without_spaces(sql: str) -> str:
    # No constant of a statement holds a space, so they may be left out everywhere.
    return re.sub(r"\s+", "", sql)


def test_every_setting_is_documented() -> None:
    documented = table(OPERATIONS, "Settings")
    assert documented == [
        [f"`NEXTGRAPH_{setting.upper()}`", "none" if info.default is None else f"`{info.default}`", info.description]
        for setting, info in Settings.model_fields.items()
        if setting != "limit"
    ]


def test_every_limit_is_documented() -> None:
    assert table(LIMITS, "The table") == [
        [
            f"`{shown_name(name)}`",
            f"`NEXTGRAPH_LIMIT_{name.upper()}`",
            f"{getattr(Limits(), name):,}",
            about.split(" | ")[1],
        ]
        for name, about in DESCRIPTIONS.items()
    ]
    assert list(DESCRIPTIONS) == [each.name for each in fields(Limits)]


def test_every_error_is_documented() -> None:
    assert table(OPERATIONS, "Errors") == [[f"`{code.name}`", code.value] for code in Code]


def test_every_check_is_documented() -> None:
    documented = [row[:2] for row in table(DISCREPANCIES, "Checks")]
    assert documented == [[f"`{check.name}`", check.value.partition(" | ")[2]] for check in Check]


def test_kinds_of_matches_are_documented() -> None:
    documented = table(SEARCH, "In which order")
    assert documented == [[f"`{kind.name}`", kind.value.partition(" | ")[2]] for kind in MatchKind]
    assert f"the first {AT_MOST} texts" in text(SEARCH)


def test_every_document_of_the_dataset_is_documented() -> None:
    cited = {(fact.id, fact.standing.name) for fact in load_dataset() if isinstance(fact, models.Document)}
    assert {(row[0].strip("`"), row[1]) for row in table(DATA, "From which document")} == cited


def test_limits_are_documented() -> None:
    assert [row[1] for row in table(ASKING, "Limits")] == [
        str(DEFAULT_PAGE),
        str(LARGEST_PAGE),
    ]


def test_points_are_documented() -> None:
    weights = [ROOT_POINTS, OBJECT_POINTS, 1, LIST_POINTS, WHOLE_POINTS, 1, RELATION_POINTS]
    rows = table(COST, "Points")
    assert [row[1] for row in rows] == [str(points) for points in weights]
    assert rows[2][0] == f"Every {VALUES_A_POINT} values of one object"
    assert f"more than {LARGEST_WALK:,} selections" in text(COST)


def test_every_noun_of_the_picture_is_a_type() -> None:
    (picture,) = (block.text for block in blocks(README) if block.language == "mermaid")
    nouns = set(re.findall(r"\b[A-Z]\w+", re.sub(r'"[^"]*"', "", picture)))
    assert nouns
    assert nouns <= contract().schema.type_map.keys()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        if not link.startswith(("http://", "https://")):
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_every_document_can_be_found() -> None:
    """A page to which no link leads is not read."""
    found = {(path.parent / link.partition("#")[0]).resolve() for path in DOCUMENTS for link in links(path)}
    assert [name(path) for path in DOCUMENTS if path not in found | {README}] == []


def test_readme_gives_both_commands() -> None:
    commands = [block.text for block in blocks(README) if block.language == "sh"]
    for command in COMMANDS:
        assert any(command in text.splitlines() for text in commands)


def test_decisions_are_one_page_and_numbered() -> None:
    decisions = [path for path in DOCUMENTS if path.parent.name == "decisions" and path.name != "README.md"]
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        assert len(path.read_text("utf-8").split()) <= 500, name(path)
        assert section(path, "Decision").strip(), name(path)
        assert section(path, "Why").strip(), name(path)


def test_headings_are_in_order() -> None:
    """Every document has one title, and no level is left out."""
    for path in DOCUMENTS:
        levels = [len(marks) for marks in re.findall(r"^(#+) ", text(path), re.MULTILINE)]
        assert levels[0] == 1, name(path)
        assert levels.count(1) == 1, name(path)
        assert all(after <= before + 1 for before, after in pairwise(levels)), name(path)


def test_scopes_are_documented() -> None:
    documented = table(KEYS, "Scopes")
    assert documented == [[f"`{scope.name}`", scope.value.partition(" | ")[2]] for scope in Scope]


def test_codes_of_the_page_on_keys_are_codes() -> None:
    assert {row[1].strip("`") for row in table(KEYS, "What is refused")} <= Code.__members__.keys()


def test_modes_of_kept_documents_are_documented() -> None:
    assert [row[0].strip("`") for row in table(PERSISTED, "What may run")] == list(get_args(PersistedMode))


def test_the_document_that_the_page_asks_for_is_the_linked_query() -> None:
    digest = sha256(LINKED_QUERY.encode()).hexdigest()
    assert f"documentId=sha256:{digest}" in PERSISTED.read_text("utf-8")


def test_what_has_no_tag_is_documented() -> None:
    (sentence,) = re.findall(r"No tag have (.*?)\n\n", text(PERSISTED), re.DOTALL)
    named = set(re.findall(r"`(\w+)`", sentence))
    executor = contract().executor
    unsteady = {name for name in contract().schema.query_type.fields if not executor.is_steady(asking(name), None)}  # type: ignore[union-attr]
    assert named == unsteady


def asking(name: str) -> Document:
    """Return a document that selects a root field, whether or not it is valid."""
    return contract().executor.document(f"{{ {name} {{ __typename }} }}")
