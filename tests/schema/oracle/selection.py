"""What a document asks for: fragments opened, directives applied, and every field that it can reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
)
from graphql.execution.values import get_argument_values, get_directive_values, get_variable_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphql import DocumentNode, GraphQLField, SelectionSetNode


@dataclass(frozen=True)
class Reached:
    """A field that a selection names, and the type on which it does."""

    type: Any
    name: str
    node: FieldNode
    definition: GraphQLField


class Asked:
    """One operation with its variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        operation = get_operation_ast(document)
        assert operation is not None
        values: Any = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
        assert not isinstance(values, list), values
        self.schema, self.operation, self._variables = schema, operation, values
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        return get_argument_values(definition, node, self._variables)

    def fields(self, type_: Any, selections: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Return the fields asked of an object, by response key."""
        asked: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selection in selections:
            for node in self._fields(selection, type_, spread):
                asked.setdefault((node.alias or node.name).value, []).append(node)
        return asked

    def reached(self, type_: Any, selection: SelectionSetNode, possible: set[str] | None = None) -> Iterator[Reached]:
        """Return every field below, whatever the rows are; ``possible`` are the types that the object can be of."""
        types = self._possible(type_) if possible is None else possible
        for node in selection.selections:
            if self._is_left_out(node):
                continue
            if isinstance(node, FieldNode):
                if node.name.value == "__typename":
                    continue
                definition = type_.fields[node.name.value]
                yield Reached(type_, node.name.value, node, definition)
                if node.selection_set:
                    yield from self.reached(get_named_type(definition.type), node.selection_set)
                continue
            inner: Any = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            condition: Any = self.schema.get_type(inner.type_condition.name.value) if inner.type_condition else type_
            if left := types & self._possible(condition):
                yield from self.reached(condition, inner.selection_set, left)

    def _possible(self, type_: Any) -> set[str]:
        return (
            {each.name for each in self.schema.get_possible_types(type_)} if is_abstract_type(type_) else {type_.name}
        )

    def _fields(self, selection: SelectionSetNode, type_: Any, spread: set[str]) -> Iterator[FieldNode]:
        for node in selection.selections:
            if self._is_left_out(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            inner: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                inner = self._fragments[node.name.value]
            condition = inner.type_condition and inner.type_condition.name.value
            if condition in (None, type_.name, *(interface.name for interface in type_.interfaces)):
                yield from self._fields(inner.selection_set, type_, spread)

    def _is_left_out(self, node: Any) -> bool:
        return self._directive("skip", node) is True or self._directive("include", node) is False

    def _directive(self, name: str, node: Any) -> bool | None:
        values = get_directive_values(self.schema.get_directive(name), node, self._variables)  # type: ignore[arg-type]
        return values["if"] if values else None
