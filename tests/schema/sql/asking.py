"""Asking the planner and reading what it answers, without the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.schema.oracle.world import World


def data(world: World, text: str, variables: Mapping[str, Any] | None = None, *, hydrate: bool = False) -> Any:
    """Return the data of an answer that must have no errors."""
    result = world.ask(text, variables, hydrate=hydrate)
    assert result.errors is None, result.errors
    return orjson.loads(orjson.dumps(result.data))


def refusal(world: World, text: str, variables: Mapping[str, Any] | None = None) -> tuple[str | None, str]:
    """Return code and message of the one error of a request that must have failed."""
    result = world.ask(text, variables)
    assert result.errors, result.data
    (error,) = result.errors
    assert error.original_error is None or not isinstance(error.original_error, AssertionError | KeyError | TypeError)
    return (error.extensions or {}).get("code"), error.message
