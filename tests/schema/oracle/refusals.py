"""Why a root field is refused before any row is read: its release, its cursors, the keys of its groups, its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import get_named_type

from db.models.identity import model_of
from tests.schema.oracle.keys import named
from tests.schema.oracle.ordering import FUNCTIONS
from tests.schema.oracle.searching import says_something
from tests.schema.oracle.selection import Reached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FieldNode, GraphQLField

    from tests.schema.oracle.made import Cursor
    from tests.schema.oracle.selection import Asked

BAD_INPUT, BAD_CURSOR = "BAD_INPUT", "BAD_CURSOR"


class Refusals:
    """Looks through all that one root field can reach."""

    def __init__(self, asked: Asked, cursors: Mapping[str, Cursor], latest: int) -> None:
        self._asked, self._cursors, self._latest = asked, cursors, latest
        self.codes: list[str] = []
        self.release: int | None = None

    def look(self, definition: GraphQLField, nodes: Sequence[FieldNode], arguments: Mapping[str, Any]) -> None:
        """Find every reason to refuse a root field, and the release at which it is answered."""
        at = arguments.get("atRelease")
        self.release = at
        if at is not None and not 0 <= at <= self._latest:
            self.codes.append(BAD_INPUT)
        walks = {at} - {None}
        target: Any = get_named_type(definition.type)
        for each in self._reached(target, nodes, arguments, definition):
            given = self._asked.arguments(each.definition, each.node)
            walks |= {self._cursors[given[side]].release for side in ("after", "before") if given.get(side) is not None}
            if each.name == "groups" and "by" in each.definition.args:
                self.codes += [BAD_INPUT] * (not self._is_sound(each, given))
            elif each.name == "search":
                self.codes += [BAD_INPUT] * (not says_something(given["text"]))
            elif each.name == "countDistinct" and not given["of"]:
                self.codes.append(BAD_INPUT)
        if len(walks) > 1:
            self.codes.append(BAD_CURSOR)
        elif walks:
            (self.release,) = walks

    def _reached(
        self, target: Any, nodes: Sequence[FieldNode], arguments: Mapping[str, Any], definition: GraphQLField
    ) -> Iterator[Reached]:
        possible = None
        if target.name == "Node":
            ids = arguments.get("ids", [arguments.get("id")])
            possible = {model.__name__ for each in ids if (model := model_of(each))}
            possible |= {"Release"} & {each.partition(":")[0].capitalize() for each in ids}
        for node in nodes:
            yield Reached(self._asked.schema.query_type, node.name.value, node, definition)
            if node.selection_set:
                yield from self._asked.reached(target, node.selection_set, possible)

    def _is_sound(self, groups: Reached, given: Mapping[str, Any]) -> bool:
        type_: Any = get_named_type(groups.type.fields["nodes"].type)
        paths = [named(type_, entry)[0] for entry in given["by"]]
        sorted_by = given.get("orderBy") or ()
        return (
            len(paths) > 0
            and len(paths) == len(set(paths))
            and all(path in paths for path in self._selected(groups))
            and all(sum(entry.get(name) is not None for name in ("key", *FUNCTIONS)) == 1 for entry in sorted_by)
            and all(_path(entry["key"]) in paths for entry in sorted_by if entry.get("key"))
        )

    def _selected(self, groups: Reached) -> Iterator[str]:
        target: Any = get_named_type(groups.definition.type)
        assert groups.node.selection_set
        for each in self._asked.reached(target, groups.node.selection_set):
            if each.name == "key" and each.node.selection_set:
                yield from self._paths(get_named_type(each.definition.type), [each.node], "")

    def _paths(self, type_: Any, nodes: Sequence[FieldNode], above: str) -> Iterator[str]:
        selections = [node.selection_set for node in nodes if node.selection_set]
        for below in self._asked.fields(type_, selections).values():
            name = below[0].name.value
            if name == "__typename":
                continue
            if below[0].selection_set:
                yield from self._paths(get_named_type(type_.fields[name].type), below, f"{above}{name}.")
            else:
                yield f"{above}{name}"


def _path(entry: Mapping[str, Any]) -> str:
    """Return the path that an ordering by a key names; one through a list is no key of any group."""
    name, value = next(iter(entry.items()))
    return f"{name}.{_path(value)}" if isinstance(value, dict) else name
