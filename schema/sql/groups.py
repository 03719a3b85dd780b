"""``groups``: rows grouped by keys, the groups listed in pages as rows are.

The shape, for ``groups(by: [{stage: VALUE}]) { nodes { key { stage } sum { amount } } }``::

    (SELECT '{"nodes":[' || string_agg('{"key":{"stage":"' || t4.g0 || '"},"sum":{"amount":"' || t4.a0 …, ',' …) || ']}'
     FROM (SELECT t3.a0, t3.g0, t3.g0 AS k0
           FROM (SELECT t2.v0 AS g0, sum(t2.v1) AS a0
                 FROM (SELECT t1.stage AS v0, t1.amount AS v1 FROM budget_lines AS t1) AS t2 GROUP BY t2.v0) AS t3
           ORDER BY k0 LIMIT 25) AS t4)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode, get_named_type

from schema.sql.aggregates import Summarised
from schema.sql.arguments import read_arguments
from schema.sql.errors import BadInput
from schema.sql.group_keys import GroupKey, Path, group_keys
from schema.sql.linking import Leaf
from schema.sql.measures import Basis, Measure, Measures
from schema.sql.ordering import Direction, SortKey, flat, one_measure, value_key
from schema.sql.pages import Page
from schema.sql.pieces import NULL, Piece, concat, json_object
from schema.sql.rows import Source
from schema.sql.views import View

if TYPE_CHECKING:
    from schema.sql.objects import Objects


class GroupRow:
    """A group as a row: its keys and measures are columns, whose types every place of the group shares."""

    def __init__(self, alias: str, types: dict[str, Any]) -> None:
        self.alias, self.types = alias, types
        self.used: set[str] = set()

    def column(self, name: str) -> sa.ColumnElement[Any]:
        self.used.add(name)
        return sa.literal_column(f"{self.alias}.{name}", self.types[name])


class Grouped:
    """The groups of some rows, as something that pages are cut from."""

    def __init__(self, objects: Objects, source: Source, keys: list[GroupKey], having: Any) -> None:
        self.basis = Basis(objects.rows, source)
        self.measures = Measures(self.basis, [key.path for key in keys if key.bucket.name == "VALUE"])
        self.entity = GroupRow(objects.statement.alias(), {})
        self.leaves: dict[Path, tuple[str, Leaf]] = {}
        self._columns: dict[str, sa.ColumnElement[Any]] = {}
        for position, key in enumerate(keys):
            leaf, value = key.taken(self.basis)
            self.leaves[key.path] = self._add(f"g{position}", value), leaf
        self._keys = list(self._columns.values())
        self._having = objects.filter.measured(self.measures, having or {}, "having")

    def hold(self, measure: sa.ColumnElement[Any]) -> str:
        """Make an aggregate a column of the groups, and return its name."""
        return self._add(f"a{len(self._columns)}", measure)

    def _add(self, name: str, expression: sa.ColumnElement[Any]) -> str:
        self._columns[name] = expression
        self.entity.types[name] = expression.type
        return name

    @property
    def source(self) -> sa.FromClause:
        columns = (expression.label(name) for name, expression in self._columns.items())
        grouped = sa.select(*columns).select_from(self.basis.table()).group_by(*self._keys).having(self._having)
        return grouped.subquery(self.entity.alias)

    def where(self, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.and_(sa.true(), *more)

    def standing_at(self, alias: str) -> GroupRow:
        return GroupRow(alias, self.entity.types)


def groups(
    objects: Objects, rows: Callable[[], Source], nodes: list[FieldNode], connection: Any
) -> sa.ColumnElement[str]:
    """Return the JSON of ``groups`` over rows, as a scalar subquery."""
    definition = connection.fields["groups"]
    arguments = read_arguments(definition, nodes[0], objects.selection.variables)
    keys = group_keys(arguments["by"], "by")

    def listed() -> tuple[Grouped, list[SortKey]]:
        found = Grouped(objects, rows(), keys, arguments.get("having"))
        return found, _sort_keys(found, arguments.get("orderBy") or [])

    name = " ".join([connection.name, *(f"{'.'.join(key.path)} {key.bucket.name}" for key in keys)])
    page = Page(objects, name, listed, arguments)
    type_: Any = get_named_type(definition.type)
    selected = objects.selection.below(nodes, type_)
    probe = any(below[0].name.value == "pageInfo" for below in selected.values())
    view = View(objects, page, _Group(objects, page).json, probe=probe)

    def member(below: list[FieldNode]) -> Piece:
        if below[0].name.value == "__typename":
            return f'"{type_.name}"'
        return view.member(below, type_) if view.makes(below) else sa.cast(page.total(), sa.Text)

    json = concat(json_object([(key, member(below)) for key, below in selected.items()]))
    return view.found(json, lambda table: table)


class _Group:
    """The JSON of one group of a page."""

    def __init__(self, objects: Objects, page: Page) -> None:
        assert isinstance(page.base, Grouped)
        self._objects, self._page, self._grouped = objects, page, page.base
        self._summary = Summarised(objects, page.base.measures, self._on_page)

    def json(self, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        members: list[tuple[str, Piece]] = []
        for key, below in self._objects.selection.below(nodes, type_).items():
            if below[0].name.value == "key":
                members.append((key, self._key((), below, get_named_type(type_.fields["key"].type))))
            else:
                members.append((key, self._summary.member(below, type_)))
        return concat(json_object(members))

    def _on_page(self, measure: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return self._page.entity.column(self._grouped.hold(measure))

    def _key(self, above: Path, nodes: list[FieldNode], type_: Any) -> sa.ColumnElement[str]:
        members: list[tuple[str, Piece]] = []
        for key, below in self._objects.selection.below(nodes, type_).items():
            name = below[0].name.value
            path = (*above, name)
            if name == "__typename":
                members.append((key, f'"{type_.name}"'))
            elif path in self._grouped.leaves:
                column, leaf = self._grouped.leaves[path]
                members.append((key, sa.func.coalesce(leaf.scalar.json(self._page.entity.column(column)), NULL)))
            elif any(known[: len(path)] == path for known in self._grouped.leaves):
                members.append((key, self._key(path, below, get_named_type(type_.fields[name].type))))
            else:
                raise _not_a_key("key", path)
        return concat(json_object(members))


def _sort_keys(found: Grouped, order: list[Mapping[str, Any]]) -> list[SortKey]:
    """Return the sort keys of an ordering of groups, which ends with the keys that it does not name."""
    sorted_by = [_sort_key(found, entry) for entry in order]
    named = {key.path for key in sorted_by}
    rest = [path for path in found.leaves if f"key.{'.'.join(path)}" not in named]
    return [*sorted_by, *(_by_key(found, path, Direction.ASC) for path in rest)]


def _sort_key(found: Grouped, entry: Mapping[str, Any]) -> SortKey:
    name, value, mixed = one_measure(entry)
    if name == "key":
        path, direction = flat(value)
        if path not in found.leaves:
            raise BadInput(
                f"orderBy.key.{'.'.join(path)}: the groups are not made by it. Add it to by, or leave it out."
            )
        return _by_key(found, path, direction)
    path, direction = flat(value) if isinstance(value, Mapping) else ((), value)
    measure: Measure = found.measures.count() if name == "count" else found.measures.of(name, path, {}, mixed=mixed)
    column = found.entity.column(found.hold(measure.refused()))
    return value_key(".".join((name, *path)), column, measure.scalar, direction, nullable=not measure.certain)


def _by_key(found: Grouped, path: Path, direction: Direction) -> SortKey:
    column, leaf = found.leaves[path]
    return value_key(f"key.{'.'.join(path)}", found.entity.column(column), leaf.scalar, direction, nullable=True)


def _not_a_key(place: str, path: Path) -> BadInput:
    return BadInput(f"{place}.{'.'.join(path)}: the groups are not made by it. Add it to by, or leave it out.")
