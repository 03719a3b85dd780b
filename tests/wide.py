"""Limits for tests that ask for more than clients may: explicit, so that the defaults need not be loosened for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from schema import contract
from schema.limits import DESCRIPTIONS, Limits

if TYPE_CHECKING:
    from schema.sql import Executor

MANY = 10**9
WIDE = Limits(**{name: MANY for name in DESCRIPTIONS if "seconds" not in name})
"""Limits that no test reaches; what takes time still may take no more than anyone's."""


@cache
def executor() -> Executor:
    """Return the executor of the contract that has these limits."""
    return contract().executor.within(WIDE)
