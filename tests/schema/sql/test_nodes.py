"""``node`` and ``nodes``: whatever an identifier names, in the order asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.schema.oracle.world import World


def test_every_kind_of_fact_is_a_node(odd: World) -> None:
    for identifier in odd.identifiers:
        odd.check("query ($id: ID!) { node(id: $id) { __typename id } }", {"id": identifier})
    odd.check(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on Body { name } } }", {"ids": odd.identifiers}
    )


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        ":",
        "term",
        "term:",
        "term:99",
        "Term:1",
        "organization:1",
        "no:such",
        "release:0",
        "ministry:1 ",
        "'",
        "%",
        "한글:1",
    ],
)
def test_what_names_nothing_is_null(odd: World, identifier: str) -> None:
    assert odd.answer("query ($id: ID!) { node(id: $id) { id } }", {"id": identifier}) == {"node": None}
    result = odd.ask("query ($id: ID!) { nodes(ids: [$id]) { id } }", {"id": identifier})
    (error,) = result.errors or []
    assert error.extensions == {"code": "NOT_FOUND"}
    assert error.path == ["nodes", 0]


def test_nodes_keep_order_and_name_what_is_missing(odd: World) -> None:
    ids = ["term:2", "no:such", "ministry:1", "term:2", "term:99", "body:0"]
    for hydrate in (False, True):
        result = odd.ask(
            "query ($ids: [ID!]!) { found: nodes(ids: $ids) { id __typename } }", {"ids": ids}, hydrate=hydrate
        )
        errors = result.errors or []
        assert [error.path for error in errors] == [["found", 1], ["found", 4]]
        assert "no:such" in errors[0].message
    odd.check("query ($ids: [ID!]!) { found: nodes(ids: $ids) { id __typename } }", {"ids": ids})
    odd.check("{ nodes(ids: []) { id } }")
    odd.check('{ nodes(ids: "term:1") { id } }')


def test_an_identifier_of_one_kind_does_not_name_another(odd: World) -> None:
    """The kind decides: institution:1 and ministry:1 are two rows of one table."""
    found = odd.answer('{ technology(id: "ministry:1") { id } node(id: "institution:1") { id __typename } }')
    assert found == {"technology": None, "node": {"id": "institution:1", "__typename": "Institution"}}


@pytest.mark.parametrize("identifier", ["\x00", "term:\x00", "\ud800"])
def test_what_is_no_text_is_refused(odd: World, identifier: str) -> None:
    assert odd.refusal("query ($id: ID!) { node(id: $id) { id } }", {"id": identifier}).extensions == {
        "code": "BAD_INPUT"
    }
    assert odd.refusal("query ($id: ID!) { technology(id: $id) { id } }", {"id": identifier}).extensions == {
        "code": "BAD_INPUT"
    }


def test_a_kind_of_its_own_is_planned_for(odd: World) -> None:
    """The same document with an identifier of another kind answers for that kind."""
    text = "query ($id: ID!) { node(id: $id) { __typename ... on Term { form } ... on Body { name } } }"
    for identifier in ("term:1", "body:1", "term:2", "no:such", "body:2"):
        odd.check(text, {"id": identifier})
