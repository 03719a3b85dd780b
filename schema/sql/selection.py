"""Which fields a selection asks for: fragments opened, directives applied, equal response keys merged.

Follows "Field Collection" of the GraphQL specification (§6.3.2); whether a type condition applies is decided for one
concrete type at a time, as the executor does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)

Collected = dict[str, list[FieldNode]]


class Selection:
    """Collects fields of one operation; ``variables`` are its coerced values."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables

    def below(self, nodes: Iterable[FieldNode], parent: GraphQLObjectType) -> Collected:
        """Return the fields that equal response keys ``nodes`` ask of an object of type ``parent``."""
        collected: Collected = {}
        seen: set[str] = set()
        for node in nodes:
            if node.selection_set:
                for response_key, field in self._walk(node.selection_set, parent, seen):
                    collected.setdefault(response_key, []).append(field)
        return collected

    def _walk(
        self, selections: SelectionSetNode, parent: GraphQLObjectType, seen: set[str]
    ) -> Iterator[tuple[str, FieldNode]]:
        for node in selections.selections:
            if not self._included(node.directives):
                continue
            if isinstance(node, FieldNode):
                yield (node.alias or node.name).value, node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, parent):
                    yield from self._walk(node.selection_set, parent, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, parent):
                    yield from self._walk(fragment.selection_set, parent, seen)

    def _included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        return all(
            self._condition(directive) == (directive.name.value == "include")
            for directive in directives or ()
            if directive.name.value in ("include", "skip")
        )

    def _condition(self, directive: DirectiveNode) -> bool:
        (argument,) = directive.arguments or ()
        value: Any = argument.value
        return bool(self.variables[value.name.value] if isinstance(value, VariableNode) else value.value)

    def _applies(self, condition: str, parent: GraphQLObjectType) -> bool:
        if condition == parent.name:
            return True
        type_ = self.schema.get_type(condition)
        return is_abstract_type(type_) and self.schema.is_sub_type(type_, parent)
