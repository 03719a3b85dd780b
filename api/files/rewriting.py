"""Documents that ask for the pages of an operation's lists: the operation with other page sizes, and places in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    ArgumentNode,
    FieldNode,
    InlineFragmentNode,
    IntValueNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    print_ast,
    visit,
)
from graphql.type import GraphQLInterfaceType, GraphQLObjectType

if TYPE_CHECKING:
    from schema.selected import Selected, Selecting

FIRST, LAST, AFTER, AS_OF, AT_RELEASE, ID = "first", "last", "after", "asOf", "atRelease", "id"
PAGE_INFO, TOTAL = "pageInfo", "totalCount"
NODE = "node"


@dataclass(frozen=True)
class Anchor:
    """From where a list is asked for again: a root field, or whatever an identifier names of a type."""

    key: str
    type: Any = None


class Rewriting:
    """Writes the documents of one operation; the values of its variables decide what is written."""

    def __init__(self, selecting: Selecting) -> None:
        self._selecting = selecting
        self._schema = selecting.schema
        operation = selecting.operation
        self._definitions = {each.variable.name.value: each for each in operation.variable_definitions or ()}
        self._after, self._id, self._release = (self._free(name) for name in ("after", "id", "release"))
        self._texts: dict[Any, str] = {}
        self._root: Selected | None = None

    def follows(self, selected: Selected) -> bool:
        """Return whether a list is followed: it has rows, and does not say how many it wants."""
        if not selected.is_connection or not selected.has_rows:
            return False
        given = self._selecting.arguments(selected)
        return given.get(FIRST) is None and given.get(LAST) is None

    def after(self, root: Selected) -> str | None:
        """Return the cursor that the operation itself begins behind."""
        return self._selecting.arguments(root).get(AFTER) if root.is_connection else None

    def release(self, root: Selected) -> int | None:
        """Return the release that a root field asks for by itself."""
        found: int | None = self._selecting.arguments(root).get(AT_RELEASE)
        return found

    def anchor(self, selected: Selected) -> Anchor | None:
        """Return the anchor that the objects of a field are, by their identifiers."""
        type_ = selected.type
        node = self._schema.type_map["Node"]
        is_node = isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and (
            type_ is node or node in type_.interfaces
        )
        named = selected.below.get(ID)
        return Anchor(NODE, type_) if is_node and (named is None or named.name == ID) else None

    def root_anchor(self, root: Selected) -> Anchor:
        """Return the anchor that a root field is."""
        self._root = root
        return Anchor(root.key)

    def root(
        self,
        root: Selected,
        after: str | None,
        size: int,
        nested: int,
        release: int | None,
        *,
        rows_only: bool = False,
    ) -> tuple[str, dict[str, Any]]:
        """Return the document of a page of a root field, and its variables.

        ``rows_only`` leaves out what the field has beside its rows: that is told with the first page.
        """
        pinned = release is not None and self._takes(root, AT_RELEASE)
        key = (root.key, size, nested, pinned, rows_only)
        if key not in self._texts:
            more = {AT_RELEASE: VariableNode(name=NameNode(value=self._release))} if pinned else {}
            field = self._field(root, root.asked[0][1], size, nested, more=more, followed=True, rows_only=rows_only)
            fields = [
                field,
                *(
                    self._field(root, node, size, nested, more=more, followed=True, rows_only=rows_only)
                    for _, node in root.asked[1:]
                ),
            ]
            self._texts[key] = self._document(fields)
        return self._texts[key], self._given({self._after: after, self._release: release})

    def totals(self, roots: Sequence[Selected], release: int | None) -> tuple[str, dict[str, Any]]:
        """Return the document of how many rows there are in root fields, and its variables."""
        fields = []
        for root in roots:
            node = root.asked[0][1]
            given = [each for each in node.arguments or () if each.name.value not in (FIRST, AFTER, LAST)]
            if release is not None and self._takes(root, AT_RELEASE):
                given.append(_argument(AT_RELEASE, VariableNode(name=NameNode(value=self._release))))
            inner = SelectionSetNode(selections=(_field_of(TOTAL),))
            fields.append(
                FieldNode(
                    alias=NameNode(value=root.key),
                    name=node.name,
                    arguments=tuple(given),
                    directives=(),
                    selection_set=inner,
                )
            )
        return self._document(fields), self._given({self._release: release})

    def below(
        self,
        anchor: Anchor,
        chain: tuple[Selected, ...],
        identifier: str | None,
        after: str,
        size: int,
        release: int | None,
    ) -> tuple[str, dict[str, Any]]:
        """Return the document of a further page of a list below an anchor, and its variables."""
        key = (anchor.key, anchor.type, *map(id, chain), size)
        if key not in self._texts:
            selections = self._chain(chain, size)
            self._texts[key] = self._document([self._anchored(anchor, selections)])
        return self._texts[key], self._given({self._after: after, self._id: identifier, self._release: release})

    def _anchored(self, anchor: Anchor, selections: SelectionSetNode) -> FieldNode:
        assert self._root is not None
        own = self._root.asked[0][1]
        if anchor.type is None:
            given = tuple(each for each in own.arguments or () if each.name.value not in (FIRST, AFTER, LAST))
            return FieldNode(alias=own.alias, name=own.name, arguments=given, directives=(), selection_set=selections)
        moment = tuple(each for each in own.arguments or () if each.name.value in (AS_OF, AT_RELEASE))
        arguments = (_argument(ID, VariableNode(name=NameNode(value=self._id))), *moment)
        inner = _on(anchor.type, selections)
        return FieldNode(
            alias=None,
            name=NameNode(value=NODE),
            arguments=arguments,
            directives=(),
            selection_set=SelectionSetNode(selections=(inner,)),
        )

    def _chain(self, chain: tuple[Selected, ...], size: int) -> SelectionSetNode:
        """Return the fields that lead to a list, and the list itself from a place on."""
        first, *others = chain
        found: list[SelectionNode] = []
        for owner, node in first.asked:
            if others:
                below = self._chain(tuple(others), size)
                inner = FieldNode(
                    alias=node.alias, name=node.name, arguments=node.arguments, directives=(), selection_set=below
                )
            else:
                inner = self._field(first, node, size, min(size, 100), followed=True, rows_only=True)
            found.append(_on(owner, SelectionSetNode(selections=(inner,))))
        return SelectionSetNode(selections=tuple(found))

    def _field(
        self,
        selected: Selected,
        node: FieldNode,
        size: int,
        nested: int,
        *,
        more: Mapping[str, Any] | None = None,
        followed: bool = False,
        rows_only: bool = False,
    ) -> FieldNode:
        """Return a field with pages of a size; ``followed`` says that this one is asked from the place of a cursor."""
        arguments = {each.name.value: each.value for each in node.arguments or ()}
        follows = self.follows(selected)
        if follows:
            arguments.pop(LAST, None)
            arguments[FIRST] = IntValueNode(value=str(size))
            if followed:
                arguments[AFTER] = VariableNode(name=NameNode(value=self._after))
        arguments |= more or {}
        below = self._below(selected, node.selection_set, nested, rows_only=rows_only)
        return FieldNode(
            alias=node.alias,
            name=node.name,
            arguments=tuple(_argument(name, value) for name, value in arguments.items()),
            directives=(),
            selection_set=below if below is None or not follows else _with(below, _PAGE),
        )

    def _below(
        self, selected: Selected, selections: SelectionSetNode | None, nested: int, *, rows_only: bool
    ) -> SelectionSetNode | None:
        if selections is None:
            return None
        found = SelectionSetNode(selections=tuple(self._members(selected, selections, nested, rows_only=rows_only)))
        if self.anchor(selected):
            return _with(found, _field_of(ID))
        return found if found.selections else _with(found, _field_of("__typename"))

    def _members(
        self, selected: Selected, selections: SelectionSetNode, nested: int, *, rows_only: bool
    ) -> list[SelectionNode]:
        found: list[SelectionNode] = []
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                inner = self._members(selected, node.selection_set, nested, rows_only=rows_only)
                if inner:
                    kept = SelectionSetNode(selections=tuple(inner))
                    found.append(
                        InlineFragmentNode(type_condition=node.type_condition, directives=(), selection_set=kept)
                    )
            elif isinstance(node, FieldNode):
                below = selected.below[(node.alias or node.name).value]
                is_page = selected.is_connection and below.type.name == "PageInfo"
                if not is_page and (not rows_only or (below.is_list and not below.is_leaf)):
                    found.append(self._field(below, node, nested, nested))
        return found

    def _document(self, fields: list[FieldNode]) -> str:
        used: set[str] = set()

        class Used(Visitor):
            def enter_variable(self, node: VariableNode, *_: Any) -> None:
                used.add(node.name.value)

        for each in fields:
            visit(each, Used())
        own = {
            self._after: _defined(self._after, NamedTypeNode(name=NameNode(value="String"))),
            self._id: _defined(self._id, NonNullTypeNode(type=NamedTypeNode(name=NameNode(value="ID")))),
            self._release: _defined(self._release, NamedTypeNode(name=NameNode(value="Int"))),
        }
        definitions = tuple(each for name, each in (self._definitions | own).items() if name in used)
        return print_ast(
            OperationDefinitionNode(
                operation=OperationType.QUERY,
                name=self._selecting.operation.name,
                variable_definitions=definitions,
                directives=(),
                selection_set=SelectionSetNode(selections=tuple(fields)),
            )
        )

    def _given(self, own: dict[str, Any]) -> dict[str, Any]:
        return {**self._selecting.given, **own}

    def _takes(self, root: Selected, name: str) -> bool:
        return name in root.definition.args and self._selecting.arguments(root).get(name) is None

    def _free(self, name: str) -> str:
        while name in self._definitions:
            name += "_"
        return name


def _argument(name: str, value: Any) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def _defined(name: str, type_: NamedTypeNode | ListTypeNode | NonNullTypeNode) -> VariableDefinitionNode:
    return VariableDefinitionNode(
        variable=VariableNode(name=NameNode(value=name)), type=type_, default_value=None, directives=()
    )


def _field_of(name: str, *below: str) -> FieldNode:
    inner = SelectionSetNode(selections=tuple(_field_of(each) for each in below)) if below else None
    return FieldNode(alias=None, name=NameNode(value=name), arguments=(), directives=(), selection_set=inner)


def _with(selections: SelectionSetNode, more: SelectionNode) -> SelectionSetNode:
    return SelectionSetNode(selections=(*selections.selections, more))


def _on(type_: Any, selections: SelectionSetNode) -> InlineFragmentNode:
    named = get_named_type(type_)
    return InlineFragmentNode(
        type_condition=NamedTypeNode(name=NameNode(value=named.name)), directives=(), selection_set=selections
    )


_PAGE = _field_of(PAGE_INFO, "hasNextPage", "endCursor")
