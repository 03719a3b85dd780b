"""Closed lists: how a Python enum becomes a GraphQL one, values by member name, descriptions from the member's text."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from graphql import GraphQLEnumType, GraphQLEnumValue
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition

from schema.sql.declare import NAMESPACE


def declare_enums(enums: Iterable[type[Enum]]) -> None:
    """Make enums known to declarations."""
    for enum in enums:
        definition = StrawberryEnumDefinition(
            wrapped_cls=enum,
            name=enum.__name__,
            values=[EnumValue(member.name, member.value, description=member.value) for member in enum],
            description=_description(enum),
        )
        enum.__strawberry_definition__ = definition  # type: ignore[attr-defined]
        NAMESPACE[enum.__name__] = enum


def enum_type(enum: type[Enum]) -> GraphQLEnumType:
    """Return the type of an enum that only arguments take."""
    values = {member.name: GraphQLEnumValue(member, description=member.value) for member in enum}
    return GraphQLEnumType(enum.__name__, values, description=_description(enum))


def _description(enum: type[Enum]) -> str:
    return (enum.__doc__ or "").partition("\n")[0]
