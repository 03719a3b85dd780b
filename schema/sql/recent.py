"""A mapping that keeps what was used last."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps at most ``size`` values, of at most ``weight`` together, and forgets the one that was used longest ago."""

    def __init__(self, size: int, weight: int | None = None) -> None:
        self._size, self._weight = size, weight
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weighed = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """Return what is kept for a key, or None."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def keep(self, key: K, value: V, weight: int = 0) -> V:
        """Keep a value for a key, and return it."""
        if key in self._values:
            self._weighed -= self._values.pop(key)[1]
        self._values[key] = value, weight
        self._weighed += weight
        while len(self._values) > self._size or (self._weight is not None and self._weighed > self._weight):
            self._weighed -= self._values.popitem(last=False)[1][1]
        return value

    def forget(self, key: K) -> None:
        """Keep nothing for a key any more."""
        if key in self._values:
            self._weighed -= self._values.pop(key)[1]

    def values(self) -> list[V]:
        """Return what is kept, the latest used last."""
        return [value for value, _ in self._values.values()]
