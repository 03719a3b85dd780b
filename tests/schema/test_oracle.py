"""The planner against the oracle: generated documents over the whole schema, on real and on odd rows.

Each one is answered three times: as JSON that the database wrote, by graphql-core completing the same rows, and by the
oracle. All three must agree, the first two to the byte.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from graphql import get_named_type, is_leaf_type
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.schema.oracle.documents import Request, requests
from tests.schema.oracle.world import plain_lists

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

# The same documents every time; another seed, or more examples, looks further.
SEED = int(os.environ.get("NEXTGRAPH_TEST_SEED", "20260618"))
EXAMPLES = int(os.environ.get("NEXTGRAPH_TEST_EXAMPLES", "60"))
MANY = max(1000, EXAMPLES)
PROFILE = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


AMOUNTS = ("budgetLines", "budgetAllocations", "budgetSummaries", "statistics")
"""Root fields over rows with such numbers."""


@pytest.mark.parametrize("world", ["dataset", "odd"])
def test_generated_documents(world: str, request: pytest.FixtureRequest) -> None:
    """Whatever is asked, of real rows and of odd ones; and no two orderings share a cursor."""
    here: World = request.getfixturevalue(world)
    check_generated(here, EXAMPLES)
    assert not here.ambiguous()


@pytest.mark.slow
@pytest.mark.parametrize("world", ["dataset", "odd"])
def test_many_generated_documents(world: str, request: pytest.FixtureRequest) -> None:
    """The same with other documents, and more of them than anyone waits for."""
    here: World = request.getfixturevalue(world)
    check_generated(here, MANY, at=SEED + 1)
    check_generated(here, MANY // 5, at=SEED + 1, roots=("search",))
    assert not here.ambiguous()


@pytest.mark.parametrize("world", ["dataset", "odd"])
def test_amounts_of_several_kinds(world: str, request: pytest.FixtureRequest) -> None:
    """Numbers that do not add up across kinds are few, and much is said of them: where errors stand, what fails."""
    check_generated(request.getfixturevalue(world), EXAMPLES // 3, roots=AMOUNTS)


@pytest.mark.parametrize("world", ["dataset", "odd"])
def test_searches(world: str, request: pytest.FixtureRequest) -> None:
    """What is found, in which order and by which part, of parts of real names as people type them."""
    check_generated(request.getfixturevalue(world), EXAMPLES // 6, roots=("search",))


@pytest.mark.parametrize("world", ["dataset", "odd"])
def test_every_leaf_of_every_list(world: str, request: pytest.FixtureRequest) -> None:
    """No field is left out by chance: each list is read whole, with every leaf and every value type."""
    here: World = request.getfixturevalue(world)
    query = here.schema.query_type
    assert query
    for name, root in plain_lists(query).items():
        members = " ".join(_leaves(here, here.fields.row_type(get_named_type(root.type))))
        here.check(f"{{ {name}(first: 1000) {{ totalCount nodes {{ {members} }} }} }}")


def check_generated(world: World, examples: int, *, at: int = SEED, roots: tuple[str, ...] = ()) -> None:
    """Check that many documents drawn from the seed ``at``."""

    @seed(at)
    @settings(PROFILE, max_examples=examples)
    @given(asked=requests(world, roots))
    def agree(asked: Request) -> None:
        world.check(asked.text, asked.variables)

    agree()


def _leaves(world: World, type_: object) -> list[str]:
    members = []
    for name, field in type_.fields.items():  # type: ignore[attr-defined]
        target = get_named_type(field.type)
        if is_leaf_type(target):
            members.append(name)
        elif world.fields.is_embedded(target):
            members.append(f"{name} {{ {' '.join(_leaves(world, target))} }}")
    return members
