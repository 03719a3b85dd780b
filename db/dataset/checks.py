"""What the dataset must keep across its files: one entry per identifier, and no identifier that none defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from db.dataset.values import stored_columns
from db.models.identity import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.dataset.entries import Contents, Entry
    from db.dataset.place import Place
    from db.dataset.sources import Source


def check(contents: Contents) -> None:
    """Raise the first error across the entries of a dataset."""
    tables: dict[str, str] = {}
    for entry in contents.entries:
        if entry.id in tables:
            raise entry.place.error("id", f"{entry.id!r} is defined twice")
        if model_of(entry.id) is not entry.model or not entry.id.isascii():
            raise entry.place.error("id", f"must be {entry.model.id_prefix}:, then a key in ASCII")
        tables[entry.id] = entry.model.__tablename__
    for entry in contents.entries:
        refuse_dangling(entry, tables)
        refuse_unknown_attributes(entry.id, entry.sources, entry.place)
    for statement in contents.statements:
        if statement.subject_id not in tables:
            raise statement.place.error("subject_id", f"no entry defines {statement.subject_id!r}")
        refuse_unknown_attributes(statement.subject_id, [statement.source], statement.place)


def refuse_dangling(entry: Entry, tables: dict[str, str]) -> None:
    """Raise an error where an entry refers to a row that no entry defines in the table it must stand in."""
    for key, column in stored_columns(entry.model).items():
        target = entry.values.get(key)
        for foreign_key in column.foreign_keys:
            table = foreign_key.column.table.name
            if target is not None and tables.get(target) != table:
                raise entry.place.error(key, f"no entry of {table} defines {target!r}")


def refuse_unknown_attributes(subject_id: str, sources: Iterable[Source], place: Place) -> None:
    """Raise an error where a claim speaks of an attribute that its subject does not have."""
    model = model_of(subject_id)
    assert model is not None
    for source in sources:
        attribute = source.claim["attribute"]
        if attribute is not None and attribute not in sa.inspect(model).attrs:
            raise place.error("source.attribute", f"a {model.__name__} has no attribute {attribute!r}")
