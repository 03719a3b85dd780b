"""Whether clients may ask for the contract itself; where not, errors do not suggest the names in it either."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.errors import Code, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ASKS = frozenset({"__schema", "__type"})
OFF = "Introspection is switched off on this server: ask its operator for the schema."
_SUGGESTION = re.compile(r" Did you mean .*\?", re.DOTALL)


def check(root_fields: Collection[str]) -> None:
    """Raise Refused for an operation that asks for the contract."""
    if not ASKS.isdisjoint(root_fields):
        raise Refused(403, Code.INTROSPECTION_OFF, OFF)


def without_suggestion(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an error that names nothing which its request did not name."""
    return {**error, "message": _SUGGESTION.sub("", error["message"])}
