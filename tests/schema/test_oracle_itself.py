"""The oracle on rows made by hand: sums and groups that can be reckoned in the head, and where errors stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLScalarType, build_schema, parse, validate

from tests.schema.oracle.answer import Answer, Oracle
from tests.schema.oracle.fields import Declared, Fields
from tests.schema.oracle.made import Cursor
from tests.schema.oracle.rows import TABLES, History
from tests.schema.oracle.scalars import average, total
from tests.schema.oracle.selection import Asked
from tests.schema.oracle.times import beginning

if TYPE_CHECKING:
    from tests.schema.oracle.rows import Row

SCHEMA = build_schema(
    """
    scalar Decimal
    scalar Date
    type Query {
      ministries(WHERE orderBy: [MinistryOrder!] PAGE): MinistryConnection!
      budgetLines(orderBy: [BudgetLineOrder!] PAGE): BudgetLineConnection!
      ministry(name: String! TIMES): Ministry
    }
    type Ministry { id: ID! name: String! code: String validTo: Date budgetLines(PAGE): BudgetLineConnection! }
    type MinistryConnection { nodes: [Ministry!]! totalCount: Int! }
    enum Stage { REQUEST DRAFT FINAL }
    type BudgetLine { id: ID! amount: Decimal! stage: Stage! fiscalYear: Int! account: String ministry: Ministry! }
    type BudgetLineConnection {
      nodes: [BudgetLine!]! edges: [BudgetLineEdge!]! totalCount: Int! aggregate: BudgetLineAggregate!
      groups(
        by: [BudgetLineGroupBy!]! having: BudgetLineAggregateWhere orderBy: [BudgetLineGroupOrder!]
        first: Int after: String last: Int before: String
      ): BudgetLineGroups!
    }
    type BudgetLineEdge { cursor: String! node: BudgetLine! }
    type BudgetLineAggregate {
      count: Int! countDistinct(of: [BudgetLineGroupBy!]!): Int!
      sum(mixed: Boolean! = false): Numbers! avg(mixed: Boolean! = false): Numbers! max: Values!
    }
    type Numbers { amount: Decimal fiscalYear: Decimal }
    type Values { amount: Decimal account: String }
    type BudgetLineGroups { nodes: [BudgetLineGroup!]! pageInfo: PageInfo! totalCount: Int! }
    type BudgetLineGroup { key: BudgetLineKey! count: Int! sum(mixed: Boolean! = false): Numbers! }
    type PageInfo { hasNextPage: Boolean! endCursor: String }
    type BudgetLineKey { stage: Stage account: String ministry: MinistryKey! }
    type MinistryKey { code: String }
    enum Key { VALUE }
    enum Direction { ASC DESC }
    input BudgetLineGroupBy @oneOf { stage: Key account: Key ministry: MinistryGroupBy }
    input MinistryGroupBy @oneOf { code: Key }
    input DecimalFilter { gt: Decimal }
    input IntFilter { gt: Int }
    input NumbersWhere { amount: DecimalFilter }
    input NumbersOrder @oneOf { amount: Direction }
    input BudgetLineAggregateWhere { count: IntFilter sum: NumbersWhere mixed: Boolean }
    input BudgetLineOrder @oneOf { stage: Direction account: Direction ministry: MinistryOrder }
    input BudgetLineGroupOrder { key: BudgetLineOrder count: Direction sum: NumbersOrder mixed: Boolean }
    input BudgetLineListWhere { some: BudgetLineWhere count: IntFilter sum: NumbersWhere mixed: Boolean }
    input BudgetLineListOrder { count: Direction sum: NumbersOrder mixed: Boolean }
    input BudgetLineWhere { amount: DecimalFilter }
    input MinistryWhere { and: [MinistryWhere!] or: [MinistryWhere!] code: TextFilter budgetLines: BudgetLineListWhere }
    input MinistryOrder @oneOf { code: Direction budgetLines: BudgetLineListOrder }
    input TextFilter { eq: String }
    """.replace("PAGE", "first: Int after: String last: Int before: String TIMES")
    .replace("WHERE orderBy", "where: MinistryWhere orderBy")
    .replace("TIMES", "asOf: Date atRelease: Int")
)
for scalar, read in (("Decimal", Decimal), ("Date", date.fromisoformat)):
    kind = SCHEMA.type_map[scalar]
    assert isinstance(kind, GraphQLScalarType)
    kind.parse_value = read  # type: ignore[assignment]
    kind.parse_literal = lambda node, _=None, read=read: read(node.value)  # type: ignore[misc, method-assign]
DECLARED = Declared(
    {"Ministry": ("code",), "BudgetLine": ("account",)}, {"BudgetLine": {"amount": ("stage", "fiscal_year")}}
)


def line(key: str, ministry: str, amount: int, stage: str = "FINAL", account: str | None = None, **more: Any) -> Row:
    values = {"amount": amount, "stage": stage, "fiscal_year": 2026, "account": account, "released_in": 1}
    reference = {"ministry_id": f"ministry:{ministry}", "owner_id": None}
    return {"id": f"line:{key}", "@table": "budget_lines", "@type": "BudgetLine", **values, **reference, **more}


def ministry(key: str, **more: Any) -> Row:
    values = {"code": key, "name": key, "valid_from": None, "valid_to": None, "released_in": 1}
    return {"id": f"ministry:{key}", "@table": "organizations", "@type": "Ministry", **values, **more}


LINES = [
    line("1", "a", 10, account="10호"),
    line("2", "a", 5, account="9호"),
    line("3", "b", 1, stage="REQUEST"),
    line("4", "b", 1),
]
MINISTRIES = [ministry("a"), ministry("b"), ministry("c")]


def oracle(
    lines: list[Row] = LINES, former: list[tuple[Row, int]] | None = None, cursors: dict[str, Cursor] | None = None
) -> Oracle:
    versions: dict[str, list[Any]] = {table: [] for table in TABLES}
    versions["organizations"] = [(row, None) for row in MINISTRIES]
    versions["budget_lines"] = [*((row, None) for row in lines), *(former or [])]
    versions["releases"] = [({"id": f"release:{n}", "number": n, "@type": "Release"}, None) for n in (1, 2)]
    history = History(versions)
    return Oracle(SCHEMA, history, Fields(history.rows(), DECLARED), cursors)


def ask(text: str, asked: Oracle | None = None) -> Answer:
    document = parse(text)
    assert not validate(SCHEMA, document)
    return (asked or oracle()).answer(Asked(SCHEMA, document, {}))


def data(text: str, asked: Oracle | None = None) -> Any:
    answer = ask(text, asked)
    assert not answer.errors
    assert answer.data
    (found,) = answer.data.values()
    return found


def test_numbers_are_exact_and_averages_round_halves_away_from_zero() -> None:
    assert total([Decimal("1e30"), Decimal("0.1"), 2]) == Decimal("1000000000000000000000000000002.1")
    assert [str(average(values)) for values in ([1, 0], [0, 0, 1], [-1, 0, 0], [Decimal("-0.000001"), 0])] == [
        "0.500000",
        "0.333333",
        "-0.333333",
        "-0.000001",
    ]


def test_periods_begin_in_korean_time() -> None:
    night = datetime(2026, 6, 30, 15, 0, tzinfo=UTC)
    assert beginning("DAY", night).isoformat() == "2026-07-01T00:00:00+09:00"
    assert [beginning(period, date(2026, 6, 30)).isoformat() for period in ("QUARTER", "HALF_YEAR", "YEAR")] == [
        "2026-04-01",
        "2026-01-01",
        "2026-01-01",
    ]


def test_an_aggregate_is_of_all_rows_whatever_the_page() -> None:
    found = data(
        """{ budgetLines(first: 0) { aggregate { count sum(mixed: true) { amount } max { account }
        countDistinct(of: [{account: VALUE}, {ministry: {code: VALUE}}]) none: countDistinct(of: [{account: VALUE}])
    } } }"""
    )
    expected = {"count": 4, "sum": {"amount": "17"}, "max": {"account": "10호"}, "countDistinct": 3, "none": 2}
    assert found["aggregate"] == expected


def test_mixed_kinds_are_an_error_where_they_stand() -> None:
    answer = ask("{ ministries { nodes { budgetLines { aggregate { all: sum { amount fiscalYear } } } } } }")
    assert answer.errors == [("MIXED_KINDS", ("ministries", "nodes", 1, "budgetLines", "aggregate", "all", "amount"))]
    assert answer.data
    sums = [row["budgetLines"]["aggregate"]["all"] for row in answer.data["ministries"]["nodes"]]
    assert [found["amount"] for found in sums] == ["15", None, None]
    assert [found["fiscalYear"] for found in sums] == ["4052", "4052", None]


@pytest.mark.parametrize(
    "text",
    [
        '{ ministries(where: {budgetLines: {sum: {amount: {gt: "1"}}}}) { totalCount } }',
        "{ ministries(orderBy: [{budgetLines: {sum: {amount: DESC}}}]) { nodes { code } } }",
        '{ budgetLines { groups(by: [{account: VALUE}], having: {sum: {amount: {gt: "1"}}}) { totalCount } } }',
        "{ budgetLines { groups(by: [{account: VALUE}], orderBy: [{sum: {amount: ASC}}]) { nodes { count } } } }",
    ],
)
def test_mixed_kinds_in_a_condition_fail_the_whole_root_field(text: str) -> None:
    answer = ask(text)
    assert answer.data is None
    assert [(code, len(path)) for code, path in answer.errors] == [("MIXED_KINDS", 1)]
    assert not ask(text.replace("sum:", "mixed: true, sum:")).errors


def test_a_condition_that_nothing_depends_on_may_be_looked_at_or_not() -> None:
    """Ministry b has mixed kinds, but is left out by its code."""
    text = '{ ministries(where: {code: {eq: "a"}, budgetLines: {sum: {amount: {gt: "1"}}}}) { nodes { code } } }'
    answer = ask(text)
    assert answer.data == {"ministries": {"nodes": [{"code": "a"}]}}
    assert answer.instead == {"ministries": {"MIXED_KINDS"}}


def test_a_list_is_filtered_and_sorted_by_what_it_comes_to() -> None:
    text = "{ ministries(orderBy: [{budgetLines: {mixed: true, sum: {amount: ASC}}}], %s) { nodes { code } } }"
    assert [row["code"] for row in data(text % "first: 9")["nodes"]] == ["b", "a", "c"]
    filtered = text % 'where: {budgetLines: {count: {gt: 0}, mixed: true, sum: {amount: {gt: "2"}}}}'
    assert [row["code"] for row in data(filtered)["nodes"]] == ["a"]


def test_groups_come_by_their_keys_absent_last_texts_in_natural_order() -> None:
    groups = data(
        "{ budgetLines { groups(by: [{account: VALUE}, {ministry: {code: VALUE}}]) "
        "{ totalCount nodes { count key { account ministry { code } } } } } }"
    )["groups"]
    assert groups["totalCount"] == 3
    assert [
        (group["key"]["account"], group["key"]["ministry"]["code"], group["count"]) for group in groups["nodes"]
    ] == [
        ("9호", "a", 1),
        ("10호", "a", 1),
        (None, "b", 2),
    ]


def test_groups_sort_a_closed_list_as_declared_and_walk_by_what_the_cursor_holds() -> None:
    selection = "nodes { key { stage } } pageInfo { hasNextPage endCursor }"
    text = f"{{ budgetLines {{ groups(by: [{{stage: VALUE}}] %s) {{ {selection} }} }} }}"
    first = data(text % "orderBy: [{key: {stage: ASC}}], first: 1")["groups"]
    assert [group["key"]["stage"] for group in first["nodes"]] == ["REQUEST"]
    cursor = first["pageInfo"]["endCursor"]
    assert isinstance(cursor, Cursor)
    rest = data(text % 'orderBy: [{key: {stage: ASC}}], after: "c"', oracle(cursors={"c": cursor}))["groups"]
    assert [group["key"]["stage"] for group in rest["nodes"]] == ["FINAL"]
    assert not rest["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize(
    "groups",
    [
        "groups(by: []) { totalCount }",
        "groups(by: [{stage: VALUE}, {stage: VALUE}]) { totalCount }",
        "groups(by: [{stage: VALUE}]) { nodes { key { ministry { code } } } }",
        "groups(by: [{stage: VALUE}], orderBy: [{key: {account: ASC}}]) { totalCount }",
        "groups(by: [{stage: VALUE}], orderBy: [{mixed: true}]) { totalCount }",
        "groups(by: [{stage: VALUE}], orderBy: [{count: ASC, key: {stage: ASC}}]) { totalCount }",
    ],
)
def test_groups_that_say_too_little_or_too_much_are_refused(groups: str) -> None:
    answer = ask(f"{{ budgetLines {{ {groups} }} }}")
    assert (answer.data, answer.errors) == (None, [("BAD_INPUT", ("budgetLines",))])


def test_a_release_is_answered_as_it_stood_and_a_cursor_brings_its_own() -> None:
    lines, former = [*LINES[1:], line("9", "c", 7, released_in=2)], [(LINES[0], 2)]
    text = "{ budgetLines(%s) { edges { cursor node { id } } } }"
    asked = oracle(lines, former)
    then = data(text % "atRelease: 1", asked)["edges"]
    assert [edge["node"]["id"] for edge in then] == ["line:2", "line:1", "line:3", "line:4"]
    cursor = then[0]["cursor"]
    assert cursor.release == 1
    rest = data(text % 'after: "c"', oracle(lines, former, {"c": cursor}))["edges"]
    assert [edge["node"]["id"] for edge in rest] == ["line:1", "line:3", "line:4"]
    assert data(text % "atRelease: 0", asked)["edges"] == []
    later = oracle(lines, former, {"c": cursor})
    assert ask(text % 'after: "c", atRelease: 2', later).errors == [("BAD_CURSOR", ("budgetLines",))]
    assert ask('{ ministry(name: "a", atRelease: 3) { id } }', asked).data == {"ministry": None}


def test_a_day_filters_lists_but_no_reference() -> None:
    gone = ministry("a", valid_to=date(2025, 12, 31))
    asked = oracle()
    asked.history = History({**asked.history.versions, "organizations": [(gone, None), (MINISTRIES[1], None)]})
    assert [row["code"] for row in data('{ ministries(asOf: "2026-01-01") { nodes { code } } }', asked)["nodes"]] == [
        "b"
    ]
    lines = data('{ budgetLines(asOf: "2026-01-01", first: 1) { nodes { ministry { code } } } }', asked)
    assert lines["nodes"] == [{"ministry": {"code": "a"}}]


def test_what_lies_beyond_a_cursor_need_not_be_looked_at() -> None:
    """The group of account 9호 has mixed kinds in it; the page after it can do without."""
    lines = [
        line("1", "a", 1, account="9호"),
        line("2", "a", 1, "DRAFT", account="9호"),
        line("3", "a", 2, account="b"),
    ]
    having = 'having: {sum: {amount: {gt: "0"}}}'
    text = "{ budgetLines { groups(by: [{account: VALUE}], %s) { nodes { count } pageInfo { endCursor } } } }"
    assert ask(text % having, oracle(lines)).errors == [("MIXED_KINDS", ("budgetLines",))]
    cursor = data(text % "first: 1", oracle(lines))["groups"]["pageInfo"]["endCursor"]
    answer = ask(text % f'{having}, after: "c"', oracle(lines, cursors={"c": cursor}))
    assert answer.data
    assert answer.data["budgetLines"]["groups"]["nodes"] == [{"count": 1}]
    assert answer.instead == {"budgetLines": {"MIXED_KINDS"}}
