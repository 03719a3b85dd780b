"""The values of a mapping as functions of a row's cells."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.claims.values import canonical
from db.importing import cells as meaning
from db.importing.cells import Unusable
from db.importing.mapping import MappingError
from db.importing.names import Unnamed
from db.importing.plans import Always

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from db.importing.mapping import Condition, Value

    Cells = Sequence[Any]
    Get = Callable[[Cells], Any]

LONGEST_REMEMBERED, MOST_REMEMBERED = 40, 1_000
"""How long a text may be, and how many a column may have, of which the meaning is kept in memory."""
_BRACES = re.compile(r"\{([^{}]+)\}")


class Refused(ValueError):
    """A cell because of which a row cannot be taken."""

    def __init__(self, column: str, cell: Any, reason: str) -> None:
        super().__init__(reason)
        self.column, self.cell, self.reason = column, cell, reason


class Unmatched(Refused):
    """A text that names no fact, or several, where the mapping wants it listed."""


class Columns:
    """Turns names of columns into functions of cells, and notes which it has used."""

    def __init__(self, names: Sequence[str]) -> None:
        self._positions = {name: position for position, name in enumerate(names)}
        self.used: set[str] = set()

    def cell(self, name: str) -> Get:
        """Return what takes a column's cell from a row."""
        if name not in self._positions:
            raise MappingError(f"The file has no column {name!r}. It has: {', '.join(self._positions)}.")
        self.used.add(name)
        return itemgetter(self._positions[name])

    def text(self, name: str) -> Callable[[Cells], str | None]:
        """Return what takes the text of a column's cell from a row."""
        get = self.cell(name)
        return lambda row: _text(get(row), name)

    def template(self, template: str) -> Callable[[Cells], str | None]:
        """Return what fills a template from a row; None where a column of it is empty that may not be."""
        constants, names = _BRACES.split(template)[::2], _BRACES.findall(template)
        gets = [(self.text(name.rstrip("?")), name.endswith("?")) for name in names]
        if len(gets) == 1 and constants == ["", ""]:
            return self.text(names[0].rstrip("?")) if not gets[0][1] else lambda row: gets[0][0](row) or ""

        def fill(row: Cells) -> str | None:
            filled = [constants[0]]
            for (get, may_be_empty), constant in zip(gets, constants[1:], strict=True):
                found = get(row)
                if found is None and not may_be_empty:
                    return None
                filled += (found or "", constant)
            return "".join(filled)

        return fill

    def holds(self, conditions: Sequence[Condition]) -> Callable[[Cells], bool]:
        """Return what tells whether all conditions hold of a row."""
        tests = [self._test(condition) for condition in conditions]
        return (lambda row: all(test(row) for test in tests)) if tests else (lambda _: True)

    def _test(self, condition: Condition) -> Callable[[Cells], bool]:
        get = self.text(condition.column)
        return lambda row: condition.holds(get(row))


class Expressions(Columns):
    """Turns what a mapping says of values into functions of cells."""

    def __init__(
        self,
        columns: Sequence[str],
        directories: Mapping[Any, Any],
        identifier: Callable[[str, str], str],
        above: Mapping[str, str],
    ) -> None:
        super().__init__(columns)
        self._directories, self._identifier, self._above = directories, identifier, above
        self.own: Mapping[str, Get] = {}
        """The values of the fact itself, by the names under which its key may have them."""

    def text(self, name: str) -> Callable[[Cells], str | None]:
        """Return what takes the text of a column's cell from a row, or writes a value of the fact itself."""
        if name in self.own:
            get = self.own[name]
            return lambda row: canonical(get(row))
        return super().text(name)

    def value(self, alternatives: Sequence[Value], column: sa.Column[Any]) -> Get:
        """Return what gives a column's value: that of the first alternative that has one."""
        gets = [self._alternative(value, column) for value in alternatives]
        if len(gets) == 1:
            return gets[0]

        def first(row: Cells) -> Any:
            for get in gets:
                found = get(row)
                if found is not None:
                    return found
            return None

        return first

    def _alternative(self, value: Value, column: sa.Column[Any]) -> Get:
        get = self._read(value, column)
        if not value.when:
            return get
        holds = self.holds(value.when)
        return lambda row: get(row) if holds(row) else None

    def _read(self, value: Value, column: sa.Column[Any]) -> Get:
        if value.fact is not None:
            kind, key = value.fact, self.template(str(value.key))
            return lambda row: _referred(kind, key(row), self._identifier)
        if value.above is not None:
            kind = value.above
            return lambda _: self._above.get(kind)
        _refuse_idle(value, column)
        if value.match:
            return self._matching(value)
        take, shown = self._source(value)
        if value.find is not None:
            read, stands_for = self._directories[directory_key(value)].find, value.codes

            def named(cell: Any) -> str | None:
                found = meaning.translated(cell, stands_for) if stands_for else meaning.text(cell)
                return None if found is None else read(found)

            return _reading(take, named, shown, Unmatched if value.unmatched == "list" else Refused)
        convert = meaning.reader(column, value.unit, value.format, value.days)
        if value.codes:
            codes = value.codes
            return _reading(take, lambda cell: convert(meaning.translated(cell, codes)), shown)
        if value.constant is not None:
            try:
                always = convert(value.constant)
            except Unusable as error:
                raise MappingError(f"The constant {value.constant!r} for {column.name}: {error}.") from None
            return Always(always)
        return _reading(take, convert, shown)

    def _matching(self, value: Value) -> Get:
        """Return what finds the one fact whose columns have the values that a row gives."""
        matches = self._directories[directory_key(value)]
        gets = [self.value(value.match[name], column) for name, column in matches.columns.items()]
        shown = ", ".join(value.match)
        wrong = Unmatched if value.unmatched == "list" else Refused

        def read(row: Cells) -> Any:
            found = tuple([get(row) for get in gets])
            try:
                return matches.find(found)
            except Unnamed as error:
                raise wrong(shown, ", ".join(map(str, found)), str(error)) from None

        return read

    def _source(self, value: Value) -> tuple[Get, str]:
        if value.template is not None:
            return self.template(value.template), value.template
        if value.column is not None:
            return self.cell(value.column), value.column
        return lambda _: value.constant, "constant"


def _refuse_idle(value: Value, column: sa.Column[Any]) -> None:
    """Refuse what would say how a cell is read, and is never asked."""
    if value.unit and not isinstance(column.type, sa.Integer):
        raise MappingError("unit is for amounts in won, and this is none: leave it out.")
    if (value.format or value.days) and not isinstance(column.type, sa.Date):
        raise MappingError("format and days are for days, and this is none: leave them out.")


def directory_key(value: Value) -> Any:
    """Return what tells the directories apart in which a mapping looks up names."""
    return value.find, tuple(sorted(value.within.items())), tuple(value.match)


def _referred(kind: str, key: str | None, identifier: Callable[[str, str], str]) -> str | None:
    return None if key is None else identifier(kind, key)


def _text(cell: Any, name: str) -> str | None:
    try:
        return meaning.text(cell)
    except Unusable as error:
        raise Refused(name, cell, str(error)) from None


def _reading(take: Get, convert: Callable[[Any], Any], shown: str, unnamed: type[Refused] = Refused) -> Get:
    """Return what reads a cell; short texts are remembered, for most columns have few that come again and again."""
    known: dict[str, Any] = {}

    def read(row: Cells) -> Any:
        cell = take(row)
        try:
            if not isinstance(cell, str) or len(cell) > LONGEST_REMEMBERED:
                return convert(cell)
            if cell not in known:
                found = convert(cell)
                if len(known) >= MOST_REMEMBERED:
                    known.clear()
                known[cell] = found
            return known[cell]
        except Unusable as error:
            raise Refused(shown, cell, str(error)) from None
        except Unnamed as error:
            raise unnamed(shown, cell, str(error)) from None

    return read
