"""Which operations are answered by the state of the data alone: asked again of the same release, they answer the same.

Not so is what Python answers, and what says something of who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


def root_fields(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> frozenset[str]:
    """Return the names of the fields that an operation selects at the root; each fragment is looked into once."""
    return frozenset(_named(operation.selection_set, fragments, set()))


def is_of_the_contract(fields: Iterable[str]) -> bool:
    """Return whether root fields ask for nothing but the contract, which no release changes."""
    return all(name.startswith("__") for name in fields)


def _named(
    selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[str]:
    for each in selected.selections:
        if isinstance(each, FieldNode):
            yield each.name.value
        elif isinstance(each, InlineFragmentNode):
            yield from _named(each.selection_set, fragments, seen)
        elif isinstance(each, FragmentSpreadNode) and each.name.value not in seen:
            seen.add(each.name.value)
            if each.name.value in fragments:
                yield from _named(fragments[each.name.value].selection_set, fragments, seen)
