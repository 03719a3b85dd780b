"""``where``: two-valued logic, exact texts, and operators that cannot be used as a client's error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.schema.oracle.generated import TEXTS

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

WHERES: list[dict[str, Any]] = [
    {"nameEn": {"eq": "가"}},
    {"nameEn": {"ne": "가"}},
    {"nameEn": {"gt": ""}},
    {"nameEn": {"contains": "a"}},
    {"nameEn": {"in": []}},
    {"nameEn": {"in": ["가", "나"], "ne": "나"}},
    {"nameEn": {"isNull": True}},
    {"ordinal": {"lt": 2}},
    {"field": {}},
    {"field": {"nameEn": {"isNull": True}}},
    {"field": {"scheme": {"regime": {"code": {"startsWith": "가"}}}}},
    {"designations": {"some": {}}},
    {"designations": {"every": {"scope": {"gte": "가"}}}},
    {"designations": {"none": {"appliesFrom": {"isNull": False}}}},
    {"designations": {"some": {"notice": {"publisher": {"name": {"gt": "a"}}}}}},
    {"owner": {"parent": {"validTo": {"lt": "2026-06-18"}}}},
    {"release": {"number": {"eq": 1}}},
    {"and": []},
    {"or": []},
    {"not": {}},
    {"or": [{"nameEn": {"lt": "b"}}, {"not": {"ordinal": {"gte": 1}}}]},
]


@pytest.mark.parametrize("where", WHERES, ids=str)
def test_a_filter_and_its_negation_split_the_rows(odd: World, where: dict[str, Any]) -> None:
    text = "query ($where: TechnologyWhere) { technologies(where: $where, first: 1000) { totalCount nodes { id } } }"
    halves = [odd.answer(text, {"where": half})["technologies"] for half in (where, {"not": where})]
    ids = [row["id"] for half in halves for row in half["nodes"]]
    assert sorted(ids) == sorted(row["id"] for row in odd.fields.rows.tables["technologies"])
    assert sum(half["totalCount"] for half in halves) == len(ids)
    odd.check(text, {"where": where})
    odd.check(text, {"where": {"not": {"not": where}}})


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:8]))
def test_texts_are_taken_as_written(odd: World, text: str) -> None:
    """Quotes, percent signs, backslashes and the like have no meaning of their own."""
    for operator in ("eq", "ne", "containsExactly", "startsWithExactly", "lt", "lte", "gt", "gte"):
        asked = (
            f"query ($text: String) {{ terms(where: {{form: {{{operator}: $text}}}}) {{ nodes {{ form meaning }} }} }}"
        )
        odd.check(asked, {"text": text})
    odd.check(
        "query ($texts: [String!]) { terms(where: {meaning: {in: $texts}}) { nodes { form } } }", {"texts": [text]}
    )


def test_values_compare_whatever_their_spelling(odd: World) -> None:
    for value in ("1.5", "1.50", "0001.5", "15e-1"):
        odd.check(
            "query ($value: Decimal) { statistics(where: {value: {eq: $value}}) { nodes { id value } } }",
            {"value": value},
        )
    for moment in ("2026-06-18T14:00:00+09:00", "2026-06-18T05:00:00Z", "2026-06-18T05:00:00.000+00:00"):
        text = "query ($at: DateTime) { documents(where: {distributedAt: {eq: $at}}) { nodes { id distributedAt } } }"
        odd.check(text, {"at": moment})


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_last_day_are_days(odd: World, day: str) -> None:
    odd.check("query ($day: Date) { statutes(where: {validTo: {lte: $day}}) { totalCount } }", {"day": day})


@pytest.mark.parametrize(
    "where",
    [
        {"form": None},
        {"form": {"eq": None}},
        {"form": {"in": None}},
        {"form": {"isNull": None}},
        {"regime": None},
        {"regime": {"code": {"ne": None}}},
        {"claims": None},
        {"claims": {"some": None}},
        {"claims": {"every": {"value": {"eq": None}}}},
        {"and": None},
        {"or": [{"form": {"lt": None}}]},
        {"not": None},
    ],
    ids=str,
)
def test_null_is_no_operand(odd: World, where: dict[str, Any]) -> None:
    """A variable that someone forgot to fill must not quietly turn into another question."""
    refusal = odd.refusal("query ($where: TermWhere) { terms(where: $where) { nodes { id } } }", {"where": where})
    assert refusal.extensions == {"code": "BAD_INPUT"}
    assert "is null" in refusal.message
    text = "query ($none: String) { terms(where: {form: {eq: $none}}) { nodes { id } } }"
    assert odd.refusal(text, {"none": None}).extensions == {"code": "BAD_INPUT"}


def test_no_filter_at_all_may_be_null_or_left_out(odd: World) -> None:
    whole = odd.answer("{ terms { totalCount } }")
    assert whole == odd.answer("{ terms(where: null) { totalCount } }")
    assert whole == odd.answer("{ terms(where: {}) { totalCount } }")
    assert whole == odd.answer("query ($where: TermWhere) { terms(where: $where) { totalCount } }")
    assert whole == odd.answer("query ($form: String) { terms(where: {form: {eq: $form}}) { totalCount } }")


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "가\udfff"])
def test_what_is_no_text_is_refused(odd: World, text: str) -> None:
    for asked in (
        "query ($text: String!) { terms(where: {form: {eq: $text}}) { totalCount } }",
        "query ($text: String!) { terms(where: {form: {in: [$text]}}) { totalCount } }",
        "query ($text: String!) { ministry(name: $text) { id } }",
    ):
        assert odd.refusal(asked, {"text": text}).extensions == {"code": "BAD_INPUT"}
    assert odd.refusal(
        "query ($texts: [String!]) { terms(where: {form: {in: $texts}}) { totalCount } }", {"texts": ["a", text]}
    )


def test_nor_may_it_be_written_out(odd: World) -> None:
    assert odd.refusal('{ terms(where: {form: {eq: "\\u0000"}}) { totalCount } }').extensions == {"code": "BAD_INPUT"}
    assert "Unicode" in odd.refusal('{ terms(where: {form: {eq: "\\ud800"}}) { totalCount } }').message


@pytest.mark.parametrize(
    "text",
    [
        "{ terms { shape } }",
        "{ nothing { id } }",
        "{ terms(where: {shape: {eq: 1}}) { totalCount } }",
        "{ terms(where: {form: {like: 1}}) { totalCount } }",
        "{ terms(where: {form: {eq: 1}}) { totalCount } }",
        '{ terms(where: {form: "a"}) { totalCount } }',
        "{ terms(where: {form: {in: [null]}}) { totalCount } }",
        "{ terms(where: {grade: {eq: SECRET}}) { totalCount } }",
        '{ terms(where: {grade: {eq: "OPEN"}}) { totalCount } }',
        '{ statutes(where: {validFrom: {eq: "2026-02-30"}}) { totalCount } }',
        '{ statutes(where: {validFrom: {eq: "20260230"}}) { totalCount } }',
        "{ statutes(where: {validFrom: {eq: 20260618}}) { totalCount } }",
        '{ documents(where: {distributedAt: {eq: "2026-06-18T14:00:00"}}) { totalCount } }',
        '{ documents(where: {distributedAt: {eq: "0001-01-01T00:00:00+09:00"}}) { totalCount } }',
        '{ documents(where: {distributedAt: {eq: "9999-12-31T23:59:59-09:00"}}) { totalCount } }',
        "{ statistics(where: {value: {eq: 0.5}}) { totalCount } }",
        '{ statistics(where: {value: {eq: "NaN"}}) { totalCount } }',
        '{ statistics(where: {value: {eq: "1e2000"}}) { totalCount } }',
        '{ statistics(where: {value: {eq: "one"}}) { totalCount } }',
        "{ statistics(where: {value: {eq: true}}) { totalCount } }",
        "{ statistics(where: {fiscalYear: {eq: 2147483648}}) { totalCount } }",
        "{ terms { nodes } }",
        "{ terms { totalCount { id } } }",
        "{ ministry { id } }",
        "{ terms(size: 1) { totalCount } }",
        "query ($x: Int) { terms(where: {form: {eq: $x}}) { totalCount } }",
        "{ terms { ...F } }",
        "{ terms { ... on Body { id } } }",
        "{ terms { nodes { id ",
    ],
)
def test_a_mistake_in_the_document_is_the_clients(odd: World, text: str) -> None:
    result = odd.ask(text)
    assert result.data is None
    assert result.errors
    assert all(error.locations for error in result.errors)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("Decimal", 0.5),
        ("Decimal", True),
        ("Decimal", "Infinity"),
        ("Decimal", "9" * 2000),
        ("Decimal", []),
        ("Decimal", {}),
    ],
)
def test_a_wrong_value_of_a_variable_is_the_clients_too(odd: World, declared: str, value: Any) -> None:
    text = f"query ($value: {declared}) {{ statistics(where: {{value: {{eq: $value}}}}) {{ totalCount }} }}"
    assert "$value" in odd.refusal(text, {"value": value}).message


@pytest.mark.parametrize("value", [20260618, "2026-6-18", "2026-06-18T00:00:00", "infinity", "", "10000-01-01", [], {}])
def test_a_day_is_a_day(odd: World, value: Any) -> None:
    text = "query ($value: Date) { statutes(where: {validFrom: {eq: $value}}) { totalCount } }"
    assert "$value" in odd.refusal(text, {"value": value}).message


@pytest.mark.parametrize("value", [0, "now", "2026-06-18", "2026-06-18T14:00:00", "0001-01-01T00:00:00+09:00", [], {}])
def test_an_instant_is_an_instant(odd: World, value: Any) -> None:
    text = "query ($value: DateTime) { documents(where: {distributedAt: {eq: $value}}) { totalCount } }"
    assert "$value" in odd.refusal(text, {"value": value}).message


def test_deep_filters_are_answered(odd: World) -> None:
    where: dict[str, Any] = {"name": {"ne": "가"}}
    for _ in range(12):
        where = {"not": {"or": [{"parent": where}, {"and": [where]}]}} if len(str(where)) < 2000 else {"parent": where}
    odd.check("query ($where: BodyWhere) { bodies(where: $where) { totalCount } }", {"where": where})


@pytest.mark.parametrize(
    "condition",
    [
        "count: {eq: $n}",
        'count: {eq: $n}, some: {id: {eq: "mission:1"}}',
        "count: {gte: $n}, where: {grade: {eq: OPEN}}",
    ],
)
def test_an_aggregate_that_is_compared_with_nothing_is_no_filter(odd: World, condition: str) -> None:
    """Whether the list has no row, one or several; the variable is declared and not given."""
    odd.check(f"query A($n: Int) {{ coreMissions(where: {{missions: {{{condition}}}}}) {{ totalCount }} }}", {})
