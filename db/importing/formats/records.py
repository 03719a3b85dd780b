"""JSON: records in lists within lists, below objects whose values are theirs too."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db.importing.encodings import open_text
from db.importing.formats.members import flat, parse
from db.importing.tables import FileError, Table, check_columns, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.importing.layout import Layout

# The file is held in memory whole, in up to eight times its size.
LARGEST_JSON = 30_000_000
ROOT = "$"


@contextmanager
def open_json(file: Path, layout: Layout) -> Iterator[Table]:
    """Open a JSON file; its rows are the records at the layout's path, numbered in their order."""
    with open_text(file, layout.encoding, longest_line=None) as text:
        content = text.read(LARGEST_JSON + 1)
    if len(content) > LARGEST_JSON:
        raise FileError(f"{file.name}: is longer than {LARGEST_JSON:,} characters: hand it in as NDJSON or CSV")
    records = Records(file, layout.rows, parse(content, file))
    columns = tuple(dict.fromkeys(column for record in records.all() for column in record))
    if not records.lists:
        raise FileError(f"{file.name}: no list stands at {layout.rows}: say in rows where the records stand")
    check_columns(columns, range(1, len(columns) + 1), file)
    yield Table(columns, numbered_rows(records, columns))


def numbered_rows(records: Records, columns: tuple[str, ...]) -> Iterator[tuple[int, list[Any]]]:
    """Yield the records as rows."""
    for number, record in enumerate(records.all(), 1):
        cells = [record.get(column) for column in columns]
        if not is_blank(cells):
            yield number, cells


@dataclass
class Records:
    """The records at a path, and the lists in which they were found."""

    file: Path
    path: str
    content: Any
    lists: int = field(default=0, init=False)

    def all(self) -> Iterator[dict[str, Any]]:
        """Yield every record with the values of the objects above it, named by the step that leads to them."""
        yield from self.below(self.content, self.path.split("."), ROOT, {}, ROOT)

    def below(
        self, value: Any, steps: list[str], name: str, above: dict[str, Any], place: str
    ) -> Iterator[dict[str, Any]]:
        """Yield the records below a value, which the steps that remain lead to."""
        if steps[0] == "[]":
            yield from self.elements(value, steps[1:], name, above, place)
            return
        if not isinstance(value, dict):
            raise FileError(f"{self.file.name}: {place}: must be an object, for {self.path} to lead through it")
        step = steps[0].removesuffix("[]")
        own = [(key, member) for key, member in value.items() if key != step]
        above = self.joined(above, flat(own, f"{name}.", self.file, place), place)
        below = value.get(step)
        if below is None:
            return
        if steps[0].endswith("[]"):
            yield from self.elements(below, steps[1:], step, above, f"{place}.{step}")
        else:
            yield from self.below(below, steps[1:], step, above, f"{place}.{step}")

    def elements(
        self, value: Any, steps: list[str], name: str, above: dict[str, Any], place: str
    ) -> Iterator[dict[str, Any]]:
        """Yield the elements of a list if no step remains, else the records below them."""
        if not isinstance(value, list):
            raise FileError(f"{self.file.name}: {place}: must be a list: say in rows where the records stand")
        self.lists += 1
        for position, element in enumerate(value, 1):
            here = f"{place}[{position}]"
            if steps:
                yield from self.below(element, steps, name, above, here)
            elif isinstance(element, dict):
                yield self.joined(above, flat(element.items(), "", self.file, here), here)
            else:
                raise FileError(f"{self.file.name}: {here}: must be an object with named members")

    def joined(self, above: dict[str, Any], own: dict[str, Any], place: str) -> dict[str, Any]:
        """Return the values of both, unless they share the name of a column."""
        if shared := above.keys() & own.keys():
            names = ", ".join(sorted(shared))
            raise FileError(f"{self.file.name}: {place}: an object above makes the same column {names}: rename one")
        return above | own
