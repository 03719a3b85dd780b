"""Pages: whatever the ordering, walking a list gives each row once and in order, forward and backward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.schema.oracle.ranks import natural
from tests.schema.sql.asking import data, refusal

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

PAGE = "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
ORDERS = [
    ("organizations", "[]"),
    ("organizations", "[{parent: {name: DESC}}]"),
    ("organizations", "[{validTo: ASC}, {kind: DESC}]"),
    ("bodies", "[{established: {latest: DESC}}, {name: ASC}]"),
    ("technologies", "[{field: {scheme: {status: ASC}}}, {ordinal: DESC}]"),
    ("budgetLines", "[{amount: DESC}]"),
    ("claims", "[{certainty: ASC}, {value: DESC}]"),
    ("statistics", "[{upper: ASC}]"),
    ("documents", "[{publishedOn: DESC}, {distributedAt: ASC}]"),
    ("targets", "[{qualitative: DESC}, {value: ASC}]"),
    ("commonAreas", "[{priority: DESC}, {statuteCount: ASC}]"),
]


@pytest.mark.parametrize(("root", "order"), ORDERS)
def test_walks(odd: World, root: str, order: str) -> None:
    """Ties and absent values included; the ordering changes the order of the rows and nothing else."""
    whole = data(odd, f"{{ {root}(orderBy: {order}, first: 1000) {{ totalCount nodes {{ id }} }} }}")[root]
    ids = [node["id"] for node in whole["nodes"]]
    assert len(ids) == len(set(ids)) == whole["totalCount"]
    unordered = data(odd, f"{{ {root}(first: 1000, orderBy: [{{id: ASC}}]) {{ nodes {{ id }} }} }}")[root]["nodes"]
    assert sorted(ids) == [node["id"] for node in unordered]
    assert [row for page in _walk(odd, root, order, "first", "after") for row in page] == ids
    backward = _walk(odd, root, order, "last", "before")
    assert [row for page in reversed(backward) for row in page] == ids


def _walk(world: World, root: str, order: str, size: str, edge: str) -> list[list[str]]:
    """Walk a list to its end, and check that every page knows what lies before and behind it."""
    forward = size == "first"
    document = f"query($cursor: String) {{ {root}(orderBy: {order}, {size}: 5, {edge}: $cursor) {{ {PAGE} }} }}"
    pages: list[list[str]] = []
    cursor: str | None = None
    while True:
        page = data(world, document, {"cursor": cursor})[root]
        info = page["pageInfo"]
        ahead, behind = ("hasNextPage", "hasPreviousPage") if forward else ("hasPreviousPage", "hasNextPage")
        assert info[behind] is bool(pages)
        pages.append([node["id"] for node in page["nodes"]])
        if not info[ahead]:
            return pages
        assert len(pages[-1]) == 5
        cursor = info["endCursor" if forward else "startCursor"]


def test_a_page_between_two_cursors(dataset: World) -> None:
    """Both cursors bound a page, and the page knows that rows lie beyond each."""
    edges = data(dataset, "{ technologies(first: 9) { edges { cursor node { id } } } }")["technologies"]["edges"]
    document = f"query($a: String, $b: String) {{ technologies(after: $a, before: $b, first: 100) {{ {PAGE} }} }}"
    page = data(dataset, document, {"a": edges[1]["cursor"], "b": edges[5]["cursor"]})["technologies"]
    assert [node["id"] for node in page["nodes"]] == [edge["node"]["id"] for edge in edges[2:5]]
    assert page["pageInfo"]["hasNextPage"] is page["pageInfo"]["hasPreviousPage"] is True


def test_no_row_was_asked_for(dataset: World) -> None:
    page = data(dataset, f"{{ technologies(first: 0) {{ totalCount edges {{ cursor }} {PAGE} }} }}")["technologies"]
    assert page["nodes"] == page["edges"] == []
    assert page["totalCount"] == 55
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize("part", ["hasPreviousPage", "__typename", "hasNextPage", "startCursor"])
@pytest.mark.parametrize("where", ["{}", '{id: {eq: "nothing"}}'])
def test_page_info_alone(dataset: World, part: str, where: str) -> None:
    """One object, however many rows the page has."""
    found = data(dataset, f"{{ technologies(where: {where}) {{ pageInfo {{ {part} }} }} }}")
    assert list(found["technologies"]["pageInfo"]) == [part]


def test_two_aliases_do_not_disturb_each_other(dataset: World) -> None:
    found = data(
        dataset,
        """query($few: Int!, $status: TechnologyStatus!) {
          regimes(where: {code: {eq: "NST"}}) { nodes {
            some: technologies(first: $few, orderBy: [{name: ASC}]) { nodes { name } }
            others: technologies(first: 4, orderBy: [{name: DESC}]) { nodes { name } }
            none: technologies(where: {status: {eq: $status}}) { totalCount nodes { name } }
            all: technologies { totalCount }
          } }
        }""",
        {"few": 2, "status": "DESIGNATED"},
    )["regimes"]["nodes"][0]
    ascending, descending = ([node["name"] for node in found[key]["nodes"]] for key in ("some", "others"))
    assert (len(ascending), len(descending)) == (2, 4)
    assert ascending == sorted(ascending, key=natural)
    assert descending == sorted(descending, key=natural, reverse=True)
    assert found["none"] == {"totalCount": 0, "nodes": []}
    assert found["all"] == {"totalCount": 55}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("first: -1", "first is -1; a page has 0 to 1000 rows"),
        ("last: -5", "last is -5"),
        ("first: 1001", "first is 1001"),
        ("first: 2, last: 2", "not both"),
    ],
)
@pytest.mark.parametrize("selected", ["nodes { id }", "totalCount"])
def test_sizes_that_no_page_has(dataset: World, arguments: str, sentence: str, selected: str) -> None:
    """They are refused at any depth, also where only the count was asked for."""
    here = f"{{ technologies({arguments}) {{ {selected} }} }}"
    below = f"{{ regimes {{ nodes {{ technologies({arguments}) {{ {selected} }} }} }} }}"
    for document in (here, below):
        code, message = refusal(dataset, document)
        assert code == "BAD_INPUT"
        assert sentence in message


def test_sizes_by_variable(dataset: World) -> None:
    document = "query($n: Int) { technologies(first: $n) { nodes { id } } }"
    assert [len(data(dataset, document, given)["technologies"]["nodes"]) for given in ({"n": 3}, {"n": None}, {})] == [
        3,
        25,
        25,
    ]
    assert refusal(dataset, document, {"n": -1})[0] == "BAD_INPUT"


def test_ordering_by_a_nullable_relation_keeps_every_row(odd: World) -> None:
    found: dict[str, Any] = data(
        odd, "{ technologies(orderBy: [{field: {name: ASC}}], first: 1000) { totalCount nodes { field { name } } } }"
    )["technologies"]
    names = [node["field"] and node["field"]["name"] for node in found["nodes"]]
    assert len(names) == found["totalCount"]
    assert None in names
    present = [name for name in names if name is not None]
    assert names == sorted(present, key=natural) + [None] * (len(names) - len(present))
