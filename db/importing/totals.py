"""Rows that add up others: each is compared with what those rows come to, and makes no fact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.importing.cells import EXACT, Unusable, number
from db.importing.expressions import Columns, Refused
from db.importing.facts import Refusal
from db.importing.mapping import MappingError, placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.importing.mapping import Total

    Cells = Sequence[Any]
    Group = tuple[str | None, ...]


@dataclass
class _Sum:
    """What the rows of a group come to in one column, and the first of them that cannot be added up."""

    amount: Decimal = Decimal(0)
    unreadable: int | None = None


class _Kind:
    """One kind of totals: the rows of it that were found, and the sums that they should give."""

    def __init__(self, total: Total, columns: Sequence[str]) -> None:
        named = Columns(columns)
        self.is_total = named.holds(total.when)
        self._adds = named.holds(total.of)
        self._per = [named.text(name) for name in total.per]
        self._figures = [(name, named.cell(name)) for name in total.columns]
        self._found: list[tuple[int, Cells, Group]] = []
        self._sums: dict[tuple[Group, str], _Sum] = {}

    def keep(self, at: int, row: Cells) -> None:
        """Keep a total until all rows are known: it may stand above or below them."""
        self._found.append((at, row, self._group(row)))

    def add(self, at: int, row: Cells) -> None:
        """Add up a row, if it is one of those that the totals add up."""
        if not self._adds(row):
            return
        group = self._group(row)
        for name, get in self._figures:
            found = self._sums.setdefault((group, name), _Sum())
            try:
                found.amount = EXACT.add(found.amount, number(get(row)) or Decimal(0))
            except Unusable:
                found.unreadable = found.unreadable or at

    def refusals(self) -> Iterator[Refusal]:
        """Yield a refusal for every figure that is not the sum of its rows."""
        if not self._found:
            raise MappingError("No row is such a total: correct when, or see whether the file is cut off.")
        for at, row, group in self._found:
            for name, get in self._figures:
                wrong = _wrong(get(row), self._sums.get((group, name), _Sum()))
                if wrong:
                    yield Refusal(at, name, "" if get(row) is None else str(get(row)), wrong)

    def _group(self, row: Cells) -> Group:
        return tuple(get(row) for get in self._per)


def _wrong(cell: Any, found: _Sum) -> str | None:
    try:
        said = number(cell) or Decimal(0)
    except Unusable as error:
        return str(error)
    if found.unreadable is not None:
        return f"the total cannot be checked, because row {found.unreadable} has no number in this column"
    if said != found.amount:
        return f"the total says {said:,f}, and its rows add up to {found.amount:,f}"
    return None


class Totals:
    """All totals of a file."""

    def __init__(self, totals: Sequence[Total], columns: Sequence[str]) -> None:
        self.rows = 0
        """How many rows were totals."""
        self._kinds: list[_Kind] = []
        for position, total in enumerate(totals):
            with placed(f"totals.{position}"):
                self._kinds.append(_Kind(total, columns))
        self._unclear: list[Refusal] = []

    def others(self, rows: Iterator[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
        """Yield the rows that are no totals, and add them up."""
        if not self._kinds:
            yield from rows
            return
        for at, row in rows:
            try:
                kinds = [kind for kind in self._kinds if kind.is_total(row)]
                for kind in kinds or self._kinds:
                    (kind.keep if kinds else kind.add)(at, row)
            except Refused as error:
                self._unclear.append(Refusal(at, error.column, str(error.cell), error.reason))
                continue
            if kinds:
                self.rows += 1
            else:
                yield at, row

    def refusals(self) -> Iterator[Refusal]:
        """Yield, once all rows are read, what is wrong with the totals, and with rows that may be totals or not."""
        yield from self._unclear
        for position, kind in enumerate(self._kinds):
            with placed(f"totals.{position}"):
                yield from kind.refusals()
