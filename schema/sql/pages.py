"""One page of a list: its rows, their order, and where it lies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from graphql import ArgumentNode, DocumentNode, VariableNode, Visitor, visit

from schema.limits import LARGEST_PAGE
from schema.sql.errors import BadInput
from schema.sql.filters import negated
from schema.sql.ordering import SortKey, beyond, fingerprint, read_cursor
from schema.sql.pieces import ONE

if TYPE_CHECKING:
    from schema.sql.objects import Objects

DEFAULT_PAGE = 25
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


class Listing(Protocol):
    """What a page is cut from: rows in a FROM clause, of which ``entity`` is one."""

    @property
    def entity(self) -> Columns: ...

    @property
    def source(self) -> sa.FromClause: ...

    def where(self, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]: ...

    def standing_at(self, alias: str) -> Columns:
        """Return the same columns as they stand in a derived table."""


class Columns(Protocol):
    """A row whose columns are named; ``used`` are those that were asked for."""

    used: set[str]

    @property
    def alias(self) -> str: ...

    def column(self, name: str) -> sa.ColumnElement[Any]: ...


Ordered = tuple[Listing, Sequence[SortKey]]


class Page:
    """A page as its arguments describe it; ``entity`` stands for its rows, ``keys`` for what orders them.

    ``listed`` gives the rows with their sort keys, under an alias of their own each time. The page's rows may be used
    before :meth:`table` is built, which then holds just the columns that were used.
    """

    def __init__(
        self, objects: Objects, name: str, listed: Callable[[], Ordered], arguments: Mapping[str, Any]
    ) -> None:
        self._objects, self._listed, self._arguments = objects, listed, arguments
        self.backward = arguments.get("last") is not None
        if self.backward and arguments.get("first") is not None:
            raise BadInput("Give first for a page forward or last for a page backward, not both.")
        self.size = self._size("last" if self.backward else "first")
        self.base, self._sorted = listed()
        self.mark = fingerprint(name, self._sorted)
        self._edges = {edge: self._values(edge) for edge in ("after", "before") if arguments.get(edge) is not None}
        self._labels = [f"k{position}" for position in range(len(self._sorted))]
        self.entity = self.base.standing_at(objects.statement.alias())
        self.keys = self._standing_in(self.entity.alias)

    def total(self) -> sa.ColumnElement[int]:
        """Return the number of rows over all pages."""
        base, _ = self._listed()
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
        base, keys = self._listed()
        outside = negated(beyond(keys, self._edges[edge], backward=edge == "before"))
        return sa.select(ONE).select_from(base.source).where(base.where(outside)).exists()

    def _limited(self, columns: Collection[str], limit: sa.ColumnElement[int]) -> sa.Select[Any]:
        keys = [key.expression.label(label) for key, label in zip(self._sorted, self._labels, strict=True)]
        order = [key.on(label).clause(backward=self.backward) for key, label in zip(self._sorted, keys, strict=True)]
        window = [beyond(self._sorted, values, backward=edge == "before") for edge, values in self._edges.items()]
        window += [key.expression <= key.most for key in self._sorted if key.most is not None]
        return (
            sa.select(*(self.base.entity.column(name).label(name) for name in sorted(columns)), *keys)
            .select_from(self.base.source)
            .where(self.base.where(*window))
            .order_by(*order)
            .limit(limit)
        )

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
