"""Rights: whatever is asked, by whomever, the answer is that over only the rows that the viewer may see."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.marking import slow_but
from tests.schema.oracle.documents import Request, requests
from tests.schema.oracle.histories import history, publish
from tests.schema.oracle.viewing import as_seen_by, viewers, viewers_of
from tests.schema.oracle.world import World, published_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

SEED = int(os.environ.get("NEXTGRAPH_TEST_SEED", "20260618"))
EXAMPLES = 6
MORE = 10
OWNERS = ("institution:0", "ministry:0")
NAMES = sorted(viewers(OWNERS))
ABOUT_RELEASES = ("releases", "release", "changes", "diff", "discrepancies")


@pytest.fixture(scope="module")
def whole(server_url: sa.URL, empty_template: sa.URL) -> Iterator[World]:
    """A history of three releases in which grades and owners change, as someone sees it who sees all."""

    async def land(url: sa.URL) -> None:
        await publish(url, islice(history(SEED), 3))

    with published_world(server_url, land, empty_template) as world:
        yield world


@pytest.fixture(scope="module")
def seen(whole: World) -> dict[str, World]:
    """The same database as each viewer sees it, those of the organizations that own most of what is not open."""
    return {name: as_seen_by(whole, viewer) for name, viewer in viewers_of(whole.history).items()}


def check(world: World, examples: int, *, at: int, roots: tuple[str, ...] = ()) -> None:
    @seed(at)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(asked=requests(world, roots))
    def agree(asked: Request) -> None:
        world.check(asked.text, asked.variables)

    agree()


def test_viewers_see_different_rows(seen: dict[str, World]) -> None:
    """Or else the tests below would hold without any rights."""
    counts = {name: len(world.history.rows().by_id) for name, world in seen.items()}
    assert counts["anyone"] == counts["publisher"] == counts["homeless"]
    assert counts["anyone"] < counts["sensitive"] < counts["confidential"] < counts["everything"]
    assert counts["anyone"] < counts["other"]


@pytest.mark.parametrize("name", slow_but(NAMES, "anyone", "sensitive"))
def test_what_is_answered_is_over_what_the_viewer_may_see(seen: dict[str, World], name: str) -> None:
    check(seen[name], EXAMPLES, at=SEED)
    check(seen[name], EXAMPLES // 2, at=SEED, roots=ABOUT_RELEASES)
    check(seen[name], EXAMPLES // 3, at=SEED, roots=("search",))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_much_more_that_is_answered(seen: dict[str, World], name: str) -> None:
    check(seen[name], EXAMPLES * MORE, at=SEED + 1)
    check(seen[name], EXAMPLES * MORE // 2, at=SEED + 1, roots=ABOUT_RELEASES)
    check(seen[name], EXAMPLES * MORE // 2, at=SEED + 1, roots=("search",))


def test_a_plan_never_serves_other_rights(seen: dict[str, World]) -> None:
    """One text, asked by everyone in turn and again: the plans that are kept for it are told apart by who asks."""
    text = "{ budgetLines(first: 1000) { totalCount nodes { id } } }"
    for _ in range(3):
        for world in seen.values():
            expected = sorted(row["id"] for row in world.history.rows().tables["budget_lines"])
            answer = world.answer(text)["budgetLines"]
            assert (answer["totalCount"], sorted(row["id"] for row in answer["nodes"])) == (len(expected), expected)


def test_a_hidden_row_is_absent_and_not_forbidden(seen: dict[str, World], whole: World) -> None:
    """By its identifier it is what an identifier is that names nothing, down to the words."""
    hidden = sorted(whole.history.rows().by_id.keys() - seen["anyone"].history.rows().by_id.keys())
    text = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"

    def said(identifier: str) -> Any:
        result = seen["anyone"].ask(text, {"id": identifier})
        errors = [
            (error.message.replace(identifier, "…"), error.path, error.extensions) for error in result.errors or ()
        ]
        return orjson.dumps(result.data), errors

    for identifier in hidden[:20]:
        kind = identifier.partition(":")[0]
        assert said(identifier) == said(f"{kind}:there-is-none")


FILES = """
{ releases(first: 2) { nodes { ...File } } one: release(number: 1) { ...File } }
fragment File on Release { at: number name: fileName }
"""


def test_a_field_that_is_kept_from_a_viewer_is_named(seen: dict[str, World], whole: World) -> None:
    """Its places stand in the extensions, once; who sees all is told of none."""
    places = [["releases", "nodes", "name"], ["one", "name"]]
    for name, world in seen.items():
        for _ in range(3):
            found = (world.ask(FILES).extensions or {}).get("redactions", [])
            assert [each["path"] for each in found] == ([] if name == "everything" else places)
            assert all(each["policy"] and each["ask"] for each in found)
    assert whole.answer(FILES)["one"]["name"] == "가.csv"
    assert seen["anyone"].answer(FILES)["one"]["name"] is None
    assert "redactions" not in (seen["anyone"].ask("{ releases { nodes { title } } }").extensions or {})


def test_a_field_that_is_kept_from_a_viewer_cannot_be_guessed(seen: dict[str, World]) -> None:
    """No condition, ordering, group or total tells what it holds."""
    text = """{
        found: releases(where: {fileName: {startsWith: "가"}}) { totalCount }
        absent: releases(where: {fileName: {isNull: true}}) {
            totalCount groups(by: [{fileName: VALUE}]) { nodes { count } }
        }
    }"""
    answer = seen["anyone"].answer(text)
    assert answer["found"]["totalCount"] == 0
    assert answer["absent"]["totalCount"] == 3
