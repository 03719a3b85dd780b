"""How a leaf goes from SQL to JSON and from a client's argument to a bind parameter."""

from __future__ import annotations

import datetime
import decimal
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NewType, get_args, get_origin

import sqlalchemy as sa
import strawberry
from graphql import GraphQLError, ValueNode, get_named_type, value_from_ast_untyped
from sqlalchemy.dialects.postgresql import ARRAY
from strawberry.types.scalar import ScalarDefinition

from schema.sql.pieces import concat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Text = sa.Text(collation="C")

# A byte that cannot stand in JSON, where an expression declared non-null turned out null: see execution.complete.
NULL_MARK = "\x01"


def exact(value: Any) -> decimal.Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError('A Decimal is written as a string, such as "8600000000000" or "0.5".')
    try:
        number = decimal.Decimal(value)
    except decimal.InvalidOperation:
        number = decimal.Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 1000:
        raise ValueError(f"{value!r:.60} is not a decimal number.")
    return number


def _iso(parse: Callable[[str], Any], example: str) -> Callable[[Any], Any]:
    def parse_value(value: Any) -> Any:
        try:
            return parse(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{value!r:.60} is not in the form {example}.") from None

    return parse_value


def instant(value: str) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    # The driver sends UTC, and the first and last days of the calendar may have none.
    return found.astimezone(datetime.UTC)


def _scalar(name: str, description: str, parse: Callable[[Any], Any]) -> ScalarDefinition:
    # Only a GraphQLError is the client's fault to graphql-core and to the edge, and one of a literal knows its place.
    def parse_value(value: Any, node: ValueNode | None = None) -> Any:
        try:
            return parse(value)
        except (TypeError, ValueError) as error:
            raise GraphQLError(str(error), node) from None

    def parse_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> Any:
        return parse_value(value_from_ast_untyped(node, dict(variables or {})), node)

    # Values arrive as JSON text that PostgreSQL wrote, so there is nothing left to serialise.
    return strawberry.scalar(
        name=name,
        description=description,
        serialize=lambda value: value,
        parse_value=parse_value,
        parse_literal=parse_literal,
    )


JSON = NewType("JSON", object)

SCALARS: Mapping[object, ScalarDefinition] = {
    decimal.Decimal: _scalar(
        "Decimal", "십진수 | Exact decimal number as a string; arguments may be strings or integers", exact
    ),
    datetime.date: _scalar(
        "Date", "날짜 | Calendar day in the form 2026-06-18", _iso(datetime.date.fromisoformat, "2026-06-18")
    ),
    datetime.datetime: _scalar(
        "DateTime",
        "시각 | Instant in the form 2026-06-18T14:00:00+09:00, answered in Korean time",
        _iso(instant, "2026-06-18T14:00:00+09:00"),
    ),
    JSON: _scalar("JSON", "임의의 JSON 값 | Any JSON value", lambda value: value),
}


@dataclass(frozen=True)
class Scalar:
    """What the planner knows of one leaf type.

    ``sql`` is the type of its bind parameters, ``json`` turns a non-null SQL expression into JSON text, ``filter``
    names its filter input, and ``names`` are those of an enum, in the order in which they sort.
    """

    sql: sa.types.TypeEngine[Any]
    json: Callable[[Any], sa.ColumnElement[str]]
    filter: str
    names: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        """Return whether a value is a list, which has no place in an ordering."""
        return isinstance(self.sql, ARRAY)


def _quoted(value: Any) -> sa.ColumnElement[str]:
    return concat(['"', sa.cast(value, sa.Text), '"'])


def _text(value: Any) -> sa.ColumnElement[str]:
    return sa.func.json_text(sa.type_coerce(value, Text), type_=sa.Text)


def _to_json(value: Any) -> sa.ColumnElement[str]:
    return sa.cast(sa.func.to_json(value), sa.Text)


def _plain(value: Any) -> sa.ColumnElement[str]:
    return sa.cast(value, sa.Text)


def _number(value: Any) -> sa.ColumnElement[str]:
    exact = value if isinstance(value.type, sa.Integer) else sa.func.trim_scale(sa.cast(value, sa.Numeric))
    return _quoted(exact)


TEXT = Scalar(Text, _text, "TextFilter")
WHOLE = Scalar(sa.BigInteger(), _plain, "IntFilter")
SCALAR_BY_PYTHON_TYPE: Mapping[Any, Scalar] = {
    str: TEXT,
    strawberry.ID: Scalar(Text, _text, "IDFilter"),
    int: WHOLE,
    bool: Scalar(sa.Boolean(), _plain, "BooleanFilter"),
    decimal.Decimal: Scalar(sa.Numeric(), _number, "DecimalFilter"),
    datetime.date: Scalar(sa.Date(), _quoted, "DateFilter"),
    datetime.datetime: Scalar(sa.TIMESTAMP(timezone=True), _to_json, "DateTimeFilter"),
    list[str]: Scalar(ARRAY(Text), _to_json, "TextListFilter"),
}


def scalar_of(python_type: Any) -> Scalar | None:
    """Return what is known of a leaf type, or None where the type is not a leaf."""
    if isinstance(python_type, type) and issubclass(python_type, Enum):
        # An enum is stored by member name, which needs no escaping.
        return Scalar(Text, _quoted, f"{python_type.__name__}Filter", tuple(python_type.__members__))
    if get_origin(python_type) is list and issubclass(get_args(python_type)[0], Enum):
        return SCALAR_BY_PYTHON_TYPE[list[str]]
    return SCALAR_BY_PYTHON_TYPE.get(python_type)


def scalar_as_stored(scalar: Scalar, expression: Any) -> Scalar:
    """Return the scalar to compare an expression by: whole numbers as such, for an index on them serves no decimals."""
    whole = isinstance(scalar.sql, sa.Numeric) and isinstance(expression.type, sa.Integer)
    return WHOLE if whole else scalar


_INPUT_SCALARS: Mapping[str, Scalar] = {
    "ID": TEXT,
    "String": TEXT,
    "Int": WHOLE,
    "Boolean": SCALAR_BY_PYTHON_TYPE[bool],
    "Decimal": SCALAR_BY_PYTHON_TYPE[decimal.Decimal],
    "Date": SCALAR_BY_PYTHON_TYPE[datetime.date],
    "DateTime": SCALAR_BY_PYTHON_TYPE[datetime.datetime],
}


def scalar_of_input(type_: Any) -> Scalar:
    """Return what is known of the scalar that an argument takes."""
    return _INPUT_SCALARS[get_named_type(type_).name]
