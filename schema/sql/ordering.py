"""``orderBy``: from the ordering grammar to sort keys, and from sort keys to keyset conditions and cursors.

Absent values come last in both directions, texts sort naturally and enums as declared, ties are broken by id, and a key
found through a relation is a scalar subquery: so an ordering is total and never changes the set of rows. A type's own
order may name the release that wrote a row, which is no field.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from strawberry.utils.str_converters import to_camel_case

from schema.sql.arguments import Bound, Variables
from schema.sql.entities import is_present
from schema.sql.errors import BadCursor, BadInput
from schema.sql.linking import Embedded, Leaf, LinkedType, ToMany, ToOne
from schema.sql.measures import Basis, Measures
from schema.sql.moments import LAST_NUMBER, ReleaseSeen
from schema.sql.pieces import ONE, constant
from schema.sql.scalars import WHOLE, Scalar, exact, instant, scalar_as_stored
from schema.sql.texts import in_order

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.filters import Filter


class Direction(Enum):
    """정렬 방향 | Direction of an ordering; absent values come last in both."""

    ASC = "오름차순 | Ascending"
    DESC = "내림차순 | Descending"


RELEASED_IN = "released_in"


@dataclass(frozen=True)
class SortKey:
    """An expression to sort by; ``path`` names it for cursors, and no row has more than ``most``."""

    path: str
    expression: sa.ColumnElement[Any]
    scalar: Scalar
    descending: bool
    nullable: bool
    most: sa.ColumnElement[Any] | None = None

    def on(self, expression: sa.ColumnElement[Any]) -> SortKey:
        """Return the same key standing elsewhere, such as in a column of a derived table."""
        return SortKey(self.path, expression, self.scalar, self.descending, self.nullable)

    def clause(self, *, backward: bool = False) -> sa.ColumnElement[Any]:
        """Return the ORDER BY element."""
        ordered = self.expression.desc() if self.descending != backward else self.expression.asc()
        if not self.nullable:
            return ordered
        return ordered.nulls_first() if backward else ordered.nulls_last()


def sort_keys(filter_: Filter, entity: Entity, type_: LinkedType, order: Any) -> list[SortKey]:
    """Return the sort keys of ``order``, or of the type's own order where none is given, ending with the id."""
    if order:
        keys = [_key(filter_, entity, type_, entry, "") for entry in order]
    else:
        keys = [_own_key(filter_, entity, type_, path) for path in type_.declaration.order]
    return [*keys, _key(filter_, entity, type_, {"id": Direction.ASC}, "")]


def _own_key(filter_: Filter, entity: Entity, type_: LinkedType, path: str) -> SortKey:
    entry = _ascending(path)
    if path != RELEASED_IN or entry.keys() <= type_.fields.keys():
        return _key(filter_, entity, type_, entry, "")
    # In an index that begins with the release, or with a few values before it, PostgreSQL leaps over the rows of one
    # that is not committed yet; it would look at each of them otherwise, and a release may have a million.
    released = entity.column(RELEASED_IN)
    return SortKey(RELEASED_IN, released, WHOLE, descending=False, nullable=False, most=ReleaseSeen())


def _ascending(path: str) -> Any:
    first, _, rest = path.partition(".")
    return {to_camel_case(first): _ascending(rest) if rest else Direction.ASC}


def _key(filter_: Filter, entity: Entity, type_: LinkedType, entry: Mapping[str, Any], above: str) -> SortKey:
    name, direction = single(entry)
    path = f"{above}{name}"
    field = type_.fields[name]
    if isinstance(field, Leaf):
        found = field.expression(entity, {})
        return value_key(path, found, field.scalar, direction, nullable=not (field.certain or is_present(found)))
    if isinstance(field, Embedded):
        part = entity.part(field.prefix)
        return _key(filter_, part, filter_.rows.types[field.target], direction, f"{path}.")
    if isinstance(field, ToMany):
        return _measure_key(filter_, entity, field, direction, path)
    assert isinstance(field, ToOne)
    below = filter_.rows.below(entity, field, {})
    key = _key(filter_, below.entity, below.type, direction, f"{path}.")
    through = sa.select(key.expression).select_from(below.source).where(below.where()).limit(ONE).scalar_subquery()
    return SortKey(key.path, through, key.scalar, key.descending, nullable=True)


def _measure_key(filter_: Filter, entity: Entity, field: ToMany, entry: Mapping[str, Any], path: str) -> SortKey:
    """Return the key of an aggregate of a list: of the rows that ``where`` leaves."""
    name, value, mixed = one_measure(entry)
    below = filter_.rows.below(entity, field, {})
    where = filter_.condition(below.entity, below.type, entry.get("where"))
    measures = Measures(Basis(filter_.rows, below.but(where)))
    steps, direction = flat(value) if isinstance(value, Mapping) else ((), value)
    measure = measures.count() if name == "count" else measures.of(name, steps, {}, mixed=mixed)
    found = sa.select(measure.refused()).select_from(measures.basis.table()).scalar_subquery()
    return value_key(".".join((path, name, *steps)), found, measure.scalar, direction, nullable=not measure.certain)


def value_key(path: str, found: Any, scalar: Scalar, direction: Direction, *, nullable: bool) -> SortKey:
    """Return the key of sorting by a value."""
    scalar, expression = in_order(scalar_as_stored(scalar, found), found)
    return SortKey(path, expression, scalar, direction is Direction.DESC, nullable)


def single(entry: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the one member of an entry."""
    if len(entry) != 1 or None in entry.values():
        # A document can still bring this about with a variable that is absent or null.
        raise BadInput("An entry of orderBy names one field and a direction; for more fields, give more entries.")
    ((name, value),) = entry.items()
    return name, value


def flat(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], Direction]:
    """Return the path that an entry names, and the direction at its end."""
    name, value = single(entry)
    if isinstance(value, Direction):
        return (name,), value
    rest, direction = flat(value)
    return (name, *rest), direction


def one_measure(entry: Mapping[str, Any]) -> tuple[str, Any, bool]:
    """Return which aggregate an entry sorts by, what of it, and whether different kinds may be added up for it."""
    name, value = single({name: value for name, value in entry.items() if name not in ("where", "mixed")})
    return name, value, bool(entry.get("mixed"))


def beyond(keys: Sequence[SortKey], values: Sequence[sa.ColumnElement[Any]], *, backward: bool) -> Any:
    """Return the condition of lying strictly after ``values`` in the ordering, or strictly before them."""
    if len({key.descending for key in keys}) == 1 and not any(key.nullable for key in keys):
        # PostgreSQL enters an index at a row that is compared as one, and would read up to it otherwise.
        row, at = sa.tuple_(*(key.expression for key in keys)), sa.tuple_(*values)
        return row < at if keys[0].descending != backward else row > at
    alternatives = []
    for position, key in enumerate(keys):
        ties = [_same(earlier, value) for earlier, value in zip(keys[:position], values, strict=False)]
        alternatives.append(sa.and_(*ties, _past(key, values[position], backward=backward)))
    return sa.or_(*alternatives)


def _same(key: SortKey, value: sa.ColumnElement[Any]) -> Any:
    return key.expression.is_not_distinct_from(value) if key.nullable else key.expression == value


def _past(key: SortKey, value: sa.ColumnElement[Any], *, backward: bool) -> Any:
    past = key.expression < value if key.descending != backward else key.expression > value
    if not key.nullable:
        return past
    first, last = (key.expression, value) if backward else (value, key.expression)
    return sa.or_(past, sa.and_(last.is_(None), first.is_not(None)))


def fingerprint(listed: str, keys: Sequence[SortKey]) -> str:
    """Return a short name of an ordering of what is listed, by which a cursor of another one is recognised."""
    text = "|".join([listed, *(f"{key.path} {'desc' if key.descending else 'asc'}" for key in keys)])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def cursor(mark: str, keys: Sequence[SortKey]) -> sa.ColumnElement[str]:
    """Return a row's cursor: its ordering, its release and its sort keys as a JSON array, in base64url."""
    texts = (sa.cast(key.expression, sa.Text) for key in keys)
    array = sa.cast(sa.func.json_build_array(constant(mark), ReleaseSeen(), *texts), sa.Text)
    encoded = sa.func.encode(sa.func.convert_to(array, constant("UTF8")), constant("base64"))
    return sa.func.translate(encoded, sa.literal_column("E'+/\\n'"), constant("-_"))


_PARSERS: Mapping[type[sa.types.TypeEngine[Any]], Callable[[str], Any]] = {
    sa.BigInteger: int,
    sa.Boolean: lambda text: {"true": True, "false": False}[text],
    sa.Numeric: exact,
    sa.Date: date.fromisoformat,
    sa.TIMESTAMP: instant,
    sa.Text: str,
}


def read_cursor(argument: str, given: Bound, mark: str, keys: Sequence[SortKey]) -> tuple[Bound, list[Bound]]:
    """Return the release and the sort-key values that a client's cursor holds.

    A forged or foreign one raises BadCursor when it is read.
    """

    def read(variables: Variables) -> tuple[int, list[Any]]:
        text = given.read(variables)
        try:
            found, release, *texts = json.loads(base64.b64decode(text.encode(), altchars=b"-_", validate=True))
            if found != mark or len(texts) != len(keys):
                raise BadCursor(
                    f"{argument}: this cursor belongs to another list or another orderBy. Start from the first page."
                )
            return _release(release), [_parse(key, text) for key, text in zip(keys, texts, strict=True)]
        except (ValueError, KeyError, ArithmeticError, TypeError, binascii.Error, RecursionError):
            raise BadCursor(
                f"{argument}: not a cursor that this server gave out. Use a cursor of the previous answer."
            ) from None

    def reader(position: int) -> Bound:
        return Bound(lambda variables: read(variables)[1][position])

    return Bound(lambda variables: read(variables)[0]), [reader(position) for position in range(len(keys))]


def _release(number: Any) -> int:
    if type(number) is not int or not 0 <= number <= LAST_NUMBER:
        raise TypeError(number)
    return number


def _parse(key: SortKey, text: Any) -> Any:
    if text is None and key.nullable:
        return None
    if not isinstance(text, str):
        raise TypeError(text)
    value = _PARSERS[type(key.scalar.sql)](text)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value
