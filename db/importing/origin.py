"""Where a dataset comes from: the document that its file is, and the organizations behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from db.importing.difference import document_id
from db.importing.facts import model_named
from db.importing.mapping import Exact, MappingError
from db.importing.names import Directory, Unnamed, named_in
from db.models import Document, Organization
from db.models.base import Grade
from db.models.sources import DocumentKind, Standing

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.importing.mapping import Mapping
    from db.models import Fact


async def organization(connection: AsyncConnection, name: str | None, place: str) -> str | None:
    """Return the identifier of an organization that a mapping names at ``place``."""
    if name is None:
        return None
    try:
        return (await Directory.load(connection, Organization, {})).find(name)
    except Unnamed as error:
        raise MappingError(f"{place}: {name!r}: {error}.") from None


def concerns(mapping: Mapping | Exact, identifier: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition of facts on which it depends what an import by the mapping does.

    They are the dataset's own, and those by whose names it finds others; all of them where it claims something, for
    any may be spoken of, or decide who is competent.
    """
    rest = sa.func.split_part(identifier, ":", 2)
    own = sa.or_(rest == mapping.dataset, sa.func.starts_with(rest, f"{mapping.dataset}/"))
    if isinstance(mapping, Exact):
        return own
    if mapping.claims:
        return sa.true()
    found = {value.find for _, _, value in mapping.all_values() if value.find}
    models: list[type[Fact]] = [Organization, *map(model_named, found)]
    prefixes = {prefix for model in models for prefix in named_in(model)}
    return sa.or_(own, sa.func.split_part(identifier, ":", 1).in_(sorted(prefixes)))


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
