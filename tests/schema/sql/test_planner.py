"""Plans: made once for a document and the shape of its variables, and never answering with another one's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schema import contract
from schema.sql import documents
from schema.sql.execution import Executor
from tests import wide
from tests.schema.sql.asking import data
from tests.wide import WIDE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schema.sql.plans import Plan
    from tests.schema.oracle.world import World


def _plans(text: str) -> list[Plan]:
    return list(wide.executor().document(text).form.plans.values())


TWO = """query($a: String!, $b: String!, $n: Int!) {
  regimes(where: {code: {eq: $a}}) { nodes { code
    technologies(first: $n, where: {name: {contains: $b}}) { nodes { name } }
    same: technologies(first: $n, where: {name: {contains: $b}}) { nodes { name } }
  } }
}"""


def test_other_values_use_the_same_plan(dataset: World) -> None:
    """A first version of the idea rebound by position and returned another row's data."""
    for _ in range(2):
        for code in ("NST", "TAX_NST", "NST"):
            for text, size in (("반도체", 2), ("없는 말", 5), ("양자", 1)):
                (regime,) = data(dataset, TWO, {"a": code, "b": text, "n": size})["regimes"]["nodes"]
                assert regime["code"] == code
                names = [node["name"] for node in regime["technologies"]["nodes"]]
                assert all(text in name for name in names)
                assert len(names) == (size if code == "NST" and text != "없는 말" else 0)
                assert regime["same"] == regime["technologies"]
    # PostgreSQL has to know the size of a page, so each size has a plan of its own.
    assert len(_plans(TWO)) == 3


SHAPED = """query($where: TechnologyWhere, $order: [TechnologyOrder!], $with: Boolean! = true, $ids: [ID!]) {
  technologies(where: $where, orderBy: $order, first: 3) { nodes { id name @include(if: $with) } }
  some: technologies(where: {id: {in: $ids}}) { totalCount }
}"""


def test_each_shape_has_its_plan(dataset: World) -> None:
    """Keys, nulls, booleans and enums decide the statement; texts, numbers and the length of a list do not."""
    ids = [node["id"] for node in data(dataset, "{ technologies { nodes { id } } }")["technologies"]["nodes"]]
    shapes: list[list[Mapping[str, Any]]] = [
        [{"ids": ids[:1]}, {"ids": ids[:9]}, {"ids": []}],
        [{"ids": ids[:1], "where": {"name": {"contains": "AI"}}}, {"ids": ids, "where": {"name": {"contains": "5"}}}],
        [{"ids": ids[:1], "where": {"name": {"eq": "6G"}}}],
        [{"ids": ids[:1], "order": [{"name": "ASC"}]}],
        [{"ids": ids[:1], "order": [{"name": "DESC"}]}],
        [{"ids": ids[:1], "with": False}],
        [{"ids": ids[:1], "where": None}],
    ]
    seen = 0
    for same in shapes:
        for given in same:
            found = data(dataset, SHAPED, given)
            assert found["some"]["totalCount"] == len(given["ids"])
            assert found == data(dataset, SHAPED, given, hydrate=True)
        # Two root fields, planned for the passed-on and for the completed answer.
        seen += 4
        assert len(_plans(SHAPED)) == seen


def test_variables_that_are_not_there(dataset: World) -> None:
    """An absent variable leaves its key out, a null one is refused: neither finds a plan made for the other."""
    text = "query($name: String) { technologies(where: {name: {eq: $name}}) { totalCount } }"
    assert data(dataset, text, {})["technologies"]["totalCount"] == 55
    assert data(dataset, text, {"name": "6G"})["technologies"]["totalCount"] == 1
    assert dataset.ask(text, {"name": None}).errors
    assert data(dataset, text, {})["technologies"]["totalCount"] == 55


@pytest.mark.parametrize(
    ("literal", "declared", "value"),
    [
        ('"반도체·디스플레이"', "String!", "반도체·디스플레이"),
        ('"\\"\'\\\\"', "String!", "\"'\\"),
        ('""', "String!", ""),
    ],
)
def test_written_out_or_in_a_variable(dataset: World, literal: str, declared: str, value: str) -> None:
    body = "{{ technologyFields(where: {{name: {{eq: {}}}}}) {{ nodes {{ id }} }} }}"
    written = data(dataset, body.format(literal))
    assert data(dataset, f"query($v: {declared}) {body.format('$v')}", {"v": value}) == written


def test_no_client_value_stands_in_a_statement(dataset: World) -> None:
    """But the size of a page, which is a number from 0 to 1000 by then."""
    text = """{ budgetLines(where: {fiscalYear: {gt: 7771}, amount: {lt: "7772.5"}, account: {contains: "표식-문자열"}})
    { totalCount nodes { id } } }"""
    data(dataset, text)
    (plan,) = _plans(text)
    assert "표식" not in plan.sql
    assert "777" not in plan.sql


def test_two_hundred_aliases_of_a_relation(dataset: World) -> None:
    """They share one join; without that PostgreSQL takes long to plan."""
    aliases = " ".join(f"r{number}: regime {{ code }}" for number in range(200))
    text = f"{{ technologies(first: 2) {{ nodes {{ {aliases} }} }} }}"
    nodes = data(dataset, text)["technologies"]["nodes"]
    assert [set(map(str, node.values())) for node in nodes] == [{"{'code': 'NST'}"}] * 2
    (plan,) = _plans(text)
    assert plan.sql.count("LEFT OUTER JOIN") == 1


def test_four_levels_of_a_relation_to_itself(dataset: World) -> None:
    text = "{ bodies { nodes { id children { nodes { id parent { id children { nodes { id parent { id } } } } } } } } }"
    found = data(dataset, text)
    assert found == data(dataset, text, hydrate=True)
    parents = [body for body in found["bodies"]["nodes"] if body["children"]["nodes"]]
    assert parents
    for body in parents:
        for child in body["children"]["nodes"]:
            assert child["parent"]["id"] == body["id"]
            assert child["id"] in {below["id"] for below in child["parent"]["children"]["nodes"]}


def test_fields_asked_for_twice_are_merged(dataset: World) -> None:
    text = """{ technologies(first: 1) { nodes { regime { code } ...More regime { statute { shortName } } } } }
    fragment More on Technology { regime { code term } }"""
    (node,) = data(dataset, text)["technologies"]["nodes"]
    assert list(node["regime"]) == ["code", "term", "statute"]


def test_caches_are_bounded(dataset: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PLANS_KEPT", 3)
    executor = Executor(contract().schema, contract().executor._planner, WIDE)
    text = "query($w: TermWhere) { terms(where: $w) { totalCount } }"
    document = executor.document(text)
    deep: dict[str, Any] = {}
    for _ in range(9):
        deep = {"not": deep}
        dataset.runner.run(executor.execute(document, dataset.database, {"w": deep}))
    assert len(document.form.plans) == len(document.form.answered) == 3
