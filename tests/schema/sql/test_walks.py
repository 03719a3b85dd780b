"""Walks over odd rows: in either direction each row comes once, in order, and each page says where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

ORDERINGS = [
    ("technologies", "Technology", []),
    ("technologies", "Technology", [{"nameEn": "ASC"}]),
    ("technologies", "Technology", [{"nameEn": "DESC"}, {"ordinal": "ASC"}]),
    ("technologies", "Technology", [{"field": {"scheme": {"nameEn": "DESC"}}}, {"status": "DESC"}]),
    ("milestones", "Milestone", [{"due": {"latest": "ASC"}}, {"due": {"asPrinted": "DESC"}}]),
    ("milestones", "Milestone", [{"roadmap": {"certainty": "DESC"}}]),
    ("commonAreas", "CommonArea", [{"priority": "DESC"}, {"statuteCount": "DESC"}]),
    ("budgetLines", "BudgetLine", [{"amount": "DESC"}]),
    ("budgetLines", "BudgetLine", [{"roundedTo": "ASC"}, {"project": {"parent": {"name": "DESC"}}}]),
    ("documents", "Document", [{"distributedAt": "DESC"}, {"owner": {"parent": {"validTo": "ASC"}}}]),
    ("targets", "Target", [{"qualitative": "DESC"}, {"value": "ASC"}]),
    ("regimes", "Regime", [{"publishedCount": "DESC"}, {"release": {"publishedAt": "DESC"}}]),
    ("organizations", "Organization", [{"parent": {"parent": {"shortName": "DESC"}}}, {"type": "ASC"}]),
    ("releases", "Release", [{"publishedAt": "DESC"}]),
]


@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize(("root", "type_", "order"), ORDERINGS)
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_walk_meets_each_row_once(odd: World, root: str, type_: str, order: Any, size: int, direction: str) -> None:
    size_name, cursor_name, edge, more, behind = {
        "forward": ("first", "after", "endCursor", "hasNextPage", "hasPreviousPage"),
        "backward": ("last", "before", "startCursor", "hasPreviousPage", "hasNextPage"),
    }[direction]
    text = f"""query ($order: [{type_}Order!], $size: Int, $cursor: String) {{
        page: {root}(orderBy: $order, {size_name}: $size, {cursor_name}: $cursor) {{
            totalCount nodes {{ id }} edges {{ cursor node {{ id }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
    whole = odd.answer(
        f"query ($order: [{type_}Order!]) {{ {root}(orderBy: $order, first: 1000) {{ nodes {{ id }} }} }}",
        {"order": order},
    )
    expected = [row["id"] for row in whole[root]["nodes"]]
    met: list[str] = []
    cursor = None
    while True:
        page = odd.answer(text, {"order": order, "size": size, "cursor": cursor})["page"]
        ids, cursors = [row["id"] for row in page["nodes"]], [row["cursor"] for row in page["edges"]]
        assert [row["node"]["id"] for row in page["edges"]] == ids
        assert page["totalCount"] == len(expected)
        assert page["pageInfo"]["startCursor"] == cursors[0]
        assert page["pageInfo"]["endCursor"] == cursors[-1]
        assert page["pageInfo"][behind] == bool(met)
        met = met + ids if direction == "forward" else ids + met
        assert page["pageInfo"][more] == (len(met) < len(expected))
        if not page["pageInfo"][more]:
            break
        cursor = page["pageInfo"][edge]
    assert met == expected
    assert len(set(met)) == len(odd.fields.rows.of_type(type_))


def test_between_two_cursors_both_sides_have_more(odd: World) -> None:
    cursors = odd.cursors("Term", None)
    between = f'after: "{cursors[3]}", before: "{cursors[9]}"'
    for size in ("", "first: 5,", "last: 5,", "first: 2,", "last: 0,"):
        page = odd.answer(
            f"{{ terms({size} {between}) {{ edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage }} }} }}"
        )
        assert page["terms"]["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}
        cut = {"": slice(4, 9), "first: 5,": slice(4, 9), "last: 5,": slice(4, 9), "first: 2,": slice(4, 6)}
        assert [edge["cursor"] for edge in page["terms"]["edges"]] == cursors[cut.get(size, slice(0, 0))]


def test_cursors_in_the_wrong_order_leave_nothing(odd: World) -> None:
    cursors = odd.cursors("Term", None)
    page = odd.answer(f'{{ terms(after: "{cursors[9]}", before: "{cursors[3]}") {{ nodes {{ id }} totalCount }} }}')
    assert page == {"terms": {"nodes": [], "totalCount": 14}}


def test_a_cursor_outlives_its_row(odd: World) -> None:
    """A cursor is a place in an ordering: it holds where the filter leaves its row out."""
    after = odd.cursors("Term", [{"id": "ASC"}])[4]
    where = '{id: {ne: "term:12"}}'
    text = f"query ($at: String) {{ terms(orderBy: [{{id: ASC}}], after: $at, where: {where}) {{ nodes {{ id }} }} }}"
    ids = sorted(f"term:{number}" for number in range(14))
    found = [row["id"] for row in odd.answer(text, {"at": after})["terms"]["nodes"]]
    assert found == [identifier for identifier in ids[5:] if identifier != "term:12"]


@pytest.mark.parametrize("asked", ["hasPreviousPage", "hasNextPage", "startCursor", "endCursor", "__typename"])
@pytest.mark.parametrize("size", [0, 1, 5])
def test_page_information_may_be_asked_for_alone(odd: World, asked: str, size: int) -> None:
    odd.check(f"{{ bodies(first: {size}) {{ pageInfo {{ {asked} }} }} }}")
    odd.check(f"{{ bodies {{ nodes {{ id children(last: {size}) {{ pageInfo {{ {asked} }} }} }} }} }}")


@pytest.mark.parametrize("size", ["2147483648", "1.5", '"3"', "true", "[1]"])
def test_a_size_that_is_no_integer_is_refused(odd: World, size: str) -> None:
    assert "Int" in odd.refusal(f"{{ terms(first: {size}) {{ nodes {{ id }} }} }}").message
