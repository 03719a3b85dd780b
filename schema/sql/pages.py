"""One page of a list: its rows, their order, and where it lies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import ArgumentNode, DocumentNode, VariableNode, Visitor, visit

from schema.sql.entities import Entity
from schema.sql.errors import BadInput
from schema.sql.filters import negated
from schema.sql.linking import ToMany
from schema.sql.ordering import SortKey, beyond, fingerprint, read_cursor, sort_keys
from schema.sql.rows import Source
from schema.sql.statement import ONE

if TYPE_CHECKING:
    from schema.sql.objects import Objects

DEFAULT_PAGE = 25
LARGEST_PAGE = 1000
PAGING = frozenset({"where", "orderBy", "first", "after", "last", "before"})


def size_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that give page sizes, whose values decide the statement."""
    found: set[str] = set()

    class Sizes(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
            if node.name.value in ("first", "last") and isinstance(node.value, VariableNode):
                found.add(node.value.name.value)

    visit(document, Sizes())
    return tuple(sorted(found))


class Page:
    """A page as its arguments describe it; ``entity`` stands for its rows, ``keys`` for what orders them.

    The rows may be used before :meth:`table` is built, which then holds just the columns that were used.
    """

    def __init__(self, objects: Objects, parent: Entity, field: ToMany, arguments: Mapping[str, Any]) -> None:
        self._objects, self._parent, self._field, self._arguments = objects, parent, field, arguments
        self.backward = arguments.get("last") is not None
        if self.backward and arguments.get("first") is not None:
            raise BadInput("Give first for a page forward or last for a page backward, not both.")
        self.size = self._size("last" if self.backward else "first")
        self._base, self._sorted = self._rows_in_order()
        self.type = self._base.type
        self.mark = fingerprint(self.type, self._sorted)
        self._edges = {name: self._values(name) for name in ("after", "before") if arguments.get(name) is not None}
        self._labels = [f"k{position}" for position in range(len(self._sorted))]
        self.entity = Entity(self.type.model, objects.statement.alias())
        self.keys = self._standing_in(self.entity.alias)

    def total(self) -> sa.ColumnElement[int]:
        """Return the number of rows over all pages."""
        base = self._rows()
        return sa.select(sa.func.count()).select_from(base.source).where(base.where()).scalar_subquery()

    def table(self, *, probe: bool) -> sa.FromClause:
        """Return the page as a derived table; with ``probe`` it has one row more, and rows are numbered in ``n``."""
        alias = self._objects.statement.alias() if probe else self.entity.alias
        page = self._limited(self.entity.used, self.size + ONE if probe else self.size).subquery(alias)
        if not probe:
            return page
        order = [key.clause(backward=self.backward) for key in self._standing_in(alias)]
        number = sa.func.row_number().over(order_by=order).label("n")
        return sa.select(sa.literal_column(f"{page.name}.*"), number).select_from(page).subquery(self.entity.alias)

    def lies_beyond(self, edge: str) -> sa.ColumnElement[bool]:
        """Return whether the list has rows that the cursor ``after`` or ``before`` keeps off the page."""
        if edge not in self._edges:
            return sa.false()
        base, keys = self._rows_in_order()
        outside = negated(beyond(keys, self._edges[edge], backward=edge == "before"))
        return sa.select(ONE).select_from(base.source).where(base.where(outside)).exists()

    def _limited(self, columns: Collection[str], limit: sa.ColumnElement[int]) -> sa.Select[Any]:
        keys = [key.expression.label(label) for key, label in zip(self._sorted, self._labels, strict=True)]
        order = [key.on(label).clause(backward=self.backward) for key, label in zip(self._sorted, keys, strict=True)]
        window = [beyond(self._sorted, values, backward=edge == "before") for edge, values in self._edges.items()]
        return (
            sa.select(*(self._base.entity.column(name).label(name) for name in sorted(columns)), *keys)
            .select_from(self._base.source)
            .where(self._base.where(*window))
            .order_by(*order)
            .limit(limit)
        )

    def _rows(self) -> Source:
        """Return the rows that the relation and ``where`` leave, under an alias of their own."""
        own = {name: value for name, value in self._arguments.items() if name not in PAGING}
        rows = self._objects.rows.below(self._parent, self._field, own)
        condition = self._objects.filter.condition(rows.entity, rows.type, self._arguments.get("where"))
        return Source(rows.type, rows.entity, rows.source, (*rows.conditions, condition))

    def _rows_in_order(self) -> tuple[Source, list[SortKey]]:
        rows = self._rows()
        return rows, sort_keys(self._objects.rows, rows.entity, rows.type, self._arguments.get("orderBy"))

    def _standing_in(self, alias: str) -> list[SortKey]:
        return [
            key.on(sa.literal_column(f"{alias}.{label}", key.expression.type))
            for key, label in zip(self._sorted, self._labels, strict=True)
        ]

    def _values(self, edge: str) -> Sequence[sa.ColumnElement[Any]]:
        release, bounds = read_cursor(edge, self._arguments[edge], self.mark, self._sorted)
        statement = self._objects.statement
        statement.cursor_releases.append(release)
        return [statement.bind(bound, key.scalar.sql) for bound, key in zip(bounds, self._sorted, strict=True)]

    def _size(self, name: str) -> sa.ColumnElement[int]:
        given = self._arguments.get(name)
        size: int = DEFAULT_PAGE if given is None else given.read(self._objects.selection.variables)
        if not 0 <= size <= LARGEST_PAGE:
            raise BadInput(f"{name} is {size}; a page has 0 to {LARGEST_PAGE} rows. Walk further pages with cursors.")
        # PostgreSQL plans a statement anew at every run while it does not know how many rows are wanted.
        return sa.literal_column(str(size), sa.BigInteger)
