"""A row that may be of several types, as JSON text.

What the types have in common is written once: a branch for each type at every level would double the statement with
each level of the selection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode

from schema.sql.linking import LinkedType, Resolved
from schema.sql.pieces import Piece, concat, constant
from schema.sql.rows import Place

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.row import Row

Kinds = Mapping[Enum, Any]
Found = Mapping[Enum, list[FieldNode]]


def json_of_any_kind(row: Row, nodes: list[FieldNode], interface: Any, place: Place) -> sa.ColumnElement[str]:
    """Return the JSON of a row as the one of the interface's types that it is."""
    objects, entity = row.objects, place.entity
    kinds: Kinds = {kind: objects.selection.schema.get_type(name) for kind, name in place.type.possible_types().items()}
    places = {kind: Place(entity, objects.types[type_.name]) for kind, type_ in kinds.items()}
    selected = {kind: objects.selection.below(nodes, type_) for kind, type_ in kinds.items()}
    keys = merged([list(fields) for fields in selected.values()])
    if keys is None:
        whole = {kind: row.object(nodes, type_, places[kind], abstract=True) for kind, type_ in kinds.items()}
        return _by_kind(entity, whole)
    members: list[Piece] = []
    if objects.statement.hydrated:
        names = {kind: constant(f'"{type_.name}"') for kind, type_ in kinds.items()}
        members += [',"@typename":', _by_kind(entity, names)]
    for key in keys:
        found = {kind: fields[key] for kind, fields in selected.items() if key in fields}
        below = next(iter(found.values()))
        if _is_shared(found, kinds, interface, place.type):
            members += [f',"{key}":', row.member(place.type.fields[below[0].name.value], below, interface, entity)]
        else:
            own = {kind: row.members(key, found[kind], kinds[kind], places[kind]) for kind in found}
            members.append(_by_kind(entity, {kind: concat(_continued(texts)) for kind, texts in own.items()}))
    # Every member begins with a comma, since none is sure to be the first.
    return concat(["{", sa.func.substr(concat(members or [""]), sa.literal_column("2")), "}"])


def merged(orders: Sequence[Sequence[str]]) -> list[str] | None:
    """Return one order of response keys that holds each given one, or None where two of them disagree."""
    keys: list[str] = []
    for order in orders:
        position = 0
        for key in order:
            if key not in keys:
                keys.insert(position, key)
            position = keys.index(key) + 1
    return keys if all([key for key in keys if key in order] == list(order) for order in orders) else None


def _is_shared(found: Found, kinds: Kinds, interface: Any, linked: LinkedType) -> bool:
    """Return whether every type answers a response key by the same field of the interface and the same selection."""
    nodes, *others = found.values()
    name = nodes[0].name.value
    if name not in interface.fields or len(found) < len(kinds):
        return False
    if linked.is_extended(name) or isinstance(linked.fields[name], Resolved):
        return False
    # Wrappers such as NonNull are equal only to themselves, their names tell whether they mean the same.
    same_type = all(str(type_.fields[name].type) == str(interface.fields[name].type) for type_ in kinds.values())
    return same_type and all([id(node) for node in other] == [id(node) for node in nodes] for other in others)


def _continued(members: Mapping[str, Piece]) -> list[Piece]:
    return [piece for name, value in members.items() for piece in (f',"{name}":', value)]


def _by_kind(entity: Entity, texts: Mapping[Enum, sa.ColumnElement[str]]) -> sa.ColumnElement[str]:
    """Return the text for the row's own type, empty for a type that has none."""
    return sa.case(*((entity.is_kind(kind), text) for kind, text in texts.items()), else_=constant(""))
