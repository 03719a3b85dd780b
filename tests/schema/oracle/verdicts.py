"""Truth where an amount may be of mixed kinds: a condition holds, does not hold, or cannot be said (None)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Verdict: TypeAlias = "bool | None"


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Return whether all hold; every one is looked at, as a database may."""
    found = list(verdicts)
    return False if False in found else None if None in found else True


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    found = list(verdicts)
    return True if True in found else None if None in found else False


def opposite(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict
