"""Selections: merged fields, aliases, fragments, directives, and objects that lead back to themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import wide

if TYPE_CHECKING:
    from tests.schema.oracle.world import World


def test_a_field_selected_twice_is_one(odd: World) -> None:
    text = """{ technologies(first: 3) { nodes { id } nodes { name field { id } } ...F
        edges { node { id } } edges { cursor } pageInfo { hasNextPage } pageInfo { endCursor } } }
        fragment F on TechnologyConnection { nodes { field { name scheme { id } } field { scheme { name } } } }"""
    odd.check(text)
    (row, *_) = odd.answer(text)["technologies"]["nodes"]
    assert list(row) == ["id", "name", "field"]


def test_a_root_field_selected_twice_is_one(odd: World) -> None:
    odd.check("{ terms(first: 1) { totalCount } ... on Query { terms(first: 1) { nodes { id } totalCount } } }")


def test_a_relation_may_lead_back(odd: World) -> None:
    odd.check(
        """{ bodies(first: 4) { nodes { id parent { id parent { id parent { id
        children(first: 2) { nodes { id parent { id
        children(first: 1, orderBy: [{name: DESC}]) { totalCount nodes { id name } } } } } } } } } } }"""
    )


def test_a_long_response_key(odd: World) -> None:
    key = "k" * 5000
    odd.check(f"{{ {key}: terms(first: 1) {{ {key}: nodes {{ {key}: id {key}1: regime {{ {key}: code }} }} }} }}")


@pytest.mark.parametrize("include", [True, False])
@pytest.mark.parametrize("skip", [True, False])
def test_directives(odd: World, include: bool, skip: bool) -> None:
    text = """query ($include: Boolean!, $skip: Boolean! = true) { terms(first: 2) {
        totalCount @include(if: $include) nodes @skip(if: $skip) { id @include(if: $include) @skip(if: $skip) form }
        ...F @include(if: $include) ... @skip(if: $skip) { pageInfo { hasNextPage @skip(if: $include) __typename } } }
        bodies @skip(if: $include) { totalCount } }
        fragment F on TermConnection { edges { node { id @skip(if: $skip) } } }"""
    odd.check(text, {"include": include, "skip": skip})
    odd.check(text, {"include": include})


def test_nothing_left_to_select_is_an_empty_object(odd: World) -> None:
    odd.check(
        """{ terms(first: 2) { nodes { id @skip(if: true) regime { code @skip(if: true) } }
        edges { cursor @skip(if: true) } } }"""
    )
    odd.check("{ terms { pageInfo { hasNextPage @include(if: false) } } }")
    odd.check("{ terms { totalCount @include(if: false) } }")
    odd.check("{ milestones { nodes { due { latest @skip(if: true) } } } }")


def test_an_interface_answers_as_its_types(odd: World) -> None:
    odd.check(
        """{ organizations(first: 1000) { totalCount nodes { __typename id ...F
        ... on Institution { name parent { ...F } }
        ... on Ministry { short: shortName statutes(first: 1) { nodes { ministry { __typename } } } } ... on Node { id }
        ... on Organization { children(first: 2) { edges { cursor node { __typename ... on Ministry { code } } } } }
        } } }
        fragment F on Organization { kind names(first: 1) { nodes { organization { __typename id } } } }"""
    )


def test_keys_in_another_order_for_each_type(odd: World) -> None:
    odd.check(
        """{ organizations(first: 1000) { nodes { ... on Ministry { name id } ... on Institution { id name }
        parent { ... on Ministry { kind __typename } ... on Institution { __typename code kind } } } } }"""
    )


def test_a_statement_grows_with_the_document_only(odd: World) -> None:
    """An interface has several types at every level, but a level does not multiply what lies below it."""

    def length(depth: int) -> int:
        below = "children(first: 1) { nodes { __typename " * depth + "name" + " } }" * depth
        text = f"{{ organizations(first: 1) {{ nodes {{ {below} }} }} }}"
        odd.answer(text)
        (plan,) = wide.executor().document(text).form.plans.values()
        return len(plan.sql)

    shallow, middle, deep = length(2), length(4), length(6)
    assert deep - middle < 1.5 * (middle - shallow)


def test_the_subject_of_a_claim_is_any_fact(odd: World) -> None:
    odd.check(
        """{ claims(first: 1000) { nodes { subjectId subject { __typename id ... on Term { form }
        ... on Organization { name }
        ... on BudgetLine { amount(unit: MILLION) ministry { name } } ... on Milestone { due { latest } } } } } }"""
    )
