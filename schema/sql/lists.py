"""A connection as SQL: one page of rows as a derived table, and the JSON text of what was asked of it.

The shape, for ``technologies(first: 2) { nodes { name } pageInfo { hasNextPage } }`` below row ``t1``::

    (SELECT '{"nodes":[' || coalesce(string_agg('{"name":' || to_json(t3.name) || '}', ',' ORDER BY …)
                                     FILTER (WHERE t3.n <= 2), '') || '],"pageInfo":{…count(*) > 2…}}'
     FROM (SELECT *, row_number() OVER (ORDER BY …) AS n
           FROM (SELECT * FROM technologies AS t2 WHERE t2.field_id = t1.id ORDER BY … LIMIT 3)) AS t3)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode, GraphQLObjectType
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.sql.arguments import Bound, Variables
from schema.sql.entities import Entity
from schema.sql.errors import BadInput
from schema.sql.linking import ToMany
from schema.sql.ordering import SortKey, beyond, cursor, fingerprint, read_cursor, sort_keys
from schema.sql.rows import Source
from schema.sql.selection import Collected
from schema.sql.statement import ONE, Piece, concat, constant, json_object

if TYPE_CHECKING:
    from schema.sql.objects import Objects

DEFAULT_PAGE = 25
LARGEST_PAGE = 1000
PAGING = frozenset({"where", "orderBy", "first", "after", "last", "before"})


class Page:
    """One page of a list: its rows, their order, and where it lies."""

    def __init__(self, objects: Objects, parent: Entity, field: ToMany, arguments: Mapping[str, Any]) -> None:
        self._objects = objects
        self._parent, self._field, self._arguments = parent, field, arguments
        self._statement = objects.statement
        self.backward = arguments.get("last") is not None
        if self.backward and arguments.get("first") is not None:
            raise BadInput("Give first for a page forward or last for a page backward, not both.")
        self.size = self._size("last" if self.backward else "first")
        base = self.base()
        keys = sort_keys(objects.rows, base.entity, base.type, arguments.get("orderBy"))
        self.type = base.type
        self.mark = fingerprint(base.type, keys)
        self._base, self._keys = base, keys

    def base(self) -> Source:
        """Return the rows that the relation and ``where`` leave, under an alias of their own."""
        own = {name: value for name, value in self._arguments.items() if name not in PAGING}
        rows = self._objects.rows.below(self._parent, self._field, own)
        condition = self._objects.filter.condition(rows.entity, rows.type, self._arguments.get("where"))
        return Source(rows.type, rows.entity, rows.source, (*rows.conditions, condition))

    def total(self) -> sa.ColumnElement[int]:
        """Return the number of rows over all pages."""
        base = self.base()
        return sa.select(sa.func.count()).select_from(base.source).where(base.where()).scalar_subquery()

    def table(self, *, probe: bool) -> tuple[Entity, sa.FromClause, list[SortKey]]:
        """Return the page as a derived table; with ``probe`` it has one row more, and rows are numbered in ``n``."""
        base, labels = self._base, [f"k{position}" for position in range(len(self._keys))]
        columns = [column.label(name) for name, column in base.entity.columns().items()]
        keys = [key.expression.label(label) for key, label in zip(self._keys, labels, strict=True)]
        limit = self._statement.bind(self.size, sa.BigInteger())
        page = (
            sa.select(*columns, *keys)
            .select_from(base.source)
            .where(base.where(*self._window()))
            .order_by(
                *(key.on(label).clause(backward=self.backward) for key, label in zip(self._keys, keys, strict=True))
            )
            .limit(limit + ONE if probe else limit)
        ).subquery(self._statement.alias())
        if probe:
            numbered = self._on(str(page.name), labels)
            number = sa.func.row_number().over(order_by=[key.clause(backward=self.backward) for key in numbered])
            page = (
                sa.select(sa.literal_column("*"), number.label("n")).select_from(page).subquery(self._statement.alias())
            )
        alias = str(page.name)
        return Entity(self.type.model, alias), page, self._on(alias, labels)

    def lies_behind(self) -> sa.ColumnElement[bool]:
        """Return whether rows lie on the far side of the cursor that the page starts from."""
        given = "before" if self.backward else "after"
        if self._arguments.get(given) is None:
            return sa.false()
        base = self.base()
        keys = sort_keys(self._objects.rows, base.entity, base.type, self._arguments.get("orderBy"))
        behind = sa.not_(beyond(keys, self._values(given), backward=self.backward))
        return sa.select(ONE).select_from(base.source).where(base.where(behind)).exists()

    def _on(self, alias: str, labels: Sequence[str]) -> list[SortKey]:
        return [
            key.on(sa.literal_column(f"{alias}.{label}", key.expression.type))
            for key, label in zip(self._keys, labels, strict=True)
        ]

    def _window(self) -> list[Any]:
        return [
            beyond(self._keys, self._values(name), backward=name == "before")
            for name in ("after", "before")
            if self._arguments.get(name) is not None
        ]

    def _values(self, name: str) -> list[sa.ColumnElement[Any]]:
        bounds = read_cursor(name, self._arguments[name], self.mark, self._keys)
        return [self._statement.bind(bound, key.scalar.sql) for bound, key in zip(bounds, self._keys, strict=True)]

    def _size(self, name: str) -> Bound:
        given = self._arguments.get(name)
        if given is None:
            return Bound(lambda _: DEFAULT_PAGE)

        def read(variables: Variables) -> int:
            size: int = given.read(variables)
            if not 0 <= size <= LARGEST_PAGE:
                raise BadInput(
                    f"{name} is {size}; a page has 0 to {LARGEST_PAGE} rows. Walk further pages with cursors."
                )
            return size

        return Bound(read)


def connection(
    objects: Objects, parent: Entity, field: ToMany, arguments: Mapping[str, Any], selected: Collected, type_: Any
) -> sa.ColumnElement[str]:
    """Return the JSON text of a connection as a scalar subquery that is never null."""
    page = Page(objects, parent, field, arguments)
    wanted = {node.name.value for nodes in selected.values() for node in nodes}
    if not wanted & {"nodes", "edges", "pageInfo"}:
        return concat(json_object((key, _whole(page, nodes[0], type_)) for key, nodes in selected.items()))
    probe = "pageInfo" in wanted
    entity, table, keys = page.table(probe=probe)
    row = objects.row(entity, page.type)
    view = _View(objects, page, entity, keys, row, probe=probe)
    members = [(key, view.member(nodes, type_)) for key, nodes in selected.items()]
    return sa.select(concat(json_object(members))).select_from(row.joined(table)).scalar_subquery()


def _whole(page: Page, node: FieldNode, type_: GraphQLObjectType) -> Piece:
    if node.name.value == "__typename":
        return f'"{type_.name}"'
    return sa.cast(page.total(), sa.Text)


class _View:
    """What was asked of a page, as aggregates over its rows."""

    def __init__(
        self, objects: Objects, page: Page, entity: Entity, keys: list[SortKey], row: Any, *, probe: bool
    ) -> None:
        self._objects, self._page, self._entity, self._keys, self._row = objects, page, entity, keys, row
        size = objects.statement.bind(page.size, sa.BigInteger())
        self._inside = sa.literal_column(f"{entity.alias}.n", sa.BigInteger()) <= size if probe else None
        self._more = sa.func.count() > size

    def member(self, nodes: list[FieldNode], type_: GraphQLObjectType) -> Piece:
        name = nodes[0].name.value
        if name == "nodes":
            return self._rows(self._object(nodes, type_.fields["nodes"].type))
        if name == "edges":
            return self._rows(self._edge(nodes, type_.fields["edges"].type))
        if name == "pageInfo":
            return self._page_info(nodes, type_.fields["pageInfo"].type)
        return _whole(self._page, nodes[0], type_)

    def _object(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        return self._row.json(nodes, bare(type_))

    def _edge(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        edge = bare(type_)
        members: list[tuple[str, Piece]] = []
        for key, below in self._objects.selection.below(nodes, edge).items():
            name = below[0].name.value
            if name == "node":
                members.append((key, self._object(below, edge.fields["node"].type)))
            else:
                members.append((key, f'"{edge.name}"' if name == "__typename" else self._quoted_cursor()))
        return concat(json_object(members))

    def _page_info(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        info = bare(type_)
        members: list[tuple[str, Piece]] = []
        for key, (node, *_) in self._objects.selection.below(nodes, info).items():
            name = node.name.value
            if name in ("hasNextPage", "hasPreviousPage"):
                ahead = (name == "hasNextPage") != self._page.backward
                members.append((key, sa.cast(self._more if ahead else self._page.lies_behind(), sa.Text)))
            elif name in ("startCursor", "endCursor"):
                members.append((key, self._outer_cursor(last=name == "endCursor")))
            else:
                members.append((key, f'"{info.name}"'))
        return concat(json_object(members))

    def _rows(self, each: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        ordered = aggregate_order_by(constant(","), *(key.clause() for key in self._keys))
        joined = self._filtered(sa.func.string_agg(each, ordered))
        return concat(["[", sa.func.coalesce(joined, constant("")), "]"])

    def _outer_cursor(self, *, last: bool) -> sa.ColumnElement[str]:
        ordered = aggregate_order_by(self._quoted_cursor(), *(key.clause(backward=last) for key in self._keys))
        cursors = self._filtered(sa.func.array_agg(ordered, type_=sa.ARRAY(sa.Text)))
        return sa.func.coalesce(sa.type_coerce(cursors, sa.ARRAY(sa.Text))[ONE], constant("null"))

    def _quoted_cursor(self) -> sa.ColumnElement[str]:
        return concat(['"', cursor(self._page.mark, self._keys), '"'])

    def _filtered(self, aggregate: Any) -> Any:
        return aggregate if self._inside is None else aggregate.filter(self._inside)


def bare(type_: Any) -> Any:
    """Return the named type inside lists and non-nulls."""
    while hasattr(type_, "of_type"):
        type_ = type_.of_type
    return type_
