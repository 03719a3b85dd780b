"""Which fact a text names: any of its names or codes, however spaced, dotted and composed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.importing.mapping import MappingError
from db.models.identity import models_by_name, models_by_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.models import Fact

_IGNORED = re.compile(r"[\s·ㆍ‧∙・･•⋅․]+")
_NAMING = ("name", "name_en", "short_name", "code", "form", "title", "aliases")


class Unnamed(ValueError):
    """A text that names nothing, or more than one thing."""


def normal(text: str) -> str:
    """Return what two spellings of one name have in common: no case, width, space or middle dot tells them apart."""
    # Before NFKC, which makes a vowel of the middle dot that Korean keyboards type, and a full stop of another.
    return unicodedata.normalize("NFKC", _IGNORED.sub("", text)).casefold()


class Directory:
    """The names of the facts of one type."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._found: dict[str, dict[str, bool]] = defaultdict(dict)
        self._certain: dict[str, str] = {}

    @classmethod
    async def load(cls, connection: AsyncConnection, model: type[Fact], within: Mapping[str, str]) -> Directory:
        """Read the names, as they are now, of the facts some columns of which have given values."""
        directory = cls(model.__name__)
        table = sa.inspect(model).local_table
        if unknown := within.keys() - set(table.c.keys()):
            raise MappingError(f"within: a {model.__name__} has no {min(unknown)!r}.")
        ids = sa.select(model.id).where(*(table.c[name] == value for name, value in within.items()))
        for name in _NAMING:
            if name in table.c:
                await directory._add(connection, model.id, table.c[name], table, ids)
        for of, named in _named_apart(table):
            await directory._add(connection, of.c[named], of.c["name"], of, ids)
        return directory

    async def _add(self, connection: AsyncConnection, key: Any, name: Any, table: Any, ids: Any) -> None:
        ended = table.c["valid_to"].is_not(None) if "valid_to" in table.c else sa.false()
        for identifier, names, is_past in await connection.execute(
            sa.select(key, name, ended).where(key.in_(ids), name.is_not(None))
        ):
            for one in names if isinstance(names, list) else [names]:
                found = self._found[normal(one)]
                found[identifier] = found.get(identifier, True) and is_past

    def find(self, text: str) -> str:
        """Return the identifier of the one fact that a text names; one that still bears the name comes first."""
        if text not in self._certain:
            self._certain[text] = self._one(text)
        return self._certain[text]

    def _one(self, text: str) -> str:
        found = self._found.get(normal(text), {})
        named = [identifier for identifier, is_past in found.items() if not is_past] or list(found)
        if len(named) == 1:
            return named[0]
        if not named:
            raise Unnamed(f"no {self._kind} is known by this name: add the name, or correct it")
        raise Unnamed(
            f"{len(named)} of the type {self._kind} bear this name ({', '.join(sorted(named))}): write one in full"
        )


def named_in(model: type[Fact]) -> set[str]:
    """Return the prefixes of the facts by which a fact of a type is found."""
    table = sa.inspect(model).local_table
    tables = {table, *(of for of, _ in _named_apart(table))}
    return {prefix for prefix, other in models_by_prefix().items() if sa.inspect(other).local_table in tables}


def _named_apart(table: Any) -> Iterator[tuple[Any, str]]:
    """Yield the tables that hold names of another table's facts, each with the column that says whose."""
    for other in {model.__tablename__: model for model in models_by_name().values()}.values():
        named = getattr(other, "names_owner", None)
        of = sa.inspect(other).local_table
        if isinstance(named, str) and any(foreign.column.table is table for foreign in of.c[named].foreign_keys):
            yield of, named
