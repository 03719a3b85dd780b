"""Sources of a file: the documents on which the objects of an answer rest, as who asks may see them.

A fact rests on the document of the dataset that brought it, and on those in which claims speak of it. They are asked
for by the identifiers of the objects, at the release at which these stand in the answer, as any client would ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from graphql import get_named_type, is_object_type, is_required_argument

from api.files.walking import Unanswerable
from db.models.identity import model_of

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from api.files.walking import Ask
    from schema.selected import Selected

MOST = 100_000
"""Of how many objects of an answer the sources are looked for."""
TOGETHER = 1_000
"""How many identifiers are asked about at once."""
PAGE = 25
OWN: Mapping[str, tuple[str, ...]] = {
    "Document": ("id",),
    "Passage": ("document", "id"),
    "Claim": ("passage", "document", "id"),
}
"""How objects that are sources, or stand in one, lead to it."""
BROUGHT = ("source", "id")
DETAILS = """query Sources($ids: [ID!]!, $release: Int, $after: String) {
  documents(where: {id: {in: $ids}}, atRelease: $release, first: 25, after: $after) {
    nodes { id title publisher { name } publisherAsPrinted publishedOn locator standing }
    pageInfo { hasNextPage endCursor }
  }
}"""


@dataclass
class Subjects:
    """The objects of an answer: identifiers by release and type, and how many more there were."""

    _is_node: Callable[[Selected], bool]
    found: dict[tuple[int | None, str], dict[str, None]] = field(default_factory=dict)
    _known: dict[int, bool] = field(default_factory=dict)
    count: int = 0
    beyond: int = 0

    def collect(self, selected: Selected, value: Any, release: int | None) -> None:
        """Take the objects of a piece of an answer."""
        if isinstance(value, list):
            for item in value:
                self.collect(selected, item, release)
        elif isinstance(value, dict):
            if self._holds_nodes(selected):
                self._add(selected, value["id"], release)
            for key, below in selected.below.items():
                if not below.is_leaf and key in value:
                    self.collect(below, value[key], release)

    def _holds_nodes(self, selected: Selected) -> bool:
        key = id(selected)
        if key not in self._known:
            self._known[key] = self._is_node(selected)
        return self._known[key]

    def _add(self, selected: Selected, identifier: str, release: int | None) -> None:
        model = model_of(identifier)
        name = selected.type.name if is_object_type(selected.type) else model and model.__name__
        known = self.found.setdefault((release, str(name)), {})
        if identifier in known:
            return
        if self.count >= MOST:
            self.beyond += 1
            return
        self.count += 1
        known[identifier] = None


@dataclass(frozen=True)
class Sources:
    """The documents that were found, by title and day, and of how many objects none were looked for."""

    documents: Sequence[Mapping[str, Any]] = ()
    beyond: int = 0


async def sources(schema: GraphQLSchema, ask: Ask, subjects: Subjects, items: int) -> Sources:
    """Find the sources of objects; ``items`` is how many identifiers one request may name."""
    asking = _Asking(schema, ask, min(TOGETHER, items))
    documents: dict[str, Mapping[str, Any]] = {}
    by_release: dict[int | None, dict[str, None]] = {}
    for (release, name), identifiers in subjects.found.items():
        named = by_release.setdefault(release, {})
        named |= dict.fromkeys(await asking.named(name, list(identifiers), release))
    for release, named in by_release.items():
        for each in await asking.details(list(named), release):
            documents.setdefault(each["id"], each)
    found = sorted(documents.values(), key=lambda each: (each["publishedOn"] or "", each["title"], each["id"]))
    return Sources(found, subjects.beyond)


class _Asking:
    def __init__(self, schema: GraphQLSchema, ask: Ask, together: int) -> None:
        self._schema, self._ask, self._together = schema, ask, together
        assert schema.query_type
        self._lists = {
            _row(each): name
            for name, each in schema.query_type.fields.items()
            if "where" in each.args and not any(map(is_required_argument, each.args.values()))
        }

    async def named(self, type_: str, identifiers: Sequence[str], release: int | None) -> list[str]:
        """Return the documents on which objects of one type rest."""
        ways = [(type_, "id", OWN[type_])] if type_ in OWN else []
        if type_ in self._lists and "source" in self._members(f"{type_}GroupBy"):
            ways.append((type_, "id", BROUGHT))
        ways.append(("Claim", "subjectId", OWN["Claim"]))
        return [
            identifier
            for row, by, path in ways
            for ids in self._batches(identifiers)
            for identifier in await self._grouped(self._lists[row], by, path, ids, release)
        ]

    async def details(self, identifiers: Sequence[str], release: int | None) -> list[Mapping[str, Any]]:
        """Return what a reader is told of documents."""
        return [
            node
            for ids in self._batches(identifiers)
            for page in await self._pages(DETAILS, ids, release, ("documents",))
            for node in page["nodes"]
        ]

    async def _grouped(
        self, root: str, by: str, path: Sequence[str], ids: Sequence[str], release: int | None
    ) -> list[str]:
        text = (
            "query Sources($ids: [ID!]!, $release: Int, $after: String) { "
            f"{root}(where: {{{by}: {{in: $ids}}}}, atRelease: $release) {{ "
            f"groups(by: [{_nested(path, ': {', 'VALUE')}], first: {PAGE}, after: $after) {{ "
            f"nodes {{ key {_nested(path, ' {', '')} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
        )
        found: list[str] = []
        for page in await self._pages(text, ids, release, (root, "groups")):
            for node in page["nodes"]:
                value = node["key"]
                for step in path:
                    value = value and value[step]
                if value is not None:
                    found.append(value)
        return found

    async def _pages(self, text: str, ids: Sequence[str], release: int | None, path: Sequence[str]) -> list[Any]:
        pages: list[Any] = []
        after = None
        while not pages or pages[-1]["pageInfo"]["hasNextPage"]:
            result = await self._ask(text, {"ids": ids, "release": release, "after": after})
            if result.errors:
                raise Unanswerable(result.errors)
            page = orjson.loads(orjson.dumps(result.data))
            for step in path:
                page = page[step]
            pages.append(page)
            after = page["pageInfo"]["endCursor"]
        return pages

    def _batches(self, identifiers: Sequence[str]) -> Iterator[Sequence[str]]:
        for at in range(0, len(identifiers), self._together):
            yield identifiers[at : at + self._together]

    def _members(self, name: str) -> Mapping[str, Any]:
        return getattr(self._schema.type_map.get(name), "fields", {})


def _row(definition: Any) -> str:
    """Return the name of the type of a list's rows."""
    nodes = getattr(get_named_type(definition.type), "fields", {}).get("nodes")
    return get_named_type(nodes.type).name if nodes else ""


def _nested(path: Sequence[str], between: str, last: str) -> str:
    """Return a path as GraphQL writes one inside another: ``{a: {b: VALUE}}`` or ``{ a { b } }``."""
    *outer, leaf = path
    opening = "".join(f"{each}{between}" for each in outer)
    leaf = f"{leaf}: {last}" if last else leaf
    return "{ " + opening + leaf + " }" * (len(outer) + 1)
