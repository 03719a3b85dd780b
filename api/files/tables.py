"""The flattening rule: what of a nested answer stands in which table. docs/files.md says it for those who read files.

A list is a table. An object that is not in a list is columns of the row around it, with dots between the names. The
rows of a list below a row begin with the columns of that row, so each table can be read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schema.selected import Selected

ANSWER = "answer"
"""The table of what stands at the root beside the lists: totals, and what has no rows."""
NODES = "nodes"
BETWEEN = " · "
Path = tuple[str, ...]
Row = list[Any]


@dataclass(frozen=True)
class Column:
    """A column: its name, which is the path from the row of the root list, and what it is called in Korean."""

    name: str
    label: str
    type: str
    is_list: bool = False
    unit: str | None = None

    @property
    def head(self) -> str:
        """The head for people."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass
class Table:
    """A table, and how its rows are read: where their values stand, and the lists below a row."""

    name: str
    columns: list[Column]
    paths: list[Path] = field(default_factory=list)
    lists: list[tuple[Path, Table]] = field(default_factory=list)

    def rows(self, value: Any, before: Sequence[Any] = ()) -> Iterator[tuple[Table, Row]]:
        """Yield the row of one value, and then those of the lists below it, each with its table."""
        row = [*before, *(_at(value, path) for path in self.paths)]
        yield self, row
        yield from self.below(value, row)

    def below(self, value: Any, row: Sequence[Any] = ()) -> Iterator[tuple[Table, Row]]:
        """Yield the rows of the lists below a value."""
        for path, table in self.lists:
            for item in _at(value, path) or ():
                yield from table.rows(item, row)

    def all(self) -> Iterator[Table]:
        """Yield this table and those below it."""
        yield self
        for _, table in self.lists:
            yield from table.all()


def _at(value: Any, path: Path) -> Any:
    for key in path:
        if value is None:
            return None
        value = value.get(key)
    return value


class Tables:
    """The tables of an operation, of which there is one at least."""

    def __init__(self, roots: Mapping[str, Selected]) -> None:
        self.answer = Table(ANSWER, [])
        self.count = 0
        self._objects: dict[str, Table] = {}
        found: list[Table] = []
        for key, root in roots.items():
            if root.is_leaf or root.is_connection:
                _fill_beside(self.answer, key, root)
            else:
                table = self._objects[key] = Table(key, [])
                _fill(table, key, root.below)
        for table in (*self._objects.values(), *(table for _, table in self.answer.lists)):
            found += table.all()
        self.lists = tuple(found)
        self.all = (*found, self.answer) if self.answer.columns or not found else tuple(found)

    def named(self, name: str) -> Table | None:
        """Return the table of that name."""
        return next((table for table in self.all if table.name == name), None)

    def rows(self, key: str, value: Any) -> Iterator[tuple[Table, Row]]:
        """Yield the rows of a root field's value, or of a part of it, but that of the table beside the lists."""
        for found in self._rows(key, value):
            self.count += 1
            yield found

    def tally(self, key: str, value: Any) -> None:
        """Count the rows of a piece that is not written as rows."""
        self.count += sum(1 for _ in self._rows(key, value))

    def _rows(self, key: str, value: Any) -> Iterator[tuple[Table, Row]]:
        if key in self._objects:
            for item in value if isinstance(value, list) else [] if value is None else [value]:
                yield from self._objects[key].rows(item)
        else:
            yield from self.answer.below({key: value})

    def beside(self, answer: Mapping[str, Any]) -> Row:
        """Return the row of what stands beside the lists."""
        return [_at(answer, path) for path in self.answer.paths]


def _fill(table: Table, root: str, selected: Mapping[str, Selected], names: Path = (), called: Path = ()) -> None:
    """Add the columns of a row to a table of the list ``root``, and the tables of the lists below the row.

    ``names`` leads to the row from that of the root list, and ``called`` is what the steps are called.
    """
    for where, column in _leaves(selected, (), called, names):
        table.paths.append(where)
        table.columns.append(column)
    for where, named, labels, each in _lists(selected, (), called, names):
        inner = Table(f"{root}.{'.'.join(named)}", list(table.columns))
        _fill(inner, root, each.below, named, labels)
        table.lists.append((where, inner))


def _fill_beside(table: Table, key: str, root: Selected) -> None:
    """Add what a root field has beside its rows, and the tables of its lists, which begin with columns of their own."""
    for where, column in _leaves({key: root}, (), (), ()):
        table.paths.append(where)
        table.columns.append(column)
    for where, named, _, each in _lists({key: root}, (), (), ()):
        name = ".".join(named)
        inner = Table(name, [])
        _fill(inner, name, each.below)
        table.lists.append((where, inner))


def _leaves(
    selected: Mapping[str, Selected], path: Path, labels: tuple[str, ...], names: Path
) -> Iterator[tuple[Path, Column]]:
    for key, each in selected.items():
        if each.is_leaf:
            label = BETWEEN.join((*labels, each.label))
            yield (*path, key), Column(".".join((*names, key)), label, each.type.name, each.is_list, each.unit)
        elif not each.is_list and each.type.name != "PageInfo":
            yield from _leaves(each.below, (*path, key), (*labels, each.label), (*names, key))


def _lists(
    selected: Mapping[str, Selected], path: Path, labels: tuple[str, ...], names: Path, *, of_page: bool = False
) -> Iterator[tuple[Path, Path, tuple[str, ...], Selected]]:
    """Yield every list below an object: where it is, its name, what it is called, and what is selected of its rows."""
    for key, each in selected.items():
        if each.is_leaf:
            continue
        # ``nodes`` adds nothing to the name of its list.
        is_plain = of_page and key == NODES
        named = names if is_plain else (*names, key)
        called = labels if is_plain else (*labels, each.label)
        if each.is_list:
            yield (*path, key), named, called, each
        else:
            yield from _lists(each.below, (*path, key), called, named, of_page=each.is_connection)
