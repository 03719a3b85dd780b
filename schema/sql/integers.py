"""Comparing a whole number with a client's decimal, in whole numbers.

PostgreSQL would turn every stored number into a decimal to compare the two, and no index on the column would serve.
So the decimal becomes the nearest whole number that says the same, or null where nothing can fit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

LEAST, GREATEST = -(2**63), 2**63 - 1


def _at_most(value: int) -> int | None:
    return None if value < LEAST else min(value, GREATEST)


def _at_least(value: int) -> int | None:
    return None if value > GREATEST else max(value, LEAST)


def _equal(value: Decimal) -> int | None:
    whole = math.floor(value)
    return whole if whole == value and LEAST <= whole <= GREATEST else None


# Each operator as one on whole numbers, and what it compares with. ``ne`` is not here: absent values are different too.
IN_WHOLE_NUMBERS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "eq": ("eq", _equal),
    "in": ("in", lambda values: [whole for whole in map(_equal, values) if whole is not None]),
    "lt": ("lte", lambda value: _at_most(math.ceil(value) - 1)),
    "lte": ("lte", lambda value: _at_most(math.floor(value))),
    "gt": ("gte", lambda value: _at_least(math.floor(value) + 1)),
    "gte": ("gte", lambda value: _at_least(math.ceil(value))),
}
