"""The entries of the dataset's files: one per fact, children made entries of their own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.dataset.place import DatasetError, Place
from db.dataset.sources import Source, read_sources
from db.models import Claim
from db.models.base import Base, Fact
from db.models.identity import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HASHES = "passages.toml"


@dataclass(frozen=True)
class Entry:
    """A fact as the dataset states it."""

    model: type[Fact]
    id: str
    place: Place
    values: dict[str, Any]
    sources: list[Source]


@dataclass(frozen=True)
class Statement:
    """A claim that stands by itself, about a fact that another entry states."""

    subject_id: str
    place: Place
    source: Source


@dataclass(frozen=True)
class Contents:
    """What the files of a dataset hold."""

    entries: list[Entry] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def sources(self) -> Iterator[Source]:
        """Yield every source that an entry or statement gives."""
        for entry in self.entries:
            yield from entry.sources
        for statement in self.statements:
            yield statement.source


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds, its numbers exact."""
    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DatasetError(f"{path.name}: {error}") from None


def read_contents(folder: Path) -> Contents:
    """Return the entries of every file of a folder, in the order of file names."""
    contents = Contents()
    for path in sorted(folder.glob("*.toml")):
        if path.name != HASHES:
            read_file(path, contents)
    return contents


def read_file(path: Path, contents: Contents) -> None:
    """Add the entries of one file."""
    tables = read_toml(path)
    default = read_sources(tables.pop("defaults", {}), Place(path.name, "defaults", "defaults"), alone=True)
    for table, rows in tables.items():
        if table not in Base.metadata.tables:
            raise DatasetError(f"{path.name}: [[{table}]]: unknown table")
        if not is_tables(rows):
            raise DatasetError(f"{path.name}: [[{table}]]: must be an array of tables")
        for position, row in enumerate(rows, 1):
            place = Place(path.name, table, str(row.get("id", f"entry {position}")))
            if table == Claim.__tablename__:
                contents.statements.append(read_statement(row, place))
            else:
                contents.entries.extend(entries(entry_model(row, place), row, place, default))


def is_tables(rows: Any) -> bool:
    """Return whether a TOML value is an array of tables."""
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def read_statement(row: dict[str, Any], place: Place) -> Statement:
    """Return the claim that a top-level entry makes about the subject it names."""
    if not isinstance(row.get("subject_id"), str):
        raise place.error("subject_id", "a claim must name what it speaks of")
    spec = {key: value for key, value in row.items() if key != "subject_id"}
    return Statement(row["subject_id"], place, Source.read(spec, place))


def entry_model(row: dict[str, Any], place: Place) -> type[Fact]:
    """Return the model that a top-level entry's identifier chooses within its table."""
    identifier = row.get("id")
    if not isinstance(identifier, str) or not identifier.partition(":")[2] or not identifier.isascii():
        raise place.error("id", "must be a global identifier in ASCII: kind, colon, key")
    model = model_of(identifier)
    if model is None or model.__tablename__ != place.table or sa.inspect(model).polymorphic_abstract:
        raise place.error("id", f"its kind does not belong to the table {place.table}")
    return model


def entries(model: type[Fact], row: dict[str, Any], place: Place, inherited: list[Source]) -> Iterator[Entry]:
    """Yield the entry of a row, then those of its children."""
    relations = {key: relation for key, relation in sa.inspect(model).relationships.items() if relation.uselist}
    identifier, sources = row["id"], read_sources(row, place) or inherited
    own = {key: value for key, value in row.items() if key not in relations and key not in ("source", "sources")}
    yield Entry(model, identifier, place, own, sources)
    handed_down = list(dict.fromkeys(source.inherited() for source in sources))
    for key, relation in relations.items():
        child, foreign_key = relation.mapper.class_, str(relation.local_remote_pairs[0][1].key)
        if not is_tables(row.get(key, [])):
            raise place.error(key, "must be an array of tables")
        for position, child_row in enumerate(row.get(key, []), 1):
            suffix = child_row.get("key", position)
            filled = {"id": f"{child.id_prefix}:{identifier.partition(':')[2]}-{suffix}", foreign_key: identifier}
            filled |= {name: value for name, value in child_row.items() if name != "key"}
            child_place = Place(place.file, f"{place.table}.{key}", filled["id"])
            yield from entries(child, filled, child_place, handed_down)
