"""Where a dataset comes from: the document that its file is, and the organizations behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.importing.difference import document_id
from db.importing.mapping import MappingError
from db.importing.names import Directory, Unnamed
from db.models import Document, Organization
from db.models.base import Grade
from db.models.sources import DocumentKind, Standing

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.importing.mapping import Mapping


async def organization(connection: AsyncConnection, name: str | None, place: str) -> str | None:
    """Return the identifier of an organization that a mapping names at ``place``."""
    if name is None:
        return None
    try:
        return (await Directory.load(connection, Organization, {})).find(name)
    except Unnamed as error:
        raise MappingError(f"{place}: {name!r}: {error}.") from None


async def document(connection: AsyncConnection, mapping: Mapping, owner: str | None) -> Document:
    """Return the document of a dataset, to which its name leads from every fact that it brings."""
    said = mapping.document
    return Document(
        id=document_id(mapping.dataset),
        grade=Grade[mapping.grade],
        owner_id=owner,
        title=said.title,
        kind=DocumentKind[said.kind],
        standing=Standing[said.standing],
        publisher_id=await organization(connection, said.publisher, "document.publisher"),
        published_on=said.published_on,
        locator=said.locator,
        note=said.note,
    )
