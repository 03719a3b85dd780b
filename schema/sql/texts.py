"""The order of values and the folding of texts in SQL: ``natural_key`` and ``folded`` are functions of the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from schema.sql.pieces import constant
from schema.sql.scalars import TEXT, WHOLE, Scalar, Text


def natural_key(text: Any) -> sa.ColumnElement[str]:
    """Return what orders a text: 가나다 order with numbers in their places; different texts have different keys."""
    return sa.func.natural_key(sa.type_coerce(text, Text), type_=Text).collate("C")


def text_of(key: Any) -> sa.ColumnElement[str]:
    """Return the text whose natural key this is: it stands behind the first U+0001."""
    beginning = sa.func.strpos(key, sa.literal_column("E'\\x01'", Text)) + sa.literal_column("1", sa.Integer)
    return sa.func.substr(key, beginning, type_=Text)


def folded(text: Any) -> sa.ColumnElement[str]:
    """Return a text in the form in which upper and lower case, full and half width are alike."""
    return sa.func.folded(sa.type_coerce(text, Text), type_=Text)


def in_order(scalar: Scalar, expression: Any) -> tuple[Scalar, sa.ColumnElement[Any]]:
    """Return what values of a scalar sort by, and of which kind that is."""
    if scalar.names:
        names = sa.cast(constant("{" + ",".join(scalar.names) + "}"), sa.ARRAY(sa.Text))
        return WHOLE, sa.func.array_position(names, sa.type_coerce(expression, sa.Text), type_=WHOLE.sql)
    if scalar is TEXT:
        return scalar, natural_key(expression)
    if isinstance(scalar.sql, sa.Text):
        return scalar, sa.type_coerce(expression, scalar.sql).collate("C")
    return scalar, sa.type_coerce(expression, scalar.sql)
