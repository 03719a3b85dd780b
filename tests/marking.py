"""Marking values of a parameter: one case stays where people wait, the others run where nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable


def slow_but(values: Iterable[Any], *kept: Any) -> list[Any]:
    """Return the values for ``parametrize``, of which those that are not kept are marked as slow."""
    return [value if value in kept else pytest.param(value, marks=pytest.mark.slow) for value in values]
