"""Edges of what can be asked: aliases of groups, deep recursion, nothing anywhere, and answers of many megabytes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests import wide
from tests.schema.sql.asking import data, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from graphql import ExecutionResult

    from db.viewers import Viewer
    from tests.schema.oracle.world import World


def test_aliases_of_aggregates_and_groups_do_not_disturb_each_other(dataset: World) -> None:
    found = data(
        dataset,
        """query ($mission: String!) { budgetLines {
          all: aggregate { count first: min { amount } last: max { millions: amount(unit: MILLION) amount } }
          years: groups(by: [{fiscalYear: VALUE}], orderBy: [{key: {fiscalYear: DESC}}], first: 1) {
            totalCount nodes { key { fiscalYear } count } }
          ministries: groups(by: [{ministry: {name: VALUE}}], having: {count: {gt: 1}}, first: 2) {
            nodes { key { at: ministry { title: name } } count rows: count } pageInfo { hasNextPage } }
          none: groups(by: [{stage: VALUE}, {account: VALUE}], having: {max: {account: {eq: $mission}}}) {
            totalCount nodes { count } }
        } some: budgetLines(where: {account: {isNull: false}}) { aggregate { count countDistinct(of: [{account: VALUE}])
          } } }""",
        {"mission": "없음"},
    )
    rows = dataset.fields.rows.of_type("BudgetLine")
    lines, amounts = found["budgetLines"], [row["amount"] for row in rows]
    assert lines["all"]["count"] == len(rows)
    assert lines["all"]["first"] == {"amount": str(min(amounts))}
    assert lines["all"]["last"] == {"millions": _millions(max(amounts)), "amount": str(max(amounts))}
    years = [row["fiscal_year"] for row in rows]
    assert lines["years"]["totalCount"] == len(set(years))
    assert lines["years"]["nodes"] == [{"key": {"fiscalYear": max(years)}, "count": years.count(max(years))}]
    names = [dataset.fields.rows.by_id[row["ministry_id"]]["name"] for row in rows]
    several = sorted({name for name in names if names.count(name) > 1})
    assert lines["ministries"]["nodes"] == [
        {"key": {"at": {"title": name}}, "count": names.count(name), "rows": names.count(name)} for name in several[:2]
    ]
    assert lines["ministries"]["pageInfo"] == {"hasNextPage": len(several) > 2}
    assert lines["none"] == {"totalCount": 0, "nodes": []}
    accounts = [row["account"] for row in rows if row["account"] is not None]
    assert found["some"]["aggregate"] == {"count": len(accounts), "countDistinct": len(set(accounts))}


def _millions(amount: int) -> str:
    whole, rest = divmod(amount, 10**6)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".")


def test_aggregates_and_groups_asked_for_twice_are_merged(dataset: World) -> None:
    once = """{ budgetLines { aggregate { count max { amount account } }
        groups(by: [{stage: VALUE}], first: 2) { totalCount nodes { key { stage __typename } count } } } }"""
    twice = """{ budgetLines { aggregate { count } ...More aggregate { max { amount } }
        groups(by: [{stage: VALUE}], first: 2) { totalCount nodes { key { stage } } } } budgetLines { ...More } }
        fragment More on BudgetLineConnection { aggregate { max { account } }
          groups(by: [{stage: VALUE}], first: 2) { nodes { key { __typename } count } } }"""
    found = data(dataset, twice)
    assert found == data(dataset, twice, hydrate=True) == data(dataset, once)
    assert list(found["budgetLines"]["groups"]["nodes"][0]) == ["key", "count"]


def test_fragments_of_a_node_on_many_types_and_their_interface(odd: World) -> None:
    """One response key may stand for another field in each type, and lists of several types below it."""
    odd.check(
        """{ claims(first: 1000) { nodes { id subject { ...Any ... on Node { id } ...Known
        ... on Mission { label: title } } } } }
        fragment Any on Node { __typename ... on Organization { parent { ...Named } ...Named } }
        fragment Known on Node { ... on Ministry { label: name } ... on Institution { label: name }
          ... on Term { label: form owner { ...Named } }
          ... on Body { label: name below: children(first: 2) { totalCount nodes { label: id } } }
          ... on Statute { label: name below: versions(first: 3) { totalCount } }
          ... on Project { label: name ...Parts } }
        fragment Named on Organization { id children(first: 1) { nodes { __typename
          ... on Ministry { label: shortName } ... on Institution { label: nameEn } } } }
        fragment Parts on Project { parts(first: 2) { nodes { label: name parent { label: number } } } }"""
    )


@pytest.mark.parametrize(("root", "down"), [("organizations", "children"), ("projects", "parts")])
def test_four_levels_down_and_up_again(odd: World, root: str, down: str) -> None:
    below, page = "id parent { id parent { id } }", "orderBy: [{id: DESC}]"
    for _ in range(4):
        below = f"id {down}({page}) {{ totalCount nodes {{ {below} }} }}"
    text = f"{{ {root}({page}) {{ nodes {{ {below} }} }} }}"
    odd.check(text)
    rows = odd.answer(text)[root]["nodes"]
    for _ in range(3):
        rows = [inner for row in rows for inner in row[down]["nodes"]]
    assert rows


EMPTY = """totalCount nodes { id } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    aggregate { count countDistinct(of: [{id: VALUE}]) min { name } }
    groups(by: [{name: VALUE}]) { totalCount nodes { key { name } count max { name } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""
NO_PAGE = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
NOTHING = {
    "totalCount": 0,
    "nodes": [],
    "edges": [],
    "pageInfo": NO_PAGE,
    "aggregate": {"count": 0, "countDistinct": 0, "min": {"name": None}},
    "groups": {"totalCount": 0, "nodes": [], "pageInfo": NO_PAGE},
}


@pytest.mark.parametrize("hydrate", [False, True])
@pytest.mark.parametrize("where", ["{id: {in: []}}", '{id: {eq: "no:such"}}', "{or: []}", "{not: {}}"])
def test_nothing_at_any_depth(dataset: World, where: str, hydrate: bool) -> None:
    text = f"""{{ technologies(where: {where}) {{ {EMPTY} }} regimes {{ nodes {{
        technologies(where: {where}) {{ {EMPTY} }} }} edges {{ node {{ statute {{ ministry {{
        projects(where: {where}) {{ {EMPTY} }} }} }} }} }} }} }}"""
    found = data(dataset, text, hydrate=hydrate)
    assert found["technologies"] == NOTHING
    assert found["regimes"]["nodes"] == [{"technologies": NOTHING}] * len(found["regimes"]["nodes"]) != []
    for edge in found["regimes"]["edges"]:
        assert edge["node"]["statute"]["ministry"] in (None, {"projects": NOTHING})


def test_a_page_of_no_groups(dataset: World) -> None:
    text = "{ terms { groups(by: [{form: VALUE}], first: 0) { totalCount nodes { count } pageInfo { hasNextPage } } } }"
    groups = data(dataset, text)["terms"]["groups"]
    assert groups["totalCount"] > 0
    assert (groups["nodes"], groups["pageInfo"]) == ([], {"hasNextPage": True})


@dataclass
class Rows:
    """A database, with the rows that its reader was given."""

    world: World
    given: list[Sequence[Any]] = field(default_factory=list)
    _reader: Any = None

    @asynccontextmanager
    async def reading(self, *, several: bool, viewer: Viewer) -> AsyncIterator[Rows]:
        async with self.world.database.reading(several=several, viewer=viewer) as self._reader:
            yield self

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        row: Sequence[Any] = await self._reader.fetch(sql, values)
        self.given.append(row)
        return row

    def ask(self, text: str, variables: dict[str, Any]) -> ExecutionResult:
        executor = wide.executor()
        return self.world.runner.run(executor.execute(executor.document(text), self, variables))


LISTS, LEAVES = 60, 20
BIG = f"""query ($ids: [ID!]!) {{ big: regimes(where: {{id: {{in: $ids}}}}, orderBy: [{{id: ASC}}]) {{ nodes {{ id
    {
    " ".join(
        f"l{number}: technologies(first: 1000, orderBy: [{{id: ASC}}]) {{ nodes {{ ...Leaves }} }}"
        for number in range(LISTS)
    )
} }} }} }}
    fragment Leaves on Technology {{ id {" ".join(f"n{number}: name e{number}: nameEn" for number in range(LEAVES))}
      {" ".join(f"r{number}: regime {{ id code term statute {{ name }} }}" for number in range(LEAVES))} }}"""


def _big(world: World, ids: list[str]) -> dict[str, Any]:
    """Return the answer to BIG, put together in Python."""
    rows = world.fields.rows

    def leaves(row: Any) -> dict[str, Any]:
        regime = rows.by_id[row["regime_id"]]
        names = {"name": rows.by_id[regime["statute_id"]]["name"]}
        below = {"id": regime["id"], "code": regime["code"], "term": regime["term"], "statute": names}
        texts = [(f"n{at}", row["name"]) for at in range(LEAVES)] + [(f"e{at}", row["name_en"]) for at in range(LEAVES)]
        return {"id": row["id"], **dict(texts), **{f"r{at}": below for at in range(LEAVES)}}

    def regime(identifier: str) -> dict[str, Any]:
        found = sorted(rows.where("technologies", "regime_id", identifier), key=lambda row: row["id"])
        nodes = [leaves(row) for row in found]
        return {"id": identifier, **{f"l{number}": {"nodes": nodes} for number in range(LISTS)}}

    return {"big": {"nodes": [regime(identifier) for identifier in sorted(ids)]}}


def test_ten_megabytes_arrive_whole(dataset: World) -> None:
    ids = [row["id"] for row in dataset.fields.rows.of_type("Regime")]
    given, expected = Rows(dataset), _big(dataset, ids)
    for _ in range(2):
        result = given.ask(BIG, {"ids": ids})
        assert result.errors is None, result.errors
        sent = orjson.dumps(result.data)
        assert len(sent) > 10 * 2**20
        assert orjson.loads(sent) == expected
    assert [row[-2] for row in given.given] == [len(sent) - len('{"big":}')] * 2


def test_an_answer_above_the_limit_stays_in_the_database(dataset: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time, and also where its plan has answered before, with less."""
    monkeypatch.setattr(wide.executor(), "_largest_answer", 1000)
    text = "query ($ids: [ID!]!) { limited: terms(where: {id: {in: $ids}}, first: 1000) { nodes { id meaning } } }"
    ids, given = [row["id"] for row in dataset.fields.rows.of_type("Term")], Rows(dataset)
    for asked, statements in ((ids, 1), (ids[:1], 1), (ids, 2)):
        given.given.clear()
        result = given.ask(text, {"ids": asked})
        assert len(given.given) == statements
        for body, length, _ in given.given:
            assert (body is None) is (asked is ids) is (length > 1000)
        if asked is ids:
            (error,) = result.errors or []
            assert (error.extensions or {})["code"] == "LIMIT_EXCEEDED"
            assert f"there are {length:,}, and at most 1,000 are allowed" in error.message
            assert (result.data, error.path) == (None, ["limited"])


def test_the_limit_is_of_all_root_fields_together(dataset: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = orjson.dumps(data(dataset, "{ terms(first: 5) { nodes { id } } }")["terms"])
    monkeypatch.setattr(wide.executor(), "_largest_answer", 2 * len(one) + 1)
    aliases = [f"bounded{number}: terms(first: 5) {{ nodes {{ id }} }}" for number in range(3)]
    for _ in range(2):
        assert data(dataset, f"{{ {' '.join(aliases[:2])} }}")
        code, message = refusal(dataset, f"{{ {' '.join(aliases)} }}")
        assert code == "LIMIT_EXCEEDED"
        assert f"there are {3 * len(one):,}, and at most" in message
