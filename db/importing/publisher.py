"""On whose behalf a file is imported: whom the person at the terminal names, or whose key it came with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from db.importing.mapping import Exact, MappingError
from db.importing.origin import organization
from db.models import Organization

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.importing.mapping import Mapping


async def publisher(
    connection: AsyncConnection, named: str | None, mapping: Mapping | Exact, only_for: str | None = None
) -> str | None:
    """Return the identifier of the organization on whose behalf a dataset is published, named by any name or its own.

    Where the mapping says who owns the dataset, nobody else publishes it; and who publishes ``only_for`` an
    organization does so in its name.
    """
    found = await named_organization(connection, named, "publisher") if named is not None else only_for
    if only_for is not None and found != only_for:
        raise MappingError(f"publisher: {named!r} is {found}, and this import is allowed for {only_for} alone.")
    if found is None or isinstance(mapping, Exact) or mapping.owner is None:
        return found
    owner = await organization(connection, mapping.owner, "owner")
    if owner != found:
        raise MappingError(
            f"publisher: {named or only_for!r} is {found}, and the dataset {mapping.dataset} belongs to {owner} "
            f"({mapping.owner}): publish it on behalf of its owner, or correct owner in the mapping."
        )
    return found


async def named_organization(connection: AsyncConnection, name: str, place: str) -> str:
    """Return the identifier of an organization that ``place`` names by any name or by its identifier."""
    is_identifier = sa.select(sa.exists().where(Organization.id == name))
    return name if await connection.scalar(is_identifier) else str(await organization(connection, name, place))
