"""The facts that rows make: rows of their tables, ready to be stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.importing.cells import says_nothing
from db.importing.claims import claim_plans, passage_name
from db.importing.expressions import Expressions, Refused, Unmatched
from db.importing.lines import lines_of
from db.importing.mapping import MappingError, placed
from db.importing.plans import EACH, EACH_VALUE, OWN, ROW_NUMBER, Always, Plan
from db.models import Claim, Passage
from db.models.identity import models_by_name
from db.releases.rows import copied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Dictionary

    from db.importing.mapping import ClaimMapping, Each, FactMapping, Mapping
    from db.models import Fact

Values = tuple[Any, ...]
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")


@dataclass(frozen=True)
class Refusal:
    """Why a row was not taken: its number in the file, the column, the cell and the reason."""

    row: int
    column: str
    cell: str
    reason: str


def model_named(name: str) -> type[Fact]:
    """Return the model of a type that a mapping names."""
    try:
        return models_by_name()[name]
    except KeyError:
        raise MappingError(f"There is no type {name!r}.") from None


class Facts:
    """Makes facts of rows by a mapping."""

    def __init__(
        self,
        mapping: Mapping,
        columns: Sequence[str],
        directories: Dictionary[Any, Any],
        owner: str | None,
    ) -> None:
        self._mapping, self._owner = mapping, owner
        self._above: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        for fact in mapping.facts:
            with placed(f"facts.{fact.name}"):
                self._prefixes[fact.name] = model_named(fact.type).id_prefix
        for claim in mapping.claims:
            self._prefixes |= {claim.name: Claim.id_prefix, passage_name(claim): Passage.id_prefix}
        used = mapping.told_apart_by()
        self.unmatched: dict[Refusal, None] = {}
        """What named no fact where the mapping wants it listed, since this was emptied."""
        self._is_numbered = bool(mapping.claims)
        own, columns = columns, [*columns, ROW_NUMBER] if mapping.claims else columns
        self._plans = []
        for fact in mapping.facts:
            spread = [*columns, EACH, EACH_VALUE] if fact.each else columns
            expressions = Expressions(spread, directories, self._identifier, self._above)
            with placed(f"facts.{fact.name}"):
                self._plans.append(self._plan(fact, expressions, columns))
            used |= expressions.used
        for claim in mapping.claims:
            spread = [*columns, EACH, EACH_VALUE] if claim.each else columns
            expressions = Expressions(spread, directories, self._identifier, self._above)
            with placed(f"claims.{claim.name}"):
                spreading = _spread(claim.each, expressions, columns)
                self._plans += claim_plans(claim, self._spoken_of(claim), expressions, spreading, self._identifier)
            used |= expressions.used
        self._know_every_column(own, used)

    @property
    def tables(self) -> list[sa.Table]:
        """The tables of the facts, each once."""
        return list(dict.fromkeys(plan.table for plan in self._plans))

    def made(self, number: int, row: Sequence[Any]) -> tuple[list[tuple[sa.Table, Values]], list[Refusal]]:
        """Return the facts of a row, or everything because of which it is refused."""
        facts: list[tuple[sa.Table, Values]] = []
        refused: list[Refused] = []
        if self._is_numbered:
            row = [*row, number]
        for plan in self._plans:
            try:
                spread = [cells for cells in plan.spread(row) if plan.holds(cells)]
            except Refused as error:
                refused.append(error)
                continue
            for cells in spread:
                wrong: list[Refused] = []
                values = self._fact(plan, cells, wrong)
                if wrong and self._is_listed(number, wrong):
                    continue
                refused += wrong
                facts.append((plan.table, values))
        if not refused:
            return facts, []
        # What is missing because a cell above could not be read is not the row's fault.
        shown = [error for error in refused if error.cell is not None] or refused
        return [], list(dict.fromkeys(_refusal(number, error) for error in shown))

    def _is_listed(self, number: int, wrong: Sequence[Refused]) -> bool:
        """Return whether a fact is not made because what it names is listed as unmatched, and list it."""
        listed = [_refusal(number, error) for error in wrong if isinstance(error, Unmatched)]
        self.unmatched |= dict.fromkeys(listed)
        return bool(listed)

    def _spoken_of(self, claim: ClaimMapping) -> type[Fact]:
        types = {fact.name: fact.type for fact in self._mapping.facts}
        return model_named(claim.subject.find or types[str(claim.subject.fact)])

    def _fact(self, plan: Plan, cells: Sequence[Any], refused: list[Refused]) -> Values:
        """Return the values of a fact; what keeps it from being one is added to ``refused``."""
        identifier, values = self._named(plan, cells, refused), plan.constants.copy()
        for place, name, get, needed in plan.varying:
            try:
                values[place] = value = get(cells)
            except Refused as error:
                refused.append(_placed(error, cells))
                continue
            if value is None and needed:
                refused.append(Refused(name, None, f"there is no {name}, which a {plan.type} needs"))
        return identifier, self._mapping.grade, self._owner, *values

    def _named(self, plan: Plan, cells: Sequence[Any], refused: list[Refused]) -> str | None:
        try:
            key = plan.key(cells)
        except Refused as error:
            refused.append(_placed(error, cells))
            return None
        if key is None:
            refused.append(Refused(plan.template, None, f"the key of the {plan.type} is empty"))
            return None
        self._above[plan.name] = identifier = self._identifier(plan.name, key)
        return identifier

    def _identifier(self, name: str, key: str) -> str:
        # A key that would not stand well in an address is told apart by its hash.
        plain = key if _PLAIN.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()[:20]
        return f"{self._prefixes[name]}:{self._mapping.dataset}/{plain}"

    def _plan(self, fact: FactMapping, expressions: Expressions, columns: Sequence[str]) -> Plan:
        model = model_named(fact.type)
        mapper = sa.inspect(model)
        table: Any = mapper.local_table
        own = [column for column in copied(table) if column.name not in ("id", "grade", "owner_id")]
        names = {column.name for column in own}
        if unknown := fact.values.keys() - names:
            raise MappingError(f"{fact.type} has no {min(unknown)!r}. It has: {', '.join(sorted(names))}.")
        kind = mapper.polymorphic_on.name if mapper.single and mapper.polymorphic_on is not None else None
        made = [
            (column.name, self._column(fact, column, expressions, kind, mapper), not column.nullable) for column in own
        ]
        expressions.own = {f"{OWN}{name}": get for name, get, _ in made}
        return Plan(
            fact.name,
            fact.type,
            table,
            expressions.holds(fact.when),
            _spread(fact.each, expressions, columns),
            expressions.template(fact.key),
            fact.key,
            made,
        )

    def _column(
        self, fact: FactMapping, column: sa.Column[Any], expressions: Expressions, kind: str | None, mapper: Any
    ) -> Callable[[Sequence[Any]], Any]:
        always: Any = None
        if column.name in fact.values:
            with placed(f"values.{column.name}"):
                return expressions.value(fact.values[column.name], column)
        if column.name == kind:
            always = mapper.polymorphic_identity.name
        elif isinstance(column.type, sa.ARRAY):
            always = []
        elif not column.nullable:
            raise MappingError(f"A {fact.type} needs {column.name!r}, and the mapping gives it no value.")
        return Always(always)

    def _know_every_column(self, columns: Sequence[str], used: set[str]) -> None:
        """Refuse a file with a column of which the mapping says nothing: it would be lost without a word."""
        origins = {name.removeprefix("first.").removeprefix("next.") for name in used}
        own = [name for name in columns if not name.startswith(("first.", "next."))]
        lost = [name for name in own if name not in origins and name not in self._mapping.ignored]
        if lost:
            named = ", ".join(map(repr, lost))
            raise MappingError(f"The mapping says nothing of the columns {named}: map them, or name them in ignored.")


def _placed(error: Refused, cells: Sequence[Any]) -> Refused:
    if error.column == EACH_VALUE:
        # The column's own name, which stands beside its cell, is what a person finds in the file.
        error.column = cells[-2]
    return error


def _refusal(number: int, error: Refused) -> Refusal:
    return Refusal(number, error.column, "" if error.cell is None else str(error.cell)[:200], error.reason)


def _spread(
    each: Each | None, expressions: Expressions, columns: Sequence[str]
) -> Callable[[Sequence[Any]], Iterator[Sequence[Any]]]:
    """Return what makes of a row the rows that a fact is made of: itself, or one for each of some columns."""
    if each is None:
        return lambda row: iter((row,))
    if each.lines is not None:
        return lines_of(each, each.lines, expressions)
    cells = [(name, expressions.cell(name)) for name in each.columns or ()]

    def spread(row: Sequence[Any]) -> Iterator[Sequence[Any]]:
        for name, get in cells:
            cell = get(row)
            if each.empty == "keep" or not says_nothing(cell):
                yield [*row, name, cell]

    return spread
