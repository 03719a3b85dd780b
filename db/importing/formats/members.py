"""JSON as cells: numbers with all their digits, and the members of nested objects as columns."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from db.importing.tables import FileError, cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Published records nest two or three deep.
DEEPEST = 50


def parse(text: str, file: Path, place: str | None = None) -> Any:
    """Return what a JSON text holds; whole numbers are int, others Decimal."""
    where = f"{file.name}: {place}" if place else file.name
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=refuse_constant, object_pairs_hook=unique_members)
    except RecursionError:
        raise FileError(f"{where}: nests too deep: hand in plain records") from None
    except (ValueError, ArithmeticError) as error:
        raise FileError(f"{where}: is no sound JSON ({error}): correct it, or hand it in again if cut off") from None


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is no number")


def unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, unless it has two members of the same name."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"an object has the member {next(name for name in names if names.count(name) > 1)!r} twice")
    return members


def flat(members: Iterable[tuple[str, Any]], prefix: str, file: Path, place: str) -> dict[str, Any]:
    """Return the values of an object by the names of their columns; lists stay lists."""
    cells: dict[str, Any] = {}
    for name, value in leaves(members, prefix, file, place):
        if name in cells:
            raise FileError(f"{file.name}: {place}: two members make the column {name!r}: rename one")
        cells[name] = cell(value, file, f"{place}: {name}")
    return cells


def leaves(
    members: Iterable[tuple[str, Any]], prefix: str, file: Path, place: str, depth: int = 1
) -> Iterator[tuple[str, Any]]:
    """Yield the values of an object and of the objects in it, each with its path."""
    if depth > DEEPEST:
        raise FileError(f"{file.name}: {place}: objects nest deeper than {DEEPEST}: hand in plain records")
    for name, value in members:
        if isinstance(value, dict):
            yield from leaves(value.items(), f"{prefix}{name}.", file, place, depth + 1)
        else:
            yield f"{prefix}{name}", value
