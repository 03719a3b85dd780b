"""A connection as SQL: which rows it lists, in which order, and the JSON text of what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode

from schema.sql.aggregates import aggregate
from schema.sql.entities import Entity
from schema.sql.groups import groups
from schema.sql.linking import ToMany
from schema.sql.ordering import SortKey, sort_keys
from schema.sql.pages import PAGING, Page
from schema.sql.pieces import Piece, concat, json_object
from schema.sql.rows import Source
from schema.sql.selection import Collected
from schema.sql.views import MADE_OF_ROWS, View

if TYPE_CHECKING:
    from schema.sql.objects import Objects


class RowList:
    """The rows of a relation or root field that its arguments leave, and their order."""

    def __init__(self, objects: Objects, parent: Entity, field: ToMany, arguments: Mapping[str, Any]) -> None:
        self._objects, self._parent, self._field, self._arguments = objects, parent, field, arguments

    def rows(self) -> Source:
        """Return the rows, under an alias of their own."""
        own = {name: value for name, value in self._arguments.items() if name not in PAGING}
        rows = self._objects.rows.below(self._parent, self._field, own)
        return rows.but(self._objects.filter.condition(rows.entity, rows.type, self._arguments.get("where")))

    def in_order(self) -> tuple[Source, list[SortKey]]:
        """Return the rows with their sort keys."""
        rows = self.rows()
        return rows, sort_keys(self._objects.filter, rows.entity, rows.type, self._arguments.get("orderBy"))


def connection(
    objects: Objects, parent: Entity, field: ToMany, arguments: Mapping[str, Any], selected: Collected, type_: Any
) -> sa.ColumnElement[str]:
    """Return the JSON text of a connection as a scalar subquery that is never null."""
    listed = RowList(objects, parent, field, arguments)
    page = Page(objects, field.target, listed.in_order, arguments)

    def whole(nodes: list[FieldNode]) -> Piece:
        name = nodes[0].name.value
        if name == "aggregate":
            return aggregate(objects, listed.rows(), nodes, type_)
        if name == "groups":
            return groups(objects, listed.rows, nodes, type_)
        return f'"{type_.name}"' if name == "__typename" else sa.cast(page.total(), sa.Text)

    wanted = {node.name.value for nodes in selected.values() for node in nodes}
    if not wanted & MADE_OF_ROWS:
        return concat(json_object((key, whole(nodes)) for key, nodes in selected.items()))
    assert isinstance(page.entity, Entity)
    row = objects.row(page.entity, objects.types[field.target])
    view = View(objects, page, row.json, probe="pageInfo" in wanted)
    members = [
        (key, view.member(nodes, type_) if view.makes(nodes) else whole(nodes)) for key, nodes in selected.items()
    ]
    json = concat(json_object(members))
    # Only now is it known which columns and joins the JSON needs.
    return view.found(json, row.joined)
