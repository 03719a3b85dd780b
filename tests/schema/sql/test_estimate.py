"""``estimate`` tells beforehand: close to what then happens, from one statement about statistics, and never runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import sqlalchemy as sa

from db import migrations, releases
from db.connection import engine
from db.dataset import load_dataset
from db.models.base import Grade
from db.models.organizations import NameKind
from db.reading import open_database
from db.viewers import ANYONE
from schema.sql.statistics import STATEMENT
from tests import wide
from tests.conftest import execute
from tests.contract.answers import Recorded
from tests.db.facts import ministry, name_of
from tests.schema.oracle.world import ALL_SEEING
from tests.schema.sql.asking import data, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import ExecutionResult

    from db.viewers import Viewer
    from tests.schema.oracle.world import World

ESTIMATE = """query ($query: String!, $variables: JSON, $name: String) {
  estimate(query: $query, variables: $variables, operationName: $name) {
    points nodes rows bytes costliest { path points nodes } suggestion
  }
}"""

CLAIMS = """{ claims(first: 200) { pageInfo { hasNextPage endCursor } edges { cursor node { id attribute asPrinted value
           certainty passage { id locator sha256 document { id title } } subject { id } } } } }"""
# Every row is asked for its id, by which the test counts rows.
QUERIES: list[tuple[str, dict[str, Any]]] = [
    ("{ technologies { nodes { id name } } }", {}),
    (
        """{ technologyFields(first: 10) { nodes { id name
           technologies { totalCount nodes { id name nameEn status field { id name } } } } } }""",
        {},
    ),
    (
        """{ ministries(first: 1000) { totalCount nodes { id name names { nodes { id name kind validFrom } }
           budgetLines { nodes { id amount amountText } } } } }""",
        {},
    ),
    (
        """{ organizations(first: 1000) { nodes { id __typename name shortName
           ... on Ministry { statutes { nodes { id name } } } } } }""",
        {},
    ),
    (CLAIMS, {}),
    (
        """{ milestones(first: 1000) { nodes { id title status due { asPrinted earliest latest bound }
           claims { nodes { id asPrinted reason } } } } }""",
        {},
    ),
    (
        """query ($n: Int, $text: String) { budgetLines(first: $n, where: {ministry: {name: {contains: $text}}}) {
           nodes { id amount allocations { nodes { id amount } } } } }""",
        {"n": 100, "text": "과학"},
    ),
    ("{ technologies(first: 1000, where: {status: {eq: ANNOUNCED}}) { nodes { id name regime { id code } } } }", {}),
    ('{ node(id: "technology:next-2026-oled") { id ... on Technology { name field { id name } } } }', {}),
    ('{ nodes(ids: ["ministry:mofe", "statute:nst-fostering-act"]) { id ... on Ministry { name } } }', {}),
    ('{ ministry(name: "과기1") { id name names { nodes { id name kind } } } }', {}),
    ("{ terms(first: 1000) { nodes { id form regime { id term } } } passages(first: 9) { nodes { id locator } } }", {}),
]


def estimate(world: World, query: str, variables: Mapping[str, Any] | None = None) -> Any:
    return data(world, ESTIMATE, {"query": query, "variables": variables})["estimate"]


def rows(value: Any) -> int:
    if isinstance(value, dict):
        return ("id" in value) + sum(rows(item) for item in value.values())
    return sum(rows(item) for item in value) if isinstance(value, list) else 0


@pytest.mark.parametrize(("query", "variables"), QUERIES)
def test_rows_and_bytes_are_about_right(dataset: World, query: str, variables: dict[str, Any]) -> None:
    """Within a factor of three; docs/cost.md says how close they really are."""
    told = estimate(dataset, query, variables)
    answer = data(dataset, query, variables)
    length = len(orjson.dumps({"data": answer}))
    assert rows(answer) / 3 <= told["rows"] <= 3 * rows(answer)
    assert length / 3 <= told["bytes"] <= 3 * length
    assert told["rows"] <= told["nodes"] <= told["points"]


def test_nothing_runs_but_the_statistics(dataset_url: sa.URL) -> None:
    async def ask() -> tuple[ExecutionResult, Recorded]:
        executor = wide.executor()
        async with open_database(dataset_url, size=1) as database:
            recorded = Recorded(database)
            given = {"query": "{ ministries { nodes { amounts: budgetLines { nodes { id amountText } } } } }"}
            return await executor.execute(executor.document(ESTIMATE), recorded, given), recorded

    result, recorded = asyncio.run(ask())
    assert result.errors is None
    assert [sql for sql, _ in recorded.statements] == [STATEMENT]


def test_the_costliest_field_and_a_cheaper_form(dataset: World) -> None:
    told = estimate(dataset, "{ technologies(first: 1000) { nodes { name } } terms { nodes { form } } }")
    assert told["points"] == 1016 + 41
    assert told["costliest"] == {"path": ["technologies"], "points": 1016, "nodes": 1001}
    korean, english = told["suggestion"].split(" | ")
    assert english == "With first: 25 at technologies it costs 82 points instead of 1,057"
    assert korean == "technologies에서 first: 25이면 1,057점이 아니라 82점"
    cheaper = estimate(dataset, "{ technologies(first: 25) { nodes { name } } terms { nodes { form } } }")
    assert cheaper["points"] == 82


def test_a_page_from_the_end_stays_one(dataset: World) -> None:
    told = estimate(dataset, "query ($n: Int) { all: terms(last: $n) { nodes { form } } }", {"n": 700})
    assert "With last: 25 at all it costs 41 points" in told["suggestion"]


def test_nothing_cheaper_to_tell(dataset: World) -> None:
    told = estimate(dataset, '{ technology(id: "technology:next-2026-oled") { name } }')
    assert told["suggestion"] is None
    assert told["costliest"]["path"] == ["technology"]
    nothing = estimate(dataset, "{ technology(id: \"\") @skip(if: true) { name } }")  # fmt: skip
    assert (nothing["points"], nothing["nodes"], nothing["rows"], nothing["costliest"]) == (0, 0, 0, None)


def test_aliases_and_several_estimates(dataset: World) -> None:
    found = data(
        dataset,
        """{ one: estimate(query: "{ terms { totalCount } }") { p: points n: nodes costliest { way: path } }
             two: estimate(query: "{ __typename }") { points __typename } terms { totalCount } }""",
    )
    assert found["one"] == {"p": 26, "n": 1, "costliest": {"way": ["terms"]}}
    assert found["two"] == {"points": 10, "__typename": "Estimate"}
    assert found["terms"]["totalCount"] > 0


def test_an_estimate_of_an_estimate_is_one_field(dataset: World) -> None:
    """The inner one is not looked into, or a short text could ask for work without end."""
    inner = 'query: "{ terms(first: 1000) { nodes { id } } }"'
    told = estimate(dataset, f"{{ estimate({inner}) {{ points }} }}")
    assert (told["points"], told["nodes"], told["rows"]) == (11, 1, 0)


def test_one_of_several_operations(dataset: World) -> None:
    text = "query A { terms(first: 1) { nodes { id } } } query B($n: Int) { terms(first: $n) { nodes { id } } }"
    found = data(dataset, ESTIMATE, {"query": text, "name": "B", "variables": {"n": 4}})
    assert found["estimate"]["nodes"] == 5
    code, message = refusal(dataset, ESTIMATE, {"query": text})
    assert code == "BAD_INPUT"
    assert "operationName" in message


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        ("{ terms { nodes { id } }", None, "query, line 1, column 25: Syntax Error: Expected Name, found <EOF>."),
        (
            "{\n  terms { none } }",
            None,
            "query, line 2, column 11: Cannot query field 'none' on type 'TermConnection'.",
        ),
        ("query ($n: Int!) { terms(first: $n) { totalCount } }", {"n": "x"}, "query, line 1, column 8: Variable '$n'"),
        (
            "{ all: terms(first: 1001) { totalCount } }",
            None,
            "query, at all: first is 1001; a page has 0 to 1000 rows.",
        ),
        ("{ terms(where: {form: {eq: null}}) { totalCount } }", None, "query, at terms: where.form.eq is null."),
        ("{ terms { totalCount } }", [1], "variables: give an object"),
    ],
)
def test_mistakes_are_told_with_their_place(dataset: World, query: str, variables: Any, message: str) -> None:
    code, found = refusal(dataset, ESTIMATE, {"query": query, "variables": variables})
    assert code == "BAD_INPUT"
    assert found.startswith(message), found


def test_a_foreign_cursor_is_one_here_too(dataset: World) -> None:
    code, message = refusal(dataset, ESTIMATE, {"query": '{ terms(after: "x") { nodes { id } } }'})
    assert code == "BAD_CURSOR"
    assert message.startswith("query, at terms: after: not a cursor")


def test_what_fragments_blow_up_is_told_and_not_planned(dataset: World) -> None:
    steps = [
        f"fragment f{n} on Initiative {{ a: parent {{ ...f{n + 1} }} b: parent {{ ...f{n + 1} }} }}" for n in range(60)
    ]
    text = "\n".join(["{ initiatives { nodes { ...f0 } } }", *steps, "fragment f60 on Initiative { id }"])  # fmt: skip
    told = estimate(dataset, text)
    assert told["points"] == told["nodes"] == 2**31 - 1
    assert not wide.executor().document(text).form.plans.values()


async def estimates(url: sa.URL, viewer: Viewer, *queries: str) -> list[Any]:
    """Have each query estimated for a viewer."""
    executor, found = wide.executor(), []
    async with open_database(url, size=1) as database:
        for query in queries:
            given = {"query": query}
            result = await executor.execute(executor.document(ESTIMATE), database, given, viewer=viewer)
            assert result.data, result.errors
            found.append(result.data["estimate"])
    return found


def test_tables_that_were_never_analysed(empty_database: sa.URL) -> None:
    """Without statistics a table is judged by its size; to whom its size would tell too much it has a page of rows."""

    async def ask() -> Any:
        await migrations.upgrade(empty_database)
        async with engine(empty_database) as writer:
            await releases.publish(writer, "하나", put=load_dataset())
        return [*await estimates(empty_database, ALL_SEEING, CLAIMS), *await estimates(empty_database, ANYONE, CLAIMS)]

    by_size, by_none = asyncio.run(ask())
    assert 100 <= by_size["rows"] <= 3000
    assert 20_000 <= by_size["bytes"] <= 300_000
    assert 25 <= by_none["rows"] <= 100


def test_where_all_is_open_everyone_is_told_of_the_same_rows(dataset_url: sa.URL) -> None:
    """Of tables of a few rows as well, and of those that have no grades; what is empty weighs a few bytes."""
    queries = [query for query, variables in QUERIES if not variables]
    queries += ["{ regimes { nodes { id code } } }", "{ releases { nodes { number title publishedAt } } }"]
    anyone, all_seeing = (asyncio.run(estimates(dataset_url, viewer, *queries)) for viewer in (ANYONE, ALL_SEEING))
    assert [each["rows"] for each in anyone] == [each["rows"] for each in all_seeing]
    for mine, theirs in zip(anyone, all_seeing, strict=True):
        assert mine["bytes"] == pytest.approx(theirs["bytes"], rel=0.01)


def test_of_hidden_rows_nothing_is_told(empty_database: sa.URL) -> None:
    """Neither how many they are nor what they hold: a value that only they have is as rare as one that none has."""
    hidden, none = (
        f"{{ organizationNames(first: 1000, where: {{kind: {{eq: {kind}}}}}) {{ nodes {{ id }} }} }}"
        for kind in ("FORMER", "SHORT")
    )
    every = "{ organizationNames(first: 1000) { nodes { id } } }"

    async def ask() -> Any:
        await migrations.upgrade(empty_database)
        names = [name_of("ministry:a", str(number)) for number in range(600)]
        for name in names[300:]:
            name.grade, name.kind = Grade.CONFIDENTIAL, NameKind.FORMER
        async with engine(empty_database) as writer:
            await releases.publish(writer, "하나", put=[ministry("a"), *names])
            async with writer.begin() as connection:
                await connection.execute(sa.text("ANALYZE"))
        return [await estimates(empty_database, viewer, every, hidden, none) for viewer in (ANYONE, ALL_SEEING)]

    anyone, all_seeing = asyncio.run(ask())
    assert [each["rows"] for each in all_seeing[:2]] == [600, 300]
    assert anyone[0]["rows"] == 300
    assert anyone[1] == anyone[2]


def test_the_first_start_gathers_statistics(dataset_url: sa.URL) -> None:
    ((known, there),) = execute(
        dataset_url,
        """SELECT reltuples, (SELECT count(*) FROM technologies) FROM pg_class
           WHERE relnamespace = current_schema()::regnamespace AND relname = 'technologies'""",
    )
    assert known == there
