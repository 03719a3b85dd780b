"""What of a type clients may compare: filter by, sort by, group by and add up."""

from __future__ import annotations

from collections.abc import Iterator

from schema.sql.declare import method_arguments
from schema.sql.linking import Embedded, Leaf, LinkedType, ToMany, ToOne

NUMBERS = frozenset({"IntFilter", "DecimalFilter"})
ORDERED = NUMBERS | {"DateFilter", "DateTimeFilter", "TextFilter"}


def comparable(type_: LinkedType) -> Iterator[tuple[str, Leaf | Embedded | ToOne | ToMany, str]]:
    """Return the fields that clients may filter and sort by, each with its description.

    A field with permissions or extensions is none of it: comparing would give its value away without asking them.
    """
    for key, field in type_.fields.items():
        if type_.is_extended(key):
            continue
        text = type_.members[key].description or key
        if isinstance(field, Leaf):
            if field.sortable:
                yield key, field, text
        elif isinstance(field, Embedded | ToOne | ToMany) and not _has_arguments(type_, key):
            yield key, field, text


def _has_arguments(type_: LinkedType, key: str) -> bool:
    """Return whether a relation takes arguments of its own; such a one is asked for, not filtered by."""
    method = type_.members[key].method
    return method is not None and bool(method_arguments(method))


def numbers(type_: LinkedType) -> Iterator[tuple[str, Leaf, str]]:
    """Return the leaves that can be added up."""
    for key, field, text in comparable(type_):
        if isinstance(field, Leaf) and field.scalar.filter in NUMBERS:
            yield key, field, text


def ordered(type_: LinkedType) -> Iterator[tuple[str, Leaf | Embedded, str]]:
    """Return the leaves that have a least and a greatest value, and the value types that hold such."""
    for key, field, text in comparable(type_):
        if isinstance(field, Embedded) or (isinstance(field, Leaf) and field.scalar.filter in ORDERED):
            yield key, field, text


def groupable(type_: LinkedType) -> Iterator[tuple[str, Leaf | Embedded | ToOne, str]]:
    """Return what groups can be made by, or what leads to it."""
    for key, field, text in comparable(type_):
        if not isinstance(field, ToMany) and not (isinstance(field, Leaf) and field.scalar.is_list):
            yield key, field, text
