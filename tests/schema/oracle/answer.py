"""Answering a document: the selection is walked over the schema, one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import get_argument_values, get_directive_values, get_variable_values

from tests.schema.oracle.fields import Fields, Part
from tests.schema.oracle.pages import Page, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphql import DocumentNode, SelectionSetNode

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True)
class Cursor:
    """Where the planner writes an opaque cursor: the row that it stands for, in this ordering of this type."""

    type: str
    order: tuple[tuple[str, bool], ...]
    id: str


@dataclass(frozen=True)
class Edge:
    """A row of a page with its cursor."""

    row: Any
    cursor: Cursor


class Oracle:
    """Answers documents over the rows that it was given."""

    def __init__(self, schema: GraphQLSchema, fields: Fields) -> None:
        self.schema, self.fields = schema, fields

    def answer(self, document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``data`` as parsed JSON, with a :class:`Cursor` wherever a cursor stands."""
        operation = get_operation_ast(document)
        assert operation is not None
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        values = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables))
        assert not isinstance(values, list), values
        walk = _Walk(self.schema, self.fields, fragments, values)
        return walk.object(self.schema.query_type, {"@type": "Query"}, [operation.selection_set])


class _Walk:
    """One operation's walk, with its variables."""

    def __init__(self, schema: GraphQLSchema, fields: Fields, fragments: Mapping[str, Any], variables: Any) -> None:
        self._schema, self._fields = schema, fields
        self._fragments, self._variables = fragments, variables

    def object(self, type_: Any, value: Any, selections: Iterable[SelectionSetNode]) -> dict[str, Any]:
        asked: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selection in selections:
            for node in self._fields_of(selection, type_, spread):
                asked.setdefault((node.alias or node.name).value, []).append(node)
        return {key: self._field(type_, value, nodes) for key, nodes in asked.items()}

    def _fields_of(self, selection: SelectionSetNode, type_: Any, spread: set[str]) -> Iterator[FieldNode]:
        for node in selection.selections:
            if self._directive("skip", node) is True or self._directive("include", node) is False:
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
                yield from self._fields_of(inner.selection_set, type_, spread)

    def _directive(self, name: str, node: Any) -> bool | None:
        values = get_directive_values(self._schema.get_directive(name), node, self._variables)  # type: ignore[arg-type]
        return values["if"] if values else None

    def _field(self, type_: Any, value: Any, nodes: list[FieldNode]) -> Any:
        name = nodes[0].name.value
        if name == "__typename":
            return type_.name
        definition = type_.fields[name]
        arguments = get_argument_values(definition, nodes[0], self._variables)
        target: Any = get_named_type(definition.type)
        if type_.name == "Query" and name in ("node", "nodes"):
            ids = arguments.get("ids", [arguments.get("id")])
            named = [self._fields.rows.by_id.get(identifier) for identifier in ids]
            return self._complete(definition.type, named if name == "nodes" else named[0], nodes)
        if isinstance(value, Page):
            return self._complete(definition.type, _page_member(value, name), nodes)
        if isinstance(value, Edge):
            return value.cursor if name == "cursor" else self._complete(definition.type, value.row, nodes)
        if isinstance(value, dict) and "@info" in value:
            return value[name]
        found = self._fields.value(type_, value, name, arguments)
        if not is_leaf_type(target) and self._fields.is_list(target):
            found = page(self._fields, self._fields.row_type(target), found, arguments)
        return self._complete(definition.type, found, nodes)

    def _complete(self, type_: Any, value: Any, nodes: list[FieldNode]) -> Any:
        bare = type_.of_type if is_non_null_type(type_) else type_
        if value is None or (isinstance(value, Part) and value.is_absent):
            assert bare is type_, f"{nodes[0].name.value} is null"
            return None
        if is_list_type(bare):
            return [self._complete(bare.of_type, item, nodes) for item in value]
        if is_leaf_type(bare):
            return written(bare.name, value)
        concrete = self._schema.get_type(value["@type"]) if is_abstract_type(bare) else bare
        return self.object(concrete, value, [node.selection_set for node in nodes if node.selection_set])


def _page_member(found: Page, name: str) -> Any:
    cursors = [Cursor(found.type.name, found.order, row["id"]) for row in found.rows]
    if name == "nodes":
        return found.rows
    if name == "edges":
        return [Edge(row, cursor) for row, cursor in zip(found.rows, cursors, strict=True)]
    if name == "totalCount":
        return found.total
    return {
        "@info": True,
        "hasNextPage": found.has_next,
        "hasPreviousPage": found.has_previous,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
    }


def written(type_: str, value: Any) -> Any:
    """Return a scalar as JSON holds it."""
    if type_ == "Decimal":
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if type_ == "DateTime":
        return value.astimezone(SEOUL).isoformat()
    if type_ == "Date":
        return value.isoformat()
    return value
