"""What the types behind an interface have in common in one selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from graphql import FieldNode

from schema.sql.entities import Entity
from schema.sql.linking import LinkedType, Resolved
from schema.sql.statement import constant

Found = Mapping[Any, list[FieldNode]]


def merged(orders: Sequence[Sequence[str]]) -> list[str] | None:
    """Return one order of response keys that holds each given one, or None where two of them disagree."""
    keys: list[str] = []
    for order in orders:
        position = 0
        for key in order:
            if key not in keys:
                keys.insert(position, key)
            elif keys.index(key) < position:
                return None
            position = keys.index(key) + 1
    agree = all([key for key in keys if key in order] == list(order) for order in orders)
    return keys if agree else None


def is_shared(found: Found, types: Mapping[Any, Any], interface: Any, linked: LinkedType) -> bool:
    """Return whether every type answers a response key by the same field of the interface with the same selection."""
    nodes = first(found)
    name = nodes[0].name.value
    if name not in interface.fields or isinstance(linked.fields[name], Resolved) or len(found) < len(types):
        return False
    same_nodes = all(len(other) == len(nodes) and all(map(_is, other, nodes)) for other in found.values())
    return same_nodes and all(type_.fields[name].type == interface.fields[name].type for type_ in types.values())


def _is(one: FieldNode, other: FieldNode) -> bool:
    return one is other


def first(found: Found) -> list[FieldNode]:
    return next(iter(found.values()))


def by_kind(entity: Entity, texts: Mapping[Any, sa.ColumnElement[str]]) -> sa.ColumnElement[str]:
    """Return the text for the row's own type, empty for a type that has none."""
    return sa.case(*((entity.is_kind(kind), text) for kind, text in texts.items()), else_=constant(""))
