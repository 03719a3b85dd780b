"""Following the pages of an answer to their end: a list that does not say how many rows it wants is given whole.

The operation is asked a root field at a time and a page at a time, by the executor that answers all others. The first
page says the release, and the cursors keep to it. Lists below a row are followed from the nearest object around them
that has an identifier, or from the root.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError

from api.files.rewriting import Anchor, Rewriting
from schema.sql.errors import BadInput, LimitExceeded

if TYPE_CHECKING:
    from graphql import ExecutionResult

    from schema.selected import Selected, Selecting

ROOT_PAGE = 500
"""How many rows are asked for at the root: reading a page stops all others for a moment, so it is not the largest."""
NESTED_PAGE = 100
"""How many rows below a row are asked for at first."""
SMALLER = ("nodes", "points", "answerBytes")
"""Limits that smaller pages keep."""
Ask = Callable[[str, Mapping[str, Any]], Awaitable["ExecutionResult"]]


class Unanswerable(Exception):
    """A page was answered with errors."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True)
class Follow:
    """A list below a row that is followed: where it stands below ``anchor``, and how the next page is asked for."""

    selected: Selected
    anchor: Anchor | None
    chain: tuple[Selected, ...]


@dataclass
class Step:
    """A part of the selection with lists to follow below it."""

    selected: Selected
    follow: Follow | None = None
    is_anchor: bool = False
    below: dict[str, Step] = field(default_factory=dict)


@dataclass
class Seen:
    """What an export has seen of the answers besides rows."""

    release: int | None = None
    redactions: list[Any] = field(default_factory=list)

    def add(self, extensions: Mapping[str, Any] | None) -> None:
        """Take what one answer says."""
        said = extensions or {}
        if self.release is None:
            self.release = said.get("release")
        self.redactions += [each for each in said.get("redactions", ()) if each not in self.redactions]


@dataclass(frozen=True)
class Ahead:
    """What lies ahead in a root field: its rows, and how many pages of which document bring them."""

    root: Selected
    rows: int
    pages: int
    text: str
    variables: Mapping[str, Any]


class Walk:
    """One operation, followed to its end; ``most_held`` is how many bytes of one row's lists are held.

    ``look_ahead`` is told before the first piece what there will be, where that is more than one page; it may object.
    """

    def __init__(
        self,
        selecting: Selecting,
        roots: Mapping[str, Selected],
        ask: Ask,
        most_held: int,
        look_ahead: Callable[[Sequence[Ahead]], Awaitable[None]],
    ) -> None:
        self._roots, self._ask, self._most_held, self._look_ahead = roots, ask, most_held, look_ahead
        self._has_looked = False
        self._rewriting = Rewriting(selecting)
        self._held = 0
        self.seen = Seen()

    def is_node(self, selected: Selected) -> bool:
        """Return whether the objects of a field are asked for with their identifiers."""
        return not selected.is_leaf and self._rewriting.anchor(selected) is not None

    def release_of(self, root: Selected) -> int | None:
        """Return the release at which a root field is answered."""
        return self._rewriting.release(root) or self.seen.release

    async def pieces(self) -> AsyncGenerator[tuple[str, Any], None]:
        """Yield each root field's value in pieces: the first has all but the rows of later ones."""
        for root in self._roots.values():
            step = self._step(root, None, (), at_root=True)
            async for piece in self._pages(root, step):
                yield root.key, piece

    async def _pages(self, root: Selected, step: Step) -> AsyncGenerator[Any, None]:
        follows = self._rewriting.follows(root)
        after = self._rewriting.after(root)
        size, pinned, is_first = ROOT_PAGE, self.seen.release, True
        while True:
            value, size = await self._page(root, after, size, pinned, rows_only=not is_first)
            page = value.pop("pageInfo", None) if follows and value else None
            if not self._has_looked and (len(self._roots) > 1 or (page and page["hasNextPage"])):
                self._has_looked = True
                await self._look_ahead(await self._ahead(size))
            async for piece in self._completed(root, value, step):
                yield piece
            if not page or not page["hasNextPage"]:
                return
            after, is_first = page["endCursor"], False

    async def _ahead(self, size: int) -> list[Ahead]:
        """Return what lies ahead in those root fields of which that can be known."""
        roots = [
            root
            for root in self._roots.values()
            if self._rewriting.follows(root) and self._rewriting.after(root) is None
        ]
        if not roots:
            return []
        text, variables = self._rewriting.totals(roots, self.seen.release)
        result = await self._ask(text, variables)
        if result.errors:
            # Counting may take longer than any page does.
            return []
        totals = orjson.loads(orjson.dumps(result.data))
        found = []
        for root in roots:
            rows = totals[root.key]["totalCount"]
            page = self._rewriting.root(root, None, size, min(size, NESTED_PAGE), self.seen.release, rows_only=True)
            found.append(Ahead(root, rows, -(-rows // size), *page))
        return found

    async def _page(
        self, root: Selected, after: str | None, size: int, pinned: int | None, *, rows_only: bool
    ) -> tuple[Any, int]:
        while True:
            text, variables = self._rewriting.root(
                root, after, size, min(size, NESTED_PAGE), pinned, rows_only=rows_only
            )
            result = await self._ask(text, variables)
            if result.errors and size > 1 and _is_too_large(result.errors):
                size //= 2
                continue
            return self._read(result, root.key), size

    def _read(self, result: ExecutionResult, key: str) -> Any:
        if result.errors:
            raise Unanswerable(result.errors)
        self.seen.add(result.extensions)
        value = (result.data or {}).get(key)
        if isinstance(value, orjson.Fragment):
            return orjson.loads(orjson.dumps(value))
        return orjson.loads(orjson.dumps(value, default=str))

    async def _completed(self, root: Selected, value: Any, step: Step) -> AsyncGenerator[Any, None]:
        """Yield a root field's value with all of the lists below it, row by row where pages have to be followed."""
        rows = [key for key in step.below if isinstance(value, dict) and isinstance(value.get(key), list)]
        if not rows or not root.is_connection:
            await self._complete(root, value, step, None)
            yield value
            return
        beside = {key: each for key, each in value.items() if key not in rows}
        await self._complete(root, beside, step, None)
        yield beside
        for key in rows:
            whole: list[Any] = []
            for row in value[key]:
                if _has_more(row, step.below[key]):
                    if whole:
                        yield {key: whole}
                        whole = []
                    self._held = 0
                    await self._complete(step.below[key].selected, row, step.below[key], None)
                    yield {key: [row]}
                else:
                    whole.append(row)
            if whole:
                yield {key: whole}

    async def _complete(self, selected: Selected, value: Any, step: Step, identifier: str | None) -> None:
        if isinstance(value, list):
            for item in value:
                await self._complete(selected, item, step, identifier)
        elif isinstance(value, dict):
            if step.is_anchor:
                identifier = value["id"]
            if step.follow:
                await self._follow(step.follow, value, identifier)
            for key, below in step.below.items():
                await self._complete(below.selected, value.get(key), below, identifier)

    async def _follow(self, follow: Follow, value: dict[str, Any], identifier: str | None) -> None:
        page, size = value.pop("pageInfo"), NESTED_PAGE
        while page["hasNextPage"]:
            if follow.anchor is None:
                raise _cannot_be_followed(follow)
            text, variables = self._rewriting.below(
                follow.anchor, follow.chain, identifier, page["endCursor"], size, self.seen.release
            )
            result = await self._ask(text, variables)
            if result.errors and size > 1 and _is_too_large(result.errors):
                size //= 2
                continue
            found = self._read(result, follow.anchor.key)
            for each in follow.chain:
                found = found[each.key]
            self._hold(found)
            page = found.pop("pageInfo")
            for key, rows in found.items():
                if isinstance(rows, list):
                    value[key] += rows

    def _hold(self, found: Any) -> None:
        self._held += len(orjson.dumps(found))
        if self._held > self._most_held:
            advice = "ask for the list below the row by itself, at the root"
            raise LimitExceeded.of("answer_bytes", self._most_held, self._held, advice)

    def _step(
        self, selected: Selected, anchor: Anchor | None, chain: tuple[Selected, ...], *, at_root: bool = False
    ) -> Step:
        step = Step(selected)
        if at_root:
            anchor, chain = self._rewriting.root_anchor(selected), ()
        else:
            chain = (*chain, selected)
            if self._rewriting.follows(selected):
                step.follow = Follow(selected, anchor, chain)
        if not selected.is_leaf and (found := self._rewriting.anchor(selected)):
            step.is_anchor, anchor, chain = True, found, ()
        elif selected.is_list:
            anchor = None
        for key, below in selected.below.items():
            inner = self._step(below, anchor, chain)
            if inner.follow or inner.below or (at_root and selected.is_connection and below.is_list):
                step.below[key] = inner
        return step


def _has_more(value: Any, step: Step) -> bool:
    """Return whether a list below a value has further pages; take off what says so where none has."""
    return any(_more(value, step))


def _more(value: Any, step: Step) -> Iterator[bool]:
    if isinstance(value, list):
        for item in value:
            yield from _more(item, step)
    elif isinstance(value, dict):
        if step.follow and value["pageInfo"]["hasNextPage"]:
            yield True
        for key, below in step.below.items():
            yield from _more(value.get(key), below)


def _is_too_large(errors: Sequence[GraphQLError]) -> bool:
    return any((error.extensions or {}).get("limit") in SMALLER for error in errors)


def _cannot_be_followed(follow: Follow) -> GraphQLError:
    path = ".".join(each.key for each in follow.chain)
    return BadInput(
        f"{path} has more rows than a page, and no object around it has an identifier from which to follow it: "
        "say with first how many rows are wanted."
    )
