"""Walks while releases land: the pages are those of the release in which the walk began, in either direction."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import new_database
from tests.schema.oracle.histories import Change, history, publish
from tests.schema.oracle.world import World, open_world
from tests.schema.test_time import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

PAGE = "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
DIRECTIONS = {
    "forward": ("first", "after", "endCursor", "hasNextPage"),
    "backward": ("last", "before", "startCursor", "hasPreviousPage"),
}
WALKS = [
    ("terms", "form", "forward"),
    ("budgetAllocations", "amount", "backward"),
    *(
        pytest.param(*walk, marks=pytest.mark.slow)
        for walk in (
            ("terms", "form", "backward"),
            ("budgetAllocations", "amount", "forward"),
            ("technologies", "field: {name: %s}", "forward"),
            ("technologies", "field: {name: %s}", "backward"),
        )
    ),
]


@pytest.fixture(scope="module")
def begun(server_url: sa.URL, empty_template: sa.URL) -> Iterator[sa.URL]:
    """A database after its first release, to be copied from."""
    with new_database(server_url, str(empty_template.database)) as url:
        asyncio.run(publish(url, [next(history(SEED))]))
        yield url


@pytest.fixture
def living(server_url: sa.URL, begun: sa.URL) -> Iterator[tuple[World, Iterator[Change]]]:
    """A database after its first release, and the changes that will land in it."""
    changes = history(SEED)
    next(changes)
    with new_database(server_url, str(begun.database)) as url, open_world(url) as world:
        yield world, changes


def land(world: World, changes: Iterator[Change]) -> None:
    """Let the next release land."""
    world.runner.run(publish(world.database.url, [next(changes)]))


@pytest.mark.parametrize(("root", "key", "direction"), WALKS)
def test_a_walk_stays_in_its_release(
    living: tuple[World, Iterator[Change]], root: str, key: str, direction: str
) -> None:
    """Neither skipped nor repeated: each row that was there when the walk began, whatever has landed since."""
    world, changes = living
    order = f"orderBy: [{{{key % 'ASC' if '%' in key else f'{key}: ASC'}}}]"
    whole = f"{{ page: {root}({order}, first: 50) {{ {PAGE} }} }}"
    expected = identifiers(world.answer(whole)["page"])
    size, cursor, edge, more = DIRECTIONS[direction]
    text = f"query ($cursor: String) {{ page: {root}({order}, {size}: 5, {cursor}: $cursor) {{ totalCount {PAGE} }} }}"
    met: list[str] = []
    at = None
    while True:
        page = world.answer(text, {"cursor": at})["page"]
        met = met + identifiers(page) if direction == "forward" else identifiers(page) + met
        assert page["totalCount"] == len(expected)
        if not page["pageInfo"][more]:
            break
        at = page["pageInfo"][edge]
        land(world, changes)
    assert met == expected
    assert identifiers(world.answer(whole)["page"]) != expected


@pytest.mark.parametrize("direction", ["forward", pytest.param("backward", marks=pytest.mark.slow)])
def test_walks_below_stay_in_the_release_of_the_walk_above(
    living: tuple[World, Iterator[Change]], direction: str
) -> None:
    """Lists of a page's rows are walked further in the release in which the page was read."""
    world, changes = living
    size, cursor, edge, more = DIRECTIONS[direction]
    inner = "orderBy: [{name: DESC}, {nameEn: ASC}]"
    whole = f"{{ technologyFields(first: 50) {{ nodes {{ id technologies({inner}, first: 50) {{ {PAGE} }} }} }} }}"
    nodes = world.answer(whole)["technologyFields"]["nodes"]
    expected = {row["id"]: identifiers(row["technologies"]) for row in nodes}
    outer = f"""query ($cursor: String) {{
        page: technologyFields({size}: 6, {cursor}: $cursor) {{
            {PAGE} below: nodes {{ id technologies({inner}, {size}: 1) {{ {PAGE} }} }} }} }}"""
    next_page = f"technologies({inner}, {size}: 1, {cursor}: $cursor) {{ {PAGE} }}"
    further = f"query ($id: ID!, $cursor: String) {{ node(id: $id) {{ ... on TechnologyField {{ {next_page} }} }} }}"
    met: dict[str, list[str]] = {}
    at = None
    while True:
        page = world.answer(outer, {"cursor": at})["page"]
        land(world, changes)
        for row in page["below"]:
            below, found = row["technologies"], identifiers(row["technologies"])
            while below["pageInfo"][more]:
                variables = {"id": row["id"], "cursor": below["pageInfo"][edge]}
                below = world.answer(further, variables)["node"]["technologies"]
                found = found + identifiers(below) if direction == "forward" else identifiers(below) + found
            met[row["id"]] = found
        if not page["pageInfo"][more]:
            break
        at = page["pageInfo"][edge]
    assert met == expected
    assert world.answer(whole)["technologyFields"]["nodes"] != nodes


def identifiers(page: Any) -> list[str]:
    return [row["id"] for row in page["nodes"]]
