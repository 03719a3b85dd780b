"""What is counted, added and compared over rows, and the rows as aggregates take them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from schema.sql.entities import Entity
from schema.sql.joins import Joins
from schema.sql.linking import Leaf
from schema.sql.pieces import ONE, constant
from schema.sql.rows import Rows, Source
from schema.sql.scalars import SCALAR_BY_PYTHON_TYPE, TEXT, WHOLE, Scalar
from schema.sql.texts import natural_key, text_of

DECIMAL = SCALAR_BY_PYTHON_TYPE[Decimal]
DIGITS_OF_AVERAGES = 6
# More digits than any number of rows can need to round their quotient rightly.
_EXACT = sa.literal_column(f"1.{'0' * 40}", sa.Numeric)


@dataclass(frozen=True)
class Measure:
    """An aggregate: its value, and where its numbers do not add up, when they differ in kind and what to do then."""

    expression: sa.ColumnElement[Any]
    scalar: Scalar
    differs: sa.ColumnElement[bool] | None = None
    message: str = ""
    certain: bool = False

    def standing(self, place: Callable[[sa.ColumnElement[Any]], sa.ColumnElement[Any]]) -> Measure:
        """Return the same measure read where ``place`` puts its parts."""
        differs = None if self.differs is None else place(self.differs)
        return replace(self, expression=place(self.expression), differs=differs)

    def refused(self) -> sa.ColumnElement[Any]:
        """Return the value as SQL that fails where the numbers differ in kind."""
        if self.differs is None:
            return self.expression
        refusal = sa.func.refuse_mixed_kinds(constant(self.message), type_=sa.Numeric)
        return sa.case((self.differs, refusal), else_=self.expression)


class Basis:
    """Rows as aggregates take them: a derived table with a column for each value that is taken of a row."""

    def __init__(self, rows: Rows, source: Source) -> None:
        self.type, self.alias = source.type, rows.statement.alias()
        self._source, self._joins = source, Joins(rows)
        self._taken: dict[Hashable, sa.Label[Any]] = {}

    def table(self) -> sa.FromClause:
        """Return the derived table, which is complete when everything was taken."""
        columns: list[Any] = list(self._taken.values()) or [ONE]
        joined = self._joins.onto(self._source.source)
        return sa.select(*columns).select_from(joined).where(self._source.where()).subquery(self.alias)

    def take(self, expression: sa.ColumnElement[Any], name: Hashable = None) -> sa.ColumnElement[Any]:
        """Return a column that holds an expression's value for each row; one ``name`` is one column."""
        key = name or len(self._taken)
        if key not in self._taken:
            self._taken[key] = expression.label(f"v{len(self._taken)}")
        label = self._taken[key]
        return sa.literal_column(f"{self.alias}.{label.name}", label.type)

    def at(self, path: Sequence[str]) -> tuple[Leaf, sa.ColumnElement[Any]]:
        """Return the leaf at the end of a path, and its value as taken."""
        leaf, value = self._joins.reach(self._source.entity, self.type, path)
        return leaf, self.take(value, tuple(path))

    def leaf(self, path: Sequence[str], arguments: Mapping[str, Any]) -> tuple[Leaf, sa.ColumnElement[Any]]:
        """Return a leaf of the rows or of a value type in them, and its value with arguments of its own."""
        if not arguments:
            return self.at(path)
        (name,) = path
        leaf = self.type.fields[name]
        assert isinstance(leaf, Leaf)
        return leaf, self.take(leaf.expression(self._source.entity, arguments))

    @property
    def columns(self) -> Entity:
        """Return what a method of a summary is called with: columns of the rows, as taken."""
        return _Taken(self, self._source.entity)


class _Taken(Entity):
    def __init__(self, basis: Basis, entity: Entity) -> None:
        super().__init__(entity.model, basis.alias)
        self._basis, self._entity = basis, entity

    def column(self, name: str) -> sa.ColumnElement[Any]:
        return self._basis.take(self._entity.column(name), ("column", name))


class Measures:
    """Makes the aggregates over a basis; rows within it are all of one kind in what ``grouped`` says they share."""

    def __init__(self, basis: Basis, grouped: Sequence[tuple[str, ...]] = ()) -> None:
        self.basis, self._grouped = basis, grouped

    def count(self) -> Measure:
        return Measure(sa.func.count(type_=sa.BigInteger), WHOLE, certain=True)

    def distinct(self, values: Sequence[sa.ColumnElement[Any]]) -> Measure:
        """Count the combinations of values in which at least one is present."""
        (first, *others) = values
        if not others:
            return Measure(sa.func.count(first.distinct()), WHOLE, certain=True)
        counted = sa.func.count(sa.distinct(sa.func.row(*values)))
        some = sa.or_(*(value.is_not(None) for value in values))
        return Measure(counted.filter(some), WHOLE, certain=True)

    def of(self, kind: str, path: Sequence[str], arguments: Mapping[str, Any], *, mixed: bool) -> Measure:
        """Return ``sum``, ``avg``, ``min`` or ``max`` of a leaf."""
        leaf, value = self.basis.leaf(path, arguments)
        if kind in ("min", "max"):
            return Measure(_extreme(kind, leaf, value), leaf.scalar)
        total: Any = sa.func.sum(value, type_=sa.Numeric)
        if kind == "avg":
            exact = total * _EXACT / sa.func.nullif(sa.func.count(value), sa.literal_column("0"))
            total = sa.func.round(exact, sa.literal_column(str(DIGITS_OF_AVERAGES)), type_=sa.Numeric)
        return self._apart(Measure(total, DECIMAL), path[-1], f"{kind}.{path[-1]}", mixed=mixed)

    def summary(self, name: str, arguments: Mapping[str, Any], *, mixed: bool) -> Measure:
        """Return what a method of the type computes over the rows."""
        value = self.basis.type.summaries[name].method(self.basis.columns, **arguments)
        return self._apart(Measure(value, DECIMAL), name, name, mixed=mixed)

    def _apart(self, measure: Measure, name: str, shown: str, *, mixed: bool) -> Measure:
        kinds = [] if mixed else self.basis.type.kinds_apart(name)
        differing = [_differs(self.basis.at(kind)[1]) for kind in kinds if kind not in self._grouped]
        if not differing:
            return measure
        paths = " and ".join(".".join(kind) for kind in kinds)
        message = (
            f"{shown} would add up what differs in {paths}. Group by {paths}, leave one of each by a condition, "
            "or say mixed: true."
        )
        return replace(measure, differs=sa.or_(*differing), message=message)


def _differs(kind: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Return whether rows differ in a value, of which absence is one."""
    present = sa.func.count(kind)
    some_absent = sa.and_(present > sa.literal_column("0"), present < sa.func.count())
    return sa.or_(sa.func.min(kind) != sa.func.max(kind), some_absent).is_(sa.true())


def _extreme(kind: str, leaf: Leaf, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    function = sa.func.min if kind == "min" else sa.func.max
    if leaf.scalar is TEXT:
        return text_of(function(natural_key(value)))
    return function(value, type_=value.type)
