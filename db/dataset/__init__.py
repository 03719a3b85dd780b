"""The built-in dataset: facts in TOML files, each with the place in a document that says so.

``[[statutes]]`` is named by its table; keys are the attributes of the model; a relation to many holds the children;
``source`` becomes claims and passages. Every departure from this is an error that names file, table, entry and key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db import models
from db.dataset.checks import check
from db.dataset.entries import HASHES, Contents, Entry, read_contents, read_toml
from db.dataset.place import DatasetError
from db.dataset.provenance import Provenance
from db.dataset.values import attributes
from db.models.base import Grade
from db.models.identity import model_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DATASET", "DatasetError", "load_dataset"]

DATASET = Path(__file__).parent


def load_dataset(folder: Path = DATASET) -> list[models.Fact]:
    """Return every fact of a folder's files with its passages and claims; no release has written them yet."""
    contents = read_contents(folder)
    check(contents)
    owners = document_owners(contents)
    facts = [fact(entry, owners) for entry in contents.entries]
    hashes = read_toml(folder / HASHES) if (folder / HASHES).is_file() else {}
    provenance = Provenance(hashes, owners)
    for entry, stated in zip(contents.entries, facts, strict=True):
        for source in entry.sources:
            provenance.add_claim(stated.id, stated.grade, source, entry.place)
    grades = {stated.id: stated.grade for stated in facts}
    for statement in contents.statements:
        provenance.add_claim(statement.subject_id, grades[statement.subject_id], statement.source, statement.place)
    return [*facts, *provenance.passages.values(), *provenance.claims.values()]


def document_owners(contents: Contents) -> dict[str, str | None]:
    """Return who answers for what each document says: its publisher, if that is a ministry."""
    owners: dict[str, str | None] = {}
    for entry in contents.entries:
        if entry.model is models.Document:
            publisher = str(entry.values.get("publisher_id"))
            owners[entry.id] = publisher if model_of(publisher) is models.Ministry else None
    return owners


def fact(entry: Entry, owners: Mapping[str, str | None]) -> models.Fact:
    """Return the row that an entry states: open, and owned by its first source's ministry, unless it says otherwise."""
    defaults = {"grade": Grade.OPEN.name}
    owner = owners.get(entry.sources[0].spot.document_id) if entry.sources else None
    if owner is not None:
        defaults["owner_id"] = owner
    return entry.model(**attributes(entry.model, defaults | entry.values, entry.place))
