"""``orderBy``: from the ordering grammar to sort keys, and from sort keys to keyset conditions and cursors.

Absent values come last in both directions, ties are broken by id, and a key found through a relation is a scalar
subquery: so an ordering is total and never changes the set of rows.
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
from schema.sql.linking import Embedded, Leaf, LinkedType, ToOne
from schema.sql.moments import LAST_NUMBER, ReleaseSeen
from schema.sql.scalars import Scalar, exact, instant, scalar_as_stored
from schema.sql.statement import ONE, constant

if TYPE_CHECKING:
    from schema.sql.entities import Entity
    from schema.sql.rows import Rows


class Direction(Enum):
    """정렬 방향 | Direction of an ordering; absent values come last in both."""

    ASC = "오름차순 | Ascending"
    DESC = "내림차순 | Descending"


@dataclass(frozen=True)
class SortKey:
    """An expression to sort by; ``path`` names it for cursors."""

    path: str
    expression: sa.ColumnElement[Any]
    scalar: Scalar
    descending: bool
    nullable: bool

    def on(self, expression: sa.ColumnElement[Any]) -> SortKey:
        """Return the same key standing elsewhere, such as in a column of a derived table."""
        return SortKey(self.path, expression, self.scalar, self.descending, self.nullable)

    def clause(self, *, backward: bool = False) -> sa.ColumnElement[Any]:
        """Return the ORDER BY element."""
        ordered = self.expression.desc() if self.descending != backward else self.expression.asc()
        if not self.nullable:
            return ordered
        return ordered.nulls_first() if backward else ordered.nulls_last()


def sort_keys(rows: Rows, entity: Entity, type_: LinkedType, order: Any) -> list[SortKey]:
    """Return the sort keys of ``order``, or of the type's own order where none is given, ending with the id."""
    chosen = order or [_ascending(path) for path in type_.declaration.order]
    keys = [_key(rows, entity, type_, entry, "") for entry in chosen]
    return [*keys, _key(rows, entity, type_, {"id": Direction.ASC}, "")]


def _ascending(path: str) -> Any:
    first, _, rest = path.partition(".")
    return {to_camel_case(first): _ascending(rest) if rest else Direction.ASC}


def _key(rows: Rows, entity: Entity, type_: LinkedType, entry: Mapping[str, Any], above: str) -> SortKey:
    if len(entry) != 1 or None in entry.values():
        # A document can still bring this about with a variable that is absent or null.
        raise BadInput("An entry of orderBy names one field and a direction; for more fields, give more entries.")
    ((name, direction),) = entry.items()
    path = f"{above}{name}"
    field = type_.fields[name]
    if isinstance(field, Leaf):
        found = field.expression(entity, {})
        scalar = scalar_as_stored(field.scalar, found)
        expression: Any = sa.type_coerce(found, scalar.sql)
        if isinstance(scalar.sql, sa.Text):
            expression = expression.collate("C")
        nullable = not (field.certain or is_present(found))
        return SortKey(path, expression, scalar, direction is Direction.DESC, nullable)
    if isinstance(field, Embedded):
        return _key(rows, entity.part(field.prefix), rows.types[field.target], direction, f"{path}.")
    assert isinstance(field, ToOne)
    below = rows.below(entity, field, {})
    key = _key(rows, below.entity, below.type, direction, f"{path}.")
    through = sa.select(key.expression).select_from(below.source).where(below.where()).limit(ONE).scalar_subquery()
    return SortKey(key.path, through, key.scalar, key.descending, nullable=True)


def beyond(keys: Sequence[SortKey], values: Sequence[sa.ColumnElement[Any]], *, backward: bool) -> Any:
    """Return the condition of lying strictly after ``values`` in the ordering, or strictly before them."""
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


def fingerprint(type_: LinkedType, keys: Sequence[SortKey]) -> str:
    """Return a short name of an ordering, by which a cursor of another one is recognised."""
    text = "|".join([type_.name, *(f"{key.path} {'desc' if key.descending else 'asc'}" for key in keys)])
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
