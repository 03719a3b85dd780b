"""The selection of one root field, walked over the schema one row at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import get_named_type, is_abstract_type, is_leaf_type, is_list_type, is_non_null_type

from tests.schema.oracle.fields import Fields, Part
from tests.schema.oracle.made import Cursor, Made, Refused
from tests.schema.oracle.pages import page
from tests.schema.oracle.scalars import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import FieldNode

    from tests.schema.oracle.selection import Asked

Path = tuple[str | int, ...]
Error = tuple[str, Path]
"""A code and where in the answer the error stands."""
NOT_FOUND = "NOT_FOUND"


class Nothing(Exception):
    """A place that must not be null has no value, so that what is around it is null."""


class Walk:
    """Completes values; ``errors`` are those met on the way."""

    def __init__(self, asked: Asked, fields: Fields, cursors: Mapping[str, Cursor]) -> None:
        self._asked, self._fields, self._cursors = asked, fields, cursors
        self.errors: list[Error] = []

    def field(self, type_: Any, value: Any, nodes: list[FieldNode], path: Path) -> Any:
        """Return one field of an object; raise Nothing where it must not be null and has no value."""
        name = nodes[0].name.value
        if name == "__typename":
            return type_.name
        definition = type_.fields[name]
        try:
            found = self._found(type_, value, name, self._asked.arguments(definition, nodes[0]), path)
            return self._complete(definition.type, found, nodes, path)
        except Refused as refused:
            self.errors.append((refused.code, path))
        except Nothing:
            pass
        if is_non_null_type(definition.type):
            raise Nothing
        return None

    def _found(self, type_: Any, value: Any, name: str, arguments: dict[str, Any], path: Path) -> Any:
        for side in ("after", "before"):
            if arguments.get(side) is not None:
                arguments[side] = self._cursors[arguments[side]].keys
        if isinstance(value, Made):
            return value.member(name, arguments)
        if type_.name == "Query" and name == "node":
            return self._fields.rows.seen(arguments["id"])
        if type_.name == "Query" and name == "nodes":
            named = [self._fields.rows.seen(identifier) for identifier in arguments["ids"]]
            self.errors += [(NOT_FOUND, (*path, place)) for place, row in enumerate(named) if row is None]
            return named
        found = self._fields.value(type_, value, name, arguments)
        target: Any = get_named_type(type_.fields[name].type)
        if not is_leaf_type(target) and self._fields.is_list(target):
            return page(self._fields, self._fields.row_type(target), found, arguments)
        return found

    def _complete(self, type_: Any, value: Any, nodes: list[FieldNode], path: Path) -> Any:
        bare = type_.of_type if is_non_null_type(type_) else type_
        if value is None or (isinstance(value, Part) and value.is_absent):
            assert bare is type_, f"{nodes[0].name.value} is null"
            return None
        if is_list_type(bare):
            return [self._item(bare.of_type, item, nodes, (*path, place)) for place, item in enumerate(value)]
        if is_leaf_type(bare):
            return value if isinstance(value, Cursor) else written(bare.name, value)
        concrete: Any = self._asked.schema.get_type(value["@type"]) if is_abstract_type(bare) else bare
        selections = [node.selection_set for node in nodes if node.selection_set]
        asked = self._asked.fields(concrete, selections)
        return {key: self.field(concrete, value, below, (*path, key)) for key, below in asked.items()}

    def _item(self, type_: Any, item: Any, nodes: list[FieldNode], path: Path) -> Any:
        try:
            return self._complete(type_, item, nodes, path)
        except Nothing:
            if is_non_null_type(type_):
                raise
            return None
