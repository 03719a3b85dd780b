"""A page as JSON text: its rows, its edges and where it lies.

The shape, for ``technologies(first: 2) { nodes { name } pageInfo { hasNextPage } }`` below row ``t1``::

    (SELECT '{"nodes":[' || coalesce(string_agg('{"name":' || to_json(t3.name) || '}', ',' ORDER BY t3.k0)
                                     FILTER (WHERE t3.n <= 2), '') || '],"pageInfo":{"hasNextPage":' || count(*) > 2 …
     FROM (SELECT *, row_number() OVER (ORDER BY t4.k0) AS n
           FROM (SELECT t2.name AS name, t2.id AS k0 FROM technologies AS t2
                 WHERE t2.field_id = t1.id ORDER BY k0 LIMIT 2 + 1) AS t4) AS t3)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode, GraphQLObjectType, get_named_type
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.sql.ordering import cursor
from schema.sql.pages import Page
from schema.sql.pieces import ONE, Piece, concat, constant, json_object

if TYPE_CHECKING:
    from schema.sql.objects import Objects

MADE_OF_ROWS = frozenset({"nodes", "edges", "pageInfo"})

Each = Callable[[list[FieldNode], Any], sa.ColumnElement[str]]
"""Gives the JSON of one row of the page for what was asked of a row."""


class View:
    """What was asked of a page, as aggregates over its rows."""

    def __init__(self, objects: Objects, page: Page, each: Each, *, probe: bool) -> None:
        self._objects, self._page, self._each, self._probe = objects, page, each, probe
        number = sa.literal_column(f"{page.entity.alias}.n", sa.BigInteger())
        self._inside = number <= page.size if probe else None

    def makes(self, nodes: list[FieldNode]) -> bool:
        """Return whether a member is made of the page's rows."""
        return nodes[0].name.value in MADE_OF_ROWS

    def member(self, nodes: list[FieldNode], type_: GraphQLObjectType) -> Piece:
        """Return the JSON of a member that is made of the page's rows."""
        name = nodes[0].name.value
        if name == "nodes":
            return self._rows(self._object(nodes, type_.fields["nodes"].type))
        if name == "edges":
            return self._rows(self._edge(nodes, type_.fields["edges"].type))
        return self._page_info(nodes, type_.fields["pageInfo"].type)

    def found(
        self, json: sa.ColumnElement[str], joined: Callable[[sa.FromClause], sa.FromClause]
    ) -> sa.ColumnElement[str]:
        """Return the JSON as a scalar subquery over the page, with what is joined to its rows."""
        found = sa.select(json).select_from(joined(self._page.table(probe=self._probe)))
        # HAVING makes one row of any page, also where nothing that was asked of it is an aggregate.
        return found.having(sa.text("true")).scalar_subquery()

    def _object(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        return self._each(nodes, get_named_type(type_))

    def _edge(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        edge = get_named_type(type_)
        members: list[tuple[str, Piece]] = []
        for key, below in self._objects.selection.below(nodes, edge).items():
            name = below[0].name.value
            if name == "node":
                members.append((key, self._object(below, edge.fields["node"].type)))
            else:
                members.append((key, f'"{edge.name}"' if name == "__typename" else self._quoted_cursor()))
        return concat(json_object(members))

    def _page_info(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        info = get_named_type(type_)
        members: list[tuple[str, Piece]] = []
        for key, (node, *_) in self._objects.selection.below(nodes, info).items():
            name = node.name.value
            if name in ("hasNextPage", "hasPreviousPage"):
                members.append((key, sa.cast(self._has_more(ahead=name == "hasNextPage"), sa.Text)))
            elif name in ("startCursor", "endCursor"):
                members.append((key, self._outer_cursor(last=name == "endCursor")))
            else:
                members.append((key, f'"{info.name}"'))
        return concat(json_object(members))

    def _has_more(self, *, ahead: bool) -> sa.ColumnElement[bool]:
        kept_off = self._page.lies_beyond("before" if ahead else "after")
        return kept_off if ahead == self._page.backward else sa.or_(sa.func.count() > self._page.size, kept_off)

    def _rows(self, each: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        ordered = aggregate_order_by(constant(","), *(key.clause() for key in self._page.keys))
        joined = self._filtered(sa.func.string_agg(each, ordered))
        return concat(["[", sa.func.coalesce(joined, constant("")), "]"])

    def _outer_cursor(self, *, last: bool) -> sa.ColumnElement[str]:
        ordered = aggregate_order_by(self._quoted_cursor(), *(key.clause(backward=last) for key in self._page.keys))
        cursors = self._filtered(sa.func.array_agg(ordered, type_=sa.ARRAY(sa.Text)))
        return sa.func.coalesce(sa.type_coerce(cursors, sa.ARRAY(sa.Text))[ONE], constant("null"))

    def _quoted_cursor(self) -> sa.ColumnElement[str]:
        return concat(['"', cursor(self._page.mark, self._page.keys), '"'])

    def _filtered(self, aggregate: Any) -> Any:
        return aggregate if self._inside is None else aggregate.filter(self._inside)
