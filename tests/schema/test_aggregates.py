"""Aggregates and groups, on the built-in dataset: what is added up, counted and grouped, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.schema.sql.asking import data, refusal

if TYPE_CHECKING:
    from tests.schema.oracle.world import World


def test_all_rows_of_a_list_whatever_the_page(dataset: World) -> None:
    text = "{ budgetLines(first: 1) { aggregate { count sum { amount(unit: MILLION) } } nodes { id } } }"
    found = data(dataset, text)["budgetLines"]
    assert found["aggregate"] == {"count": 32, "sum": {"amount": "30280992"}}
    assert len(found["nodes"]) == 1


def test_over_no_rows_there_is_nothing_to_add(dataset: World) -> None:
    text = """{ budgetLines(where: {id: {in: []}}) { aggregate { count countDistinct(of: [{id: VALUE}])
        sum { amount } avg { amount } min { amount account } } } }"""
    found = data(dataset, text)["budgetLines"]["aggregate"]
    nothing = {"amount": None}
    assert found == {
        "count": 0,
        "countDistinct": 0,
        "sum": nothing,
        "avg": nothing,
        "min": {"amount": None, "account": None},
    }


def test_groups_by_several_keys_through_a_relation(dataset: World) -> None:
    text = """{ budgetLines { groups(by: [{fiscalYear: VALUE}, {ministry: {name: VALUE}}],
        orderBy: [{sum: {amount: DESC}}], first: 2) {
          totalCount pageInfo { hasNextPage }
          nodes { key { fiscalYear ministry { name } } count sum { amount(unit: MILLION) } } } } }"""
    found = data(dataset, text)["budgetLines"]["groups"]
    assert found["totalCount"] == 31
    assert found["pageInfo"] == {"hasNextPage": True}
    assert found["nodes"][0] == {
        "key": {"fiscalYear": 2026, "ministry": {"name": "과학기술정보통신부"}},
        "count": 2,
        "sum": {"amount": "11441229"},
    }


def test_the_matrix_of_sectors_and_regimes_in_one_request(dataset: World) -> None:
    text = """{ areaCoverages { aggregate { count }
        groups(by: [{area: {sector: VALUE}}, {regime: {code: VALUE}}], first: 1000) {
          nodes { key { area { sector } regime { code } } count } } } }"""
    found = data(dataset, text)["areaCoverages"]
    cells = {
        (node["key"]["area"]["sector"], node["key"]["regime"]["code"]): node["count"]
        for node in found["groups"]["nodes"]
    }
    assert cells["반도체", "NST"] == 11
    assert sum(cells.values()) == found["aggregate"]["count"]


def test_dates_group_by_the_time_in_which_they_lie(dataset: World) -> None:
    text = "{ documents { groups(by: [{publishedOn: YEAR}]) { nodes { key { publishedOn } count } } } }"
    found = data(dataset, text)["documents"]["groups"]["nodes"]
    assert [node["key"]["publishedOn"] for node in found] == [
        "2006-01-01",
        "2024-01-01",
        "2025-01-01",
        "2026-01-01",
        None,
    ]


GROUPED = """query($after: String) { areaCoverages { groups(by: [{regime: {code: VALUE}}, {area: {sector: VALUE}}],
    orderBy: [{count: DESC}], first: 7, after: $after) {
      nodes { key { regime { code } area { sector } } count } pageInfo { hasNextPage endCursor } } } }"""


def test_groups_are_walked_by_cursors(dataset: World) -> None:
    whole = data(dataset, GROUPED.replace("first: 7", "first: 1000"))["areaCoverages"]["groups"]["nodes"]
    walked, after, more = [], None, True
    while more:
        page = data(dataset, GROUPED, {"after": after})["areaCoverages"]["groups"]
        walked += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert walked == whole
    assert len(whole) > 21


def test_gross_counts_overlaps_and_distinct_does_not(odd: World) -> None:
    """Of each budget line, distinct counts at most its own amount."""
    text = """{ budgetAllocations(first: 1000) { nodes { amount budgetLine { id amount } }
        aggregate { gross(mixed: true) distinct(mixed: true) } } }"""
    found = data(odd, text)["budgetAllocations"]
    allocated: dict[str, int] = {}
    own: dict[str, int] = {}
    for node in found["nodes"]:
        line = node["budgetLine"]["id"]
        allocated[line] = allocated.get(line, 0) + int(node["amount"])
        own[line] = int(node["budgetLine"]["amount"])
    assert found["aggregate"]["gross"] == str(sum(allocated.values()))
    assert found["aggregate"]["distinct"] == str(sum(min(own[line], total) for line, total in allocated.items()))
    assert found["aggregate"]["distinct"] != found["aggregate"]["gross"]


MIXED = "{ budgetLines { aggregate { count sum { amount } sure: sum(mixed: true) { amount } } } }"


def test_amounts_of_different_years_stages_or_levels_are_not_added_unasked(odd: World) -> None:
    result = odd.ask(MIXED)
    assert result.errors is not None
    (error,) = result.errors
    assert error.path == ["budgetLines", "aggregate", "sum", "amount"]
    assert error.extensions == {"code": "MIXED_KINDS"}
    assert "differs in fiscalYear, stage and level" in error.message
    found = result.data["budgetLines"]["aggregate"]  # type: ignore[index]
    assert found["count"] == 14
    assert found["sum"] == {"amount": None}
    assert found["sure"]["amount"] is not None


def test_within_groups_of_one_year_stage_and_level_they_are(odd: World) -> None:
    text = """{ budgetLines { groups(by: [{fiscalYear: VALUE}, {stage: VALUE}, {level: VALUE}], first: 1000) {
        nodes { count sum { amount } avg { amount } } } } }"""
    nodes = data(odd, text)["budgetLines"]["groups"]["nodes"]
    assert sum(node["count"] for node in nodes) == 14
    assert all(node["sum"]["amount"] is not None for node in nodes)


@pytest.mark.parametrize(
    "arguments",
    [
        'where: {budgetLines: {sum: {amount: {gte: "0"}}}}',
        "orderBy: [{budgetLines: {sum: {amount: DESC}}}]",
        "orderBy: [{budgetLines: {avg: {amount: DESC}, where: {id: {isNull: false}}}}]",
    ],
)
def test_conditions_and_orders_do_not_add_them_either(odd: World, arguments: str) -> None:
    code, message = refusal(odd, f"{{ ministries({arguments}) {{ nodes {{ id }} }} }}")
    assert code == "MIXED_KINDS"
    assert "say mixed: true" in message


def test_unless_the_caller_says_so(odd: World) -> None:
    text = """{ ministries(where: {budgetLines: {sum: {amount: {isNull: false}}, mixed: true}},
        orderBy: [{budgetLines: {sum: {amount: DESC}, mixed: true}}]) {
          nodes { budgetLines { aggregate { sum(mixed: true) { amount } } } } } }"""
    nodes = data(odd, text)["ministries"]["nodes"]
    sums = [int(node["budgetLines"]["aggregate"]["sum"]["amount"]) for node in nodes]
    assert sums == sorted(sums, reverse=True)
    assert sums


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("by: []", "by is empty"),
        ("by: [{stage: VALUE}, {stage: VALUE}]", "by names stage twice"),
        ("by: [{stage: VALUE}], orderBy: [{key: {account: ASC}}]", "orderBy.key.account"),
        ("by: [{stage: VALUE}], orderBy: [{count: ASC, sum: {amount: ASC}}]", "names one field"),
        ("by: [{stage: VALUE}], orderBy: [{mixed: true}]", "names one field"),
        ("by: [{account: VALUE}]", "key.stage"),
        ("by: [{stage: VALUE}], first: 1001", "first is 1001"),
        ("by: [{stage: VALUE}], having: {count: null}", "having.count is null"),
    ],
)
def test_what_cannot_be_grouped_is_said(dataset: World, arguments: str, says: str) -> None:
    code, message = refusal(dataset, f"{{ budgetLines {{ groups({arguments}) {{ nodes {{ key {{ stage }} }} }} }} }}")
    assert code == "BAD_INPUT"
    assert says in message


def test_an_average_is_exact_to_six_decimals(dataset: World) -> None:
    text = """{ projects(where: {fiscalYear: {in: []}}) { aggregate { avg { fiscalYear } } }
        releases { aggregate { avg { number } } } }"""
    found = data(dataset, text)
    assert found["projects"]["aggregate"]["avg"] == {"fiscalYear": None}
    assert found["releases"]["aggregate"]["avg"] == {"number": "1"}


def test_lists_are_filtered_and_sorted_by_their_aggregates(dataset: World) -> None:
    text = """{ regimes(where: {technologies: {count: {gte: 1}, where: {name: {contains: "양자"}}}}) { nodes { code } }
        most: regimes(orderBy: [{technologies: {count: DESC}}]) { nodes { code technologies { totalCount } } } }"""
    found = data(dataset, text)
    assert [node["code"] for node in found["regimes"]["nodes"]] == ["NST"]
    counts = [node["technologies"]["totalCount"] for node in found["most"]["nodes"]]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 5


def test_groups_and_aggregates_see_the_release(dataset: World) -> None:
    text = "{ budgetLines(atRelease: 0) { aggregate { count } groups(by: [{stage: VALUE}]) { totalCount } } }"
    assert data(dataset, text)["budgetLines"] == {"aggregate": {"count": 0}, "groups": {"totalCount": 0}}
