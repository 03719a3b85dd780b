"""Documents over the whole schema, as hypothesis draws them: any root, any selection, any argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLBoolean, GraphQLNonNull, get_named_type, is_abstract_type, is_interface_type, is_leaf_type
from hypothesis import strategies as st

from tests.schema.oracle.arguments import Arguments
from tests.schema.oracle.grouping import key_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import GraphQLField

    from tests.schema.oracle.world import World

APART = ("estimate", "limits", "viewer")
"""Root fields of which the rows say nothing."""
DEPTH = 4
FIELDS = 30


@dataclass(frozen=True)
class Request:
    """A document and its variables."""

    text: str
    variables: dict[str, Any]


class Taken(set[str]):
    """Response keys of which every one is taken."""

    def __contains__(self, key: object) -> bool:
        return True


LONG = {("Release", "changes")}
"""Lists of nearly all rows there are, which the oracle sorts and groups again for each row that they stand below."""
FEW = 3


@dataclass
class Author:
    """Writes one document; ``left`` counts the fields that it may still select.

    ``roots`` names the root fields to choose from, any where it is empty. With ``at`` every root field takes its
    release from the variable ``$at``, and cursors are of that release.
    """

    draw: st.DrawFn
    world: World
    roots: tuple[str, ...] = ()
    at: int | None = None
    left: int = FIELDS
    names: int = 0
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.arguments = Arguments(self)

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def one_of(self, choices: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(choices))

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def document(self) -> Request:
        query: Any = self.world.schema.query_type
        used: set[str] = set()
        roots = []
        for _ in range(2 if self.chance(5) else 1):
            name = self.one_of(self.roots or [name for name in query.fields if name not in APART])
            self.arguments.begin()
            roots.append(self.field(name, query.fields[name], used, DEPTH, 1))
        if self.chance(12):
            roots.append("__typename")
        body = " ".join(roots)
        if self.chance(10):
            body = f"... on Query {{ {body} }}"
        declared = f"({', '.join(self.arguments.declared)})" if self.arguments.declared else ""
        written = [f"fragment {name} on {type_} {text}" for name, (type_, text) in self.fragments.items()]
        return Request("\n".join([f"query Q{declared} {{ {body} }}", *written]), self.arguments.variables)

    def selection(self, type_: Any, used: set[str], depth: int, rows: int) -> str:
        """Write the selection of an object; ``used`` are the response keys already taken in it."""
        return "{ " + " ".join(self.members(type_, used, depth, rows)) + " }"

    def members(self, type_: Any, used: set[str], depth: int, rows: int) -> list[str]:
        members = []
        if "id" in type_.fields and self.chance(2):
            # Rows that cannot be told apart hide a wrong one.
            members.append(self.key("id", used))
        for _ in range(self.draw(st.integers(1, 4 if depth else 2))):
            self.left -= 1
            if self.chance(12):
                members.append(self.key("__typename", used) + self.directives())
            elif self.chance(8):
                members.append(self.fragment(type_, used, depth, rows))
            else:
                name = self.one_of(self.selectable(type_, depth, rows))
                members.append(self.field(name, type_.fields[name], used, depth, rows))
        if is_abstract_type(type_) and depth and self.left > 0 and self.chance(2):
            members.append(self.fragment(type_, used, depth, rows))
        return members

    def selectable(self, type_: Any, depth: int, rows: int) -> list[str]:
        """Return the fields that may be selected: leaves only, at the bottom or when the document is long enough."""
        names = [name for name in type_.fields if rows <= FEW or (type_.name, name) not in LONG]
        if type_.name.endswith("Connection"):
            return [*names, "nodes", "aggregate" if "aggregate" in names else "nodes"]
        if depth and self.left > 0:
            return names
        leaves = [name for name in names if is_leaf_type(get_named_type(type_.fields[name].type))]
        return leaves or names

    def field(self, name: str, definition: GraphQLField, used: set[str], depth: int, rows: int) -> str:
        target: Any = get_named_type(definition.type)
        if "by" in definition.args:
            return self.groups(name, definition, used, rows)
        arguments, size = self.arguments.of(definition, target, rows)
        text = f"{self.key(name, used)}{arguments}{self.directives()}"
        if is_leaf_type(target):
            return text
        below = depth if target.name.endswith(("Connection", "Edge")) or name == "nodes" else depth - 1
        inner: set[str] = set()
        parts = [
            f"{text} {self.selection(target, inner, max(0, below), rows * size)}"
            for _ in range(2 if self.chance(15) else 1)
        ]
        return " ".join(parts)

    def groups(self, name: str, definition: GraphQLField, used: set[str], rows: int) -> str:
        """Write groups: their keys are selected as far as they are grouped by, and now and then one further."""
        target: Any = get_named_type(definition.type)
        group: Any = get_named_type(target.fields["nodes"].type)
        row_type: Any = self.world.schema.get_type(group.name.removesuffix("Group"))
        arguments, size, by = self.arguments.groups(definition, row_type, rows)
        keys = self.keys(get_named_type(group.fields["key"].type), key_tree(by))
        inner = {name: field for name, field in group.fields.items() if name != "key"}
        taken: set[str] = set()
        members = [f"key {keys}"] if keys else []
        for _ in range(self.draw(st.integers(0 if members else 1, 3))):
            self.left -= 1
            each = self.one_of(list(inner))
            members.append(self.field(each, inner[each], taken, 0, rows * size))
        around = [f"nodes {{ {' '.join(members)} }}"]
        around += [
            text
            for text in ("totalCount", "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }")
            if self.chance(3)
        ]
        return f"{self.key(name, used)}{arguments}{self.directives()} {{ {' '.join(around)} }}"

    def keys(self, type_: Any, tree: dict[str, Any]) -> str:
        names = [name for name in tree if not self.chance(5)]
        if self.chance(40):
            names = list(type_.fields)
        members = [
            name if is_leaf_type(target) else f"{name} {self.keys(target, tree.get(name) or {}) or '{ __typename }'}"
            for name in names
            if is_leaf_type(target := get_named_type(type_.fields[name].type)) or tree.get(name)
        ]
        return f"{{ {' '.join(members)} }}" if members else ""

    def key(self, name: str, used: set[str]) -> str:
        """Return the field's name, with an alias where the key is taken, and now and then where it is not."""
        if name not in used and not self.chance(8):
            used.add(name)
            return name
        return f"{self.name('a')}: {name}"

    def fragment(self, type_: Any, used: set[str], depth: int, rows: int) -> str:
        """Write an inline fragment or a spread, under any condition that can hold."""
        conditions = [type_, *type_.interfaces]
        if is_interface_type(type_):
            conditions += self.world.schema.get_possible_types(type_)
            conditions += self.world.schema.get_implementations(type_).interfaces
        condition = self.one_of(conditions)
        known = [name for name, (on, _) in self.fragments.items() if on == condition.name]
        if known and self.chance(2):
            return f"...{self.one_of(known)}{self.directives()}"
        if self.chance(2):
            # The keys of a named fragment are its own, so that it may be spread anywhere.
            text = self.selection(condition, Taken(), min(depth, 1), rows)
            name = self.name("F")
            self.fragments[name] = condition.name, text
            return f"...{name}{self.directives()}"
        on = "" if condition is type_ and self.chance(2) else f" on {condition.name}"
        return f"...{on}{self.directives()} {self.selection(condition, used, depth, rows)}"

    def directives(self) -> str:
        if not self.chance(15):
            return ""
        name = self.one_of(["include", "skip"])
        value = self.arguments.written(self.one_of([True, False]), GraphQLNonNull(GraphQLBoolean))
        return f" @{name}(if: {value})"


@st.composite
def requests(draw: st.DrawFn, world: World, roots: tuple[str, ...] = (), at: int | None = None) -> Request:
    """Draw a document with its variables."""
    return Author(draw, world, roots, at).document()
