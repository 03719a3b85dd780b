"""Counting how often something is called, for tests of what a document costs: a clock would tell of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def counted(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> list[None]:
    """Return a list that grows with each call of a function or method, which goes on as before."""
    calls: list[None] = []
    original: Callable[..., Any] = getattr(where, name)

    def counting(*arguments: Any, **named: Any) -> Any:
        calls.append(None)
        return original(*arguments, **named)

    monkeypatch.setattr(where, name, counting)
    return calls
