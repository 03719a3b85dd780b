"""A connection as SQL: the JSON text of what was asked of a page.

The shape, for ``technologies(first: 2) { nodes { name } pageInfo { hasNextPage } }`` below row ``t1``::

    (SELECT '{"nodes":[' || coalesce(string_agg('{"name":' || to_json(t3.name) || '}', ',' ORDER BY t3.k0)
                                     FILTER (WHERE t3.n <= 2), '') || '],"pageInfo":{"hasNextPage":' || count(*) > 2 …
     FROM (SELECT *, row_number() OVER (ORDER BY t4.k0) AS n
           FROM (SELECT t2.name AS name, t2.id AS k0 FROM technologies AS t2
                 WHERE t2.field_id = t1.id ORDER BY k0 LIMIT 2 + 1) AS t4) AS t3)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode, GraphQLObjectType, get_named_type
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.sql.entities import Entity
from schema.sql.linking import ToMany
from schema.sql.ordering import cursor
from schema.sql.pages import Page
from schema.sql.selection import Collected
from schema.sql.statement import ONE, Piece, concat, constant, json_object

if TYPE_CHECKING:
    from schema.sql.objects import Objects
    from schema.sql.row import Row


def connection(
    objects: Objects, parent: Entity, field: ToMany, arguments: Mapping[str, Any], selected: Collected, type_: Any
) -> sa.ColumnElement[str]:
    """Return the JSON text of a connection as a scalar subquery that is never null."""
    page = Page(objects, parent, field, arguments)
    wanted = {node.name.value for nodes in selected.values() for node in nodes}
    if not wanted & {"nodes", "edges", "pageInfo"}:
        return concat(json_object((key, _whole(page, nodes[0], type_)) for key, nodes in selected.items()))
    probe = "pageInfo" in wanted
    row = objects.row(page.entity, page.type)
    view = _View(objects, page, row, probe=probe)
    json = concat(json_object([(key, view.member(nodes, type_)) for key, nodes in selected.items()]))
    # Only now is it known which columns and joins the JSON needs.
    found = sa.select(json).select_from(row.joined(page.table(probe=probe)))
    # HAVING makes one row of any page, also where nothing that was asked of it is an aggregate.
    return found.having(sa.text("true")).scalar_subquery()


def _whole(page: Page, node: FieldNode, type_: GraphQLObjectType) -> Piece:
    if node.name.value == "__typename":
        return f'"{type_.name}"'
    return sa.cast(page.total(), sa.Text)


class _View:
    """What was asked of a page, as aggregates over its rows."""

    def __init__(self, objects: Objects, page: Page, row: Row, *, probe: bool) -> None:
        self._objects, self._page, self._row = objects, page, row
        number = sa.literal_column(f"{page.entity.alias}.n", sa.BigInteger())
        self._inside = number <= page.size if probe else None

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
        return self._row.json(nodes, get_named_type(type_))

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
