"""Which places of an answer are kept from its viewer, and whom to ask: ``extensions.redactions``.

A row that a viewer may not see is absent, and nothing says so. A field of a row that the viewer does see is null
instead, and the answer names its place once, however many rows stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from strawberry.utils.str_converters import to_camel_case

from db.rights import Level
from db.seeing import masked_columns

if TYPE_CHECKING:
    from schema.sql.arguments import Info
    from schema.sql.linking import LinkedType
    from schema.sql.selection import Selection

Path = tuple[str, ...]

POLICY = "publisher's SENSITIVE"
ASK = (
    "발행 기관의 SENSITIVE 권한이 있어야 보인다: 그 기관에 키를 요청한다."
    " | Shown with the scope SENSITIVE of the organization that published it: ask that organization for a key."
)


class Redactions:
    """Finds the fields of one schema that are shown to some viewers only."""

    def __init__(self, types: Mapping[str, LinkedType]) -> None:
        self._masked = {
            (name, field)
            for name, linked in types.items()
            if linked.model is not None
            for field in map(to_camel_case, masked_columns(sa.inspect(linked.model).local_table))
            if field in linked.fields
        }
        self._names = {field for _, field in self._masked}

    def of(self, info: Info, selection: Selection, level: Level) -> tuple[Path, ...]:
        """Return the places below a root field that may be kept from a viewer of a level, by response keys."""
        if level is Level.EVERYTHING or not self._is_mentioned(info):
            return ()
        found = self._below(list(info.field_nodes), get_named_type(info.return_type), selection)
        return tuple(dict.fromkeys((str(info.path.key), *path) for path in found))

    def _is_mentioned(self, info: Info) -> bool:
        """Return whether such a field is named at all, which a look at each part of the document tells."""
        sets = [node.selection_set for node in info.field_nodes]
        spread: set[str] = set()
        return any(self._mentions(found, info, spread) for found in sets if found)

    def _mentions(self, selections: SelectionSetNode, info: Info, spread: set[str]) -> bool:
        below: list[SelectionSetNode] = []
        for node in selections.selections:
            if isinstance(node, FieldNode) and node.name.value in self._names:
                return True
            if isinstance(node, FragmentSpreadNode):
                if node.name.value not in spread:
                    spread.add(node.name.value)
                    below.append(info.fragments[node.name.value].selection_set)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                below.append(node.selection_set)
        return any(self._mentions(each, info, spread) for each in below)

    def _below(self, nodes: list[FieldNode], type_: Any, selection: Selection) -> Iterator[Path]:
        schema = selection.schema
        for concrete in schema.get_possible_types(type_) if is_abstract_type(type_) else (type_,):
            for key, below in selection.below(nodes, concrete).items():
                name = below[0].name.value
                if (concrete.name, name) in self._masked:
                    yield (key,)
                elif (field := concrete.fields.get(name)) and not is_leaf_type(found := get_named_type(field.type)):
                    yield from ((key, *path) for path in self._below(below, found, selection))


def told(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return what an answer says of places that are kept from its viewer."""
    return [{"path": list(path), "policy": POLICY, "ask": ASK} for path in paths]
