"""Values of generated documents, written out or as variables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graphql import is_enum_type, is_non_null_type

if TYPE_CHECKING:
    from tests.schema.oracle.documents import Author


class Writing:
    """Writes the values of one document and declares its variables."""

    def __init__(self, author: Author) -> None:
        self._author = author
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}

    def written(self, value: Any, type_: Any, *, sure: bool = False, strict: bool = False) -> str:
        """Write a value out or as a variable.

        ``sure`` says that it may not be left out, ``strict`` that a variable in its place may not be null.
        """
        if self._author.chance(4):
            return self._variable(value, type_, sure=sure, strict=strict)
        bare = type_.of_type if is_non_null_type(type_) else type_
        if isinstance(value, dict):
            # What must have exactly one member cannot do without it.
            single = bare.is_one_of or bare.name.endswith("Order")
            members = (
                f"{name}: {self.written(item, bare.fields[name].type, sure=sure or single, strict=single)}"
                for name, item in value.items()
            )
            return "{" + ", ".join(members) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.written(item, bare.of_type, sure=sure) for item in value) + "]"
        return literal(value, bare)

    def _variable(self, value: Any, type_: Any, *, sure: bool, strict: bool) -> str:
        name = self._author.name("v")
        optional = not strict and not is_non_null_type(type_)
        if optional and not sure and self._author.chance(6):
            self.declared.append(f"${name}: {type_}")
        elif optional and self._author.chance(4):
            self.declared.append(f"${name}: {type_} = {literal(value, type_)}")
        else:
            self.declared.append(f"${name}: {type_}{'!' if strict and not is_non_null_type(type_) else ''}")
            self.variables[name] = value
        return f"${name}"


def literal(value: Any, type_: Any) -> str:
    """Write a value out, as it stands in a document."""
    bare = type_.of_type if is_non_null_type(type_) else type_
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(item, bare.fields[name].type)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item, bare.of_type) for item in value) + "]"
    return str(value) if is_enum_type(bare) else json.dumps(value, ensure_ascii=False)
