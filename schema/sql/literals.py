"""Literals lifted out of a document: what is left is its skeleton, which texts share that differ in literals alone.

A lifted literal becomes a variable whose name, a number, no document can declare. One pass over the text finds
skeleton and literals without parsing; where it is in doubt it gives up, and the text has a document of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FloatValueNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    IntValueNode,
    NameNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableNode,
    Visitor,
    parse_value,
    validate,
    visit,
)
from graphql.pyutils import Undefined
from graphql.utilities import coerce_input_literal
from graphql.validation import OverlappingFieldsCanBeMergedRule

# Possessive throughout: whatever the text, no character is looked at more than a few times.
_IGNORED = r"(?:[ \t\r\n,\ufeff]++|\#[^\r\n\ud800-\udfff]*+)*+"
_NAMES_AND_PUNCTUATORS = r"(?:[_A-Za-z][_0-9A-Za-z]*+|[!$&():=@\[\]{|}]|\.\.\.)++"
_BLOCK_STRING = r'"""(?:[^"\\\ud800-\udfff]|\\"""|\\|"(?!""))*+"""'
_STRING = r'"(?!"")(?:[^"\\\r\n\ud800-\udfff]|\\[^\r\n\ud800-\udfff])*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+(?![_0-9A-Za-z.])"
_TOKEN = f"{_NAMES_AND_PUNCTUATORS}|{_BLOCK_STRING}|{_STRING}|{_NUMBER}"
# Where no token begins, the rest of the text stands for one.
_TOKENS, _IS_TOKEN = re.compile(f"{_IGNORED}({_TOKEN}|.*+)", re.DOTALL), re.compile(_TOKEN)
_FIRST_OF_LITERAL = frozenset('"-0123456789')


@dataclass(frozen=True)
class Written:
    """A text as a skeleton, in which no token is "?", and the literals that stood in the places of those."""

    skeleton: str
    literals: Sequence[str]


def written(text: str) -> Written | None:
    """Take the literals out of a text; None where it has something that is no token."""
    tokens: list[str] = _TOKENS.findall(text)
    while tokens and not tokens[-1]:
        tokens.pop()
    if not tokens or not _IS_TOKEN.fullmatch(tokens[-1]):
        return None
    literals, before = [], ""
    for position, token in enumerate(tokens):
        # What follows an equals sign is a variable's default, which stays with the skeleton.
        if token[0] in _FIRST_OF_LITERAL and before[-1:] != "=":
            literals.append(token)
            tokens[position] = _kind(token)
        before = token
    return Written(" ".join(tokens), literals)


def _kind(literal: str) -> str:
    if literal[0] == '"':
        return '?"'
    return "?0" if literal.lstrip("-").isdigit() else "?.0"


@dataclass(frozen=True)
class Lifted:
    """A document with variables in the places of its literals, and what types these places have."""

    ast: DocumentNode
    types: Sequence[GraphQLInputType]


def lift(schema: GraphQLSchema, ast: DocumentNode, count: int) -> Lifted | None:
    """Lift the ``count`` literals of a valid document; None where one of them has no place of its own."""
    if not count:
        return Lifted(ast, ())
    info = TypeInfo(schema)
    lifting = _Lifting(info)
    lifted: DocumentNode = visit(ast, TypeInfoVisitor(info, lifting))
    # Every literal outside of a variable's definition is among those taken out of the text, so equal numbers suffice.
    if len(lifting.types) != count or None in lifting.types:
        return None
    return Lifted(lifted, lifting.types)


def is_shareable(schema: GraphQLSchema, lifted: Lifted) -> bool:
    """Return whether other literals leave the document valid: they may not where two of them must be equal."""
    return not lifted.types or not validate(schema, lifted.ast, [OverlappingFieldsCanBeMergedRule])


def read_literals(literals: Sequence[str], types: Sequence[GraphQLInputType]) -> Mapping[str, Any] | None:
    """Return literals as the values of the variables that replace them; None where one does not fit its type."""
    found: dict[str, Any] = {}
    try:
        for position, (literal, type_) in enumerate(zip(literals, types, strict=True)):
            found[str(position)] = coerce_input_literal(_node(literal), type_)
    except GraphQLError:
        return None
    return None if Undefined in found.values() else found


def _node(literal: str) -> ValueNode:
    if literal[0] != '"':
        return IntValueNode(value=literal) if _kind(literal) == "?0" else FloatValueNode(value=literal)
    if "\\" in literal or literal.startswith('"""'):
        return parse_value(literal, no_location=True)
    return StringValueNode(value=literal[1:-1])


class _Lifting(Visitor):
    """Replaces literals by variables, and notes the types of their places."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.types: list[Any] = []

    def enter_variable_definition(self, *_: Any) -> bool:
        return False

    def _lift(self, node: ValueNode, *_: Any) -> VariableNode:
        self.types.append(self._info.get_input_type())
        return VariableNode(name=NameNode(value=str(len(self.types) - 1)), loc=node.loc)

    enter_int_value = enter_float_value = enter_string_value = _lift
