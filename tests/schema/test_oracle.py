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
from hypothesis import strategies as st

from tests.schema.oracle.documents import requests

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

# The same documents every time; another seed, or more examples, looks further.
SEED = int(os.environ.get("NEXTGRAPH_TEST_SEED", "20260618"))
EXAMPLES = int(os.environ.get("NEXTGRAPH_TEST_EXAMPLES", "350"))
PROFILE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@seed(SEED)
@PROFILE
@given(data=st.data())
def test_the_dataset(dataset: World, data: st.DataObject) -> None:
    """What the sources say is answered as the oracle answers it."""
    asked = data.draw(requests(dataset))
    dataset.check(asked.text, asked.variables)


@seed(SEED)
@PROFILE
@given(data=st.data())
def test_odd_rows(odd: World, data: st.DataObject) -> None:
    """Nulls, ties and odd characters change nothing."""
    asked = data.draw(requests(odd))
    odd.check(asked.text, asked.variables)


@pytest.mark.parametrize("world", ["dataset", "odd"])
def test_every_leaf_of_every_list(world: str, request: pytest.FixtureRequest) -> None:
    """No field is left out by chance: each list is read whole, with every leaf and every value type."""
    here: World = request.getfixturevalue(world)
    query = here.schema.query_type
    assert query
    for name, root in query.fields.items():
        if str(root.type).endswith("Connection!"):
            members = " ".join(_leaves(here, here.fields.row_type(get_named_type(root.type))))
            here.check(f"{{ {name}(first: 1000) {{ totalCount nodes {{ {members} }} }} }}")


def _leaves(world: World, type_: object) -> list[str]:
    members = []
    for name, field in type_.fields.items():  # type: ignore[attr-defined]
        target = get_named_type(field.type)
        if is_leaf_type(target):
            members.append(name)
        elif world.fields.is_embedded(target):
            members.append(f"{name} {{ {' '.join(_leaves(world, target))} }}")
    return members
