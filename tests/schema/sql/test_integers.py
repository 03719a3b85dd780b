"""A whole number compared with a decimal: as in arithmetic, to the edges of what a column holds."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.sql.integers import GREATEST, IN_WHOLE_NUMBERS, LEAST

STORED = st.integers(LEAST, GREATEST) | st.sampled_from([LEAST, -1, 0, 1, GREATEST]) | st.integers(-3, 3)
GIVEN = st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.sampled_from(
    [Decimal(LEAST), Decimal(LEAST) - 1, Decimal(GREATEST), Decimal(GREATEST) + 1, Decimal("0.5"), Decimal("1E+100")]
)
MEANING: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


@pytest.mark.parametrize("name", MEANING)
@given(stored=STORED, value=GIVEN)
def test_each_operator(name: str, stored: int, value: Decimal) -> None:
    whole_name, whole = IN_WHOLE_NUMBERS[name]
    compared = whole(value)
    assert compared is None or LEAST <= compared <= GREATEST
    # To SQL nothing compares with null.
    assert (compared is not None and MEANING[whole_name](stored, compared)) is MEANING[name](Decimal(stored), value)


@given(stored=STORED, values=st.lists(GIVEN))
def test_one_of_several(stored: int, values: list[Decimal]) -> None:
    name, whole = IN_WHOLE_NUMBERS["in"]
    assert name == "in"
    assert (stored in whole(values)) is (Decimal(stored) in values)
