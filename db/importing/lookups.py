"""Where a mapping looks facts up: by their names, or by the values of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.importing.expressions import directory_key
from db.importing.facts import model_named
from db.importing.mapping import placed
from db.importing.matches import Matches
from db.importing.names import Directory

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.importing.mapping import Mapping


async def lookups(connection: AsyncConnection, mapping: Mapping) -> dict[Any, Directory | Matches]:
    """Read everything by which a mapping finds facts."""
    found: dict[Any, Directory | Matches] = {}
    for name, column, value in mapping.all_values():
        key = directory_key(value)
        if value.find is not None and key not in found:
            with placed(f"{name}: {column}"):
                model = model_named(value.find)
                found[key] = await (
                    Matches.load(connection, model, list(value.match), value.within)
                    if value.match
                    else Directory.load(connection, model, value.within)
                )
    return found
