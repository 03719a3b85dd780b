"""Every list taken together by every aggregate and every key, the planner against the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import get_named_type, is_enum_type, is_leaf_type

from tests.schema.oracle.world import plain_lists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.schema.oracle.world import World

WORLDS = ["dataset", "odd"]


@pytest.mark.parametrize("world", WORLDS)
def test_every_aggregate_of_every_list(world: str, request: pytest.FixtureRequest) -> None:
    """The sum, average, smallest and largest of every leaf that has one."""
    here: World = request.getfixturevalue(world)
    for name, connection in lists(here):
        aggregate: Any = get_named_type(connection.fields["aggregate"].type)
        members = ["count"]
        for function in ("sum", "avg", "min", "max"):
            if function in aggregate.fields:
                arguments = "(mixed: true)" if function in ("sum", "avg") else ""
                members.append(f"{function}{arguments} {leaves(get_named_type(aggregate.fields[function].type))}")
        here.check(f"{{ {name} {{ aggregate {{ {' '.join(members)} }} }} }}")


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_every_key_of_every_list(world: str, request: pytest.FixtureRequest) -> None:
    """Groups, and the number of different values, by every leaf, every period of a day, and every relation to one."""
    here: World = request.getfixturevalue(world)
    for name, connection in lists(here):
        members = []
        for place, (by, selected) in enumerate(keys(get_named_type(connection.fields["groups"].args["by"].type))):
            groups = f"groups(by: [{by}], first: 1000) {{ totalCount nodes {{ count key {selected} }} }}"
            members.append(f"g{place}: {groups} d{place}: aggregate {{ countDistinct(of: [{by}]) }}")
        here.check(f"{{ {name} {{ {' '.join(members)} }} }}")


def lists(world: World) -> Iterator[tuple[str, Any]]:
    """Return the root fields that give whole lists, each with its type."""
    for name, root in plain_lists(world.schema.query_type).items():
        yield name, get_named_type(root.type)


def leaves(type_: Any) -> str:
    """Return a selection of every leaf, those of value types included."""
    members = []
    for name, field in type_.fields.items():
        target = get_named_type(field.type)
        members.append(name if is_leaf_type(target) else f"{name} {leaves(target)}")
    return f"{{ {' '.join(members)} }}"


def keys(type_: Any) -> Iterator[tuple[str, str]]:
    """Return what groups may be made by, each with what selects it: of a relation, the identifier alone."""
    for name, field in type_.fields.items():
        target: Any = get_named_type(field.type)
        if is_enum_type(target):
            yield from ((f"{{{name}: {bucket}}}", f"{{ {name} }}") for bucket in target.values)
        elif "id" in target.fields:
            yield f"{{{name}: {{id: VALUE}}}}", f"{{ {name} {{ id }} }}"
        else:
            yield from ((f"{{{name}: {by}}}", f"{{ {name} {selected} }}") for by, selected in keys(target))
