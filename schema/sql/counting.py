"""How large a document is, counted before anything walks it: in time that follows its length.

A fragment is counted once and its numbers are added wherever it is spread. Opening each spread instead takes time
without bounds: fragments that spread one another twice double at every level. What stands below ``__schema`` and
``__type`` is counted apart, because tools ask for it deeply and it brings no facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
)

from schema.limits import Limits
from schema.sql.errors import LimitExceeded

MOST = 10**9
"""Where counting stops, so that numbers stay small that double at every level."""
INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(slots=True)
class Counts:
    """The size of a definition or a document; ``depth`` counts the fields on the longest way down."""

    depth: int = 0
    fields: int = 0
    roots: int = 0
    aliases: int = 0
    directives: int = 0
    spreads: int = 0
    introspection_depth: int = 0
    introspection_fields: int = 0

    def add(self, other: Counts, place: _Place) -> None:
        """Add the size of a fragment that is spread at a place."""
        self.aliases = min(MOST, self.aliases + other.aliases)
        self.directives = min(MOST, self.directives + other.directives)
        self.spreads = min(MOST, self.spreads + other.spreads)
        self.roots = min(MOST, self.roots + (0 if place.depth or place.introspection else other.roots))
        if place.introspection:
            self.introspection_fields += other.fields + other.introspection_fields
            deepest = max(other.depth, other.introspection_depth)
            self.introspection_depth = max(self.introspection_depth, place.introspection + deepest)
        else:
            self.fields += other.fields
            self.introspection_fields += other.introspection_fields
            self.depth = max(self.depth, place.depth + other.depth)
            self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.fields, self.introspection_fields = min(MOST, self.fields), min(MOST, self.introspection_fields)

    def at_least(self, other: Counts) -> None:
        """Raise every number to that of another."""
        for each in fields(Counts):
            setattr(self, each.name, max(getattr(self, each.name), getattr(other, each.name)))


@dataclass(frozen=True, slots=True)
class _Place:
    """How many fields stand above: of the data, and of the introspection where it is one."""

    depth: int = 0
    introspection: int = 0


def check(document: DocumentNode, limits: Limits) -> None:
    """Raise LimitExceeded where a document, valid or not, is larger than allowed, naming the first limit it passes."""
    found = count(document)
    for each in fields(Counts):
        size, maximum = getattr(found, each.name), getattr(limits, each.name)
        if size > maximum:
            raise LimitExceeded.of(each.name, maximum, size)


def count(document: DocumentNode) -> Counts:
    """Return the size of a document: the larger of what is written in it, and of what its largest operation opens."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    own = {name: _Own(node) for name, node in fragments.items()}
    opened = _opened(own)
    written, largest = Counts(), Counts()
    for name, fragment in fragments.items():
        is_introspection = fragment.type_condition.name.value.startswith("__")
        written.add(own[name].counts, _Place(introspection=1) if is_introspection else _Place())
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            operation = _Own(node)
            written.add(operation.counts, _Place())
            largest.at_least(operation.opened(opened))
    # Several definitions have no roots and no depth in common.
    written.roots = written.depth = written.introspection_depth = 0
    largest.at_least(written)
    return largest


class _Own:
    """What is written in one definition: its numbers, and where it spreads which fragments."""

    def __init__(self, definition: ExecutableDefinitionNode) -> None:
        self.counts = Counts(directives=len(definition.directives or ()))
        self.spreads: list[tuple[str, _Place]] = []
        for variable in definition.variable_definitions or ():
            self.counts.directives += len(variable.directives or ())
        # A stack of its own: the document may nest deeper than Python does.
        waiting: list[tuple[Any, _Place]] = [(definition.selection_set, _Place())]
        while waiting:
            selections, place = waiting.pop()
            for node in selections.selections:
                self.counts.directives += len(node.directives or ())
                if isinstance(node, FieldNode):
                    below = self._field(node, place)
                    if node.selection_set:
                        waiting.append((node.selection_set, below))
                elif isinstance(node, FragmentSpreadNode):
                    self.counts.spreads += 1
                    self.spreads.append((node.name.value, place))
                else:
                    waiting.append((node.selection_set, place))

    def _field(self, node: FieldNode, place: _Place) -> _Place:
        counts = self.counts
        counts.aliases += node.alias is not None
        counts.roots += not (place.depth or place.introspection)
        if place.introspection or node.name.value in INTROSPECTION:
            below = _Place(place.depth, place.introspection + 1)
            counts.introspection_fields += 1
            counts.introspection_depth = max(counts.introspection_depth, below.introspection)
        else:
            below = _Place(place.depth + 1)
            counts.fields += 1
            counts.depth = max(counts.depth, below.depth)
        return below

    def opened(self, fragments: Mapping[str, Counts]) -> Counts:
        """Return the numbers with those of the fragments that are spread, where they are known."""
        found = Counts(*(getattr(self.counts, each.name) for each in fields(Counts)))
        for name, place in self.spreads:
            if name in fragments:
                found.add(fragments[name], place)
        return found


def _opened(own: Mapping[str, _Own]) -> dict[str, Counts]:
    """Return the numbers of each fragment, opened; without those that spread themselves, which is not valid."""
    found: dict[str, Counts] = {}
    for name in _innermost_first(own):
        found[name] = own[name].opened(found)
    return found


def _innermost_first(own: Mapping[str, _Own]) -> Iterator[str]:
    """Return fragments in an order in which each stands after those that it spreads."""
    missing = {name: {spread for spread, _ in each.spreads if spread in own} for name, each in own.items()}
    spread_by: dict[str, list[str]] = {name: [] for name in own}
    for name, spreads in missing.items():
        for spread in spreads:
            spread_by[spread].append(name)
    ready = [name for name, spreads in missing.items() if not spreads]
    while ready:
        name = ready.pop()
        yield name
        for outer in spread_by[name]:
            missing[outer].discard(name)
            if not missing[outer]:
                ready.append(outer)
