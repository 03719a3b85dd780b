"""What an operation selects, as a tree: each field under its key in the answer, with its type and what it is called.

Fragments and ``@skip`` and ``@include`` are gone from it, so that whoever reads an answer by it meets fields alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLString,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.execution import get_variable_values
from graphql.execution.values import VariableValues, get_argument_values

UNIT = "unit"
TYPENAME = GraphQLField(GraphQLNonNull(GraphQLString), description="종류 | Name of the type")
ROWS = ("nodes", "edges")


@dataclass
class Selected:
    """A field of an answer, and ``below`` it what is selected of its value.

    ``asked`` has every place where it stands in the document, with the type that it is a field of there.
    """

    key: str
    definition: GraphQLField
    asked: list[tuple[GraphQLNamedType, FieldNode]]
    unit: str | None = None
    is_certain: bool = True
    """Whether it is there in every answer, whatever the variables and the type of the object."""
    below: dict[str, Selected] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the field in the schema."""
        return self.asked[0][1].name.value

    @property
    def type(self) -> Any:
        """The type of the value, without what says that it is a list or never null."""
        return get_named_type(self.definition.type)

    @property
    def is_leaf(self) -> bool:
        """Whether the value has no fields."""
        return is_leaf_type(self.type)

    @property
    def is_list(self) -> bool:
        """Whether there are several values."""
        return is_list_type(get_nullable_type(self.definition.type))

    @property
    def label(self) -> str:
        """What the value is called in Korean, or its key where the schema does not say."""
        return korean(self.definition.description) or self.key

    @property
    def is_connection(self) -> bool:
        """Whether the value is a page of a list."""
        members = getattr(self.type, "fields", {})
        return "first" in self.definition.args and {"nodes", "pageInfo"} <= members.keys()

    @property
    def has_rows(self) -> bool:
        """Whether rows of the page are selected, and not only what is known of the whole list."""
        return any(each.name in ROWS for each in self.below.values())


def korean(description: str | None) -> str:
    """Return the Korean part of a description."""
    return (description or "").partition(" | ")[0].strip() if " | " in (description or "") else ""


class Selecting:
    """Reads one operation with its variables; ``given`` has been found to fit the operation.

    Without them, everything is selected that may be.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        given: Mapping[str, Any] | None,
    ) -> None:
        self.schema, self.operation, self._fragments = schema, operation, fragments
        self.given = given or {}
        self._values: VariableValues | None = None
        if given is not None:
            found = get_variable_values(schema, operation.variable_definitions or (), dict(given))
            assert not isinstance(found, list), "an operation is run, or refused, before it is read"
            self._values = found

    def roots(self) -> dict[str, Selected]:
        """Return the root fields, by their keys."""
        plain = self.plain(self.operation.selection_set)
        root: Any = self.schema.query_type
        return self._below(plain, root)

    def arguments(self, selected: Selected) -> Mapping[str, Any]:
        """Return the arguments of a field as values."""
        assert self._values is not None
        return get_argument_values(selected.definition, selected.asked[0][1], self._values)

    def plain(self, selections: SelectionSetNode) -> SelectionSetNode:
        """Return selections without spreads and without directives: what these leave out is gone."""
        return SelectionSetNode(selections=tuple(self._plain(selections)))

    def _plain(self, selections: SelectionSetNode) -> Iterator[SelectionNode]:
        for node in selections.selections:
            if not self._is_included(node):
                continue
            left = (node.directives or ()) if self._values is None else ()
            if isinstance(node, FieldNode):
                below = self.plain(node.selection_set) if node.selection_set else None
                yield FieldNode(
                    alias=node.alias,
                    name=node.name,
                    arguments=node.arguments or (),
                    directives=left,
                    selection_set=below,
                )
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield self._inline(fragment.type_condition, fragment.selection_set, left)
            elif isinstance(node, InlineFragmentNode):
                yield self._inline(node.type_condition, node.selection_set, left)

    def _inline(
        self, condition: NamedTypeNode | None, selections: SelectionSetNode, left: Sequence[DirectiveNode]
    ) -> InlineFragmentNode:
        inner = self.plain(selections)
        return InlineFragmentNode(type_condition=condition, directives=tuple(left), selection_set=inner)

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives or self._values is None:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._values)
        include = get_directive_values(GraphQLIncludeDirective, node, self._values)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _below(self, selections: SelectionSetNode, type_: Any) -> dict[str, Selected]:
        found: dict[str, Selected] = {}
        self._add(found, selections, type_)
        return found

    def _add(
        self, found: dict[str, Selected], selections: SelectionSetNode, type_: Any, *, is_certain: bool = True
    ) -> None:
        for node in selections.selections:
            certain = is_certain and not node.directives
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self.schema.type_map[condition.name.value] if condition else type_
                is_same = inner is type_ or inner in getattr(type_, "interfaces", ())
                self._add(found, node.selection_set, inner, is_certain=certain and is_same)
            elif isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                name = node.name.value
                selected = found.get(key)
                if selected is None:
                    definition = TYPENAME if name == "__typename" else type_.fields[name]
                    selected = found[key] = Selected(key, definition, [(type_, node)], is_certain=certain)
                    selected.unit = self._unit(selected)
                else:
                    selected.asked.append((type_, node))
                    selected.is_certain |= certain
                    for each in selected.below.values():
                        # Where it is asked for in two places, an object may be found by one of them alone.
                        each.is_certain = False
                if node.selection_set:
                    once = len(selected.asked) == 1
                    self._add(selected.below, node.selection_set, selected.type, is_certain=once)

    def _unit(self, selected: Selected) -> str | None:
        """Return the unit that an argument of that name asks for, in Korean."""
        argument = selected.definition.args.get(UNIT)
        if (
            self._values is None
            or argument is None
            or not isinstance(kind := get_named_type(argument.type), GraphQLEnumType)
        ):
            return None
        given = self.arguments(selected).get(UNIT)
        member = kind.values.get(getattr(given, "name", given))
        return korean(member.description) if member else None
