"""The order, folding and matching of texts in SQL, by functions of the database that indexes share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.models import KEYS_IN_PATTERN
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


def contains_typed(text: Any, typed: Any, *, at_start: bool = False) -> sa.ColumnElement[bool]:
    """Return whether a text contains, or begins with, what is typed, as search matches texts."""
    where = sa.true() if at_start else sa.false()
    pattern = _once(sa.func.search_pattern(typed, where, type_=Text))
    matches = sa.func.search_letters(text, type_=Text).op("~")(pattern)
    # A pattern ends somewhere; how the text goes on is then compared key by key.
    keys = _once(sa.func.search_keys(typed, type_=Text))
    by_keys = keys.op("~")(constant("[ㅏ-ㅣ]"))
    alike = sa.case((by_keys, sa.func.search_keys(text)), else_=sa.func.search_initials(text))
    place, first = sa.func.strpos(alike, keys), sa.literal_column("1", sa.Integer)
    is_whole = sa.func.length(keys) <= sa.literal_column(str(KEYS_IN_PATTERN), sa.Integer)
    return sa.and_(matches, sa.or_(is_whole, place == first if at_start else place >= first))


def _once(value: Any) -> Any:
    """Have PostgreSQL reckon a value once for a statement, also in a plan that it keeps for any parameters."""
    return sa.select(value).scalar_subquery()


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
