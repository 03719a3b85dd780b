"""Plans: root fields as one statement, made once for a document and the shape of its variables, then rebound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa

from schema.sql.arguments import Bound, Variables
from schema.sql.compiling import DIALECT
from schema.sql.errors import BadInput
from schema.sql.moments import Pin, ReleaseSeen, Seen
from schema.sql.pieces import constant
from schema.sql.viewing import OfAsking

LIMIT = "limit"


@dataclass(frozen=True)
class Root:
    """A planned root field: its JSON, where the values of its parameters come from, and what its answer needs."""

    key: str
    json: Seen
    bound: Mapping[str, Bound]
    checks: tuple[Callable[[Variables], None], ...]
    pin: Pin | None
    hydrated: bool
    needs_python: bool
    watched: bool
    redacted: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Plan:
    """A statement and where each of its parameters comes from, in the order of ``$1``, ``$2`` and so on.

    Its one row holds the JSON of each root field as bytes (null where all of them together are above the limit), their
    length together, and the newest release.
    """

    roots: tuple[Root, ...]
    sql: str
    parameters: tuple[Callable[[Variables], Any], ...]
    unused: tuple[Callable[[Variables], Any], ...]

    @property
    def redacted(self) -> list[tuple[str, ...]]:
        """The places of the answer that may be kept from the viewer."""
        return [path for root in self.roots for path in root.redacted]

    @property
    def watched(self) -> bool:
        return any(root.watched for root in self.roots)

    def values(self, variables: Variables) -> list[Any]:
        """Return the parameters' values; raise BadInput where one, used or not, is none that the field takes."""
        for read in self.unused:
            _checked(read(variables))
        for root in self.roots:
            for check in root.checks:
                check(variables)
        return [_checked(read(variables)) for read in self.parameters]

    def check(self, variables: Variables, newest: int) -> None:
        """Raise a client error where a root field is asked of a release that was not published yet."""
        for root in self.roots:
            if root.pin:
                root.pin.check(variables, newest)


@dataclass(frozen=True, slots=True)
class Answered:
    """A plan that answers a whole operation, and the points that it costs each time: both follow from the shape."""

    plan: Plan
    points: int


def plan(roots: Sequence[Root], largest_answer: int) -> Plan:
    """Compile root fields into one statement, which sees one state of the data."""
    made = [
        sa.func.convert_to(root.json, constant("UTF8")).label(f"json_{number}") for number, root in enumerate(roots)
    ]
    # OFFSET keeps PostgreSQL from making the JSON once for its length and once more for itself.
    answer = sa.select(*made, ReleaseSeen().label("release")).offset(sa.literal_column("0")).subquery("answer")
    *texts, release = answer.c
    length: sa.ColumnElement[int] = sum(
        (sa.func.octet_length(text) for text in texts[1:]), sa.func.octet_length(texts[0])
    )
    fits = length <= sa.bindparam(LIMIT, largest_answer, sa.BigInteger)
    sent = (sa.case((fits, text)).label(text.name) for text in texts)
    compiled = sa.select(*sent, length.label("bytes"), release).compile(
        dialect=DIALECT, compile_kwargs={"render_postcompile": True}
    )
    bound = {name: value for root in roots for name, value in root.bound.items()}
    names = compiled.positiontup or ()
    parameters = tuple(_reader(compiled, name, bound) for name in names)
    unused = tuple(value.read for name, value in bound.items() if name not in names)
    return Plan(tuple(roots), str(compiled), parameters, unused)


def _reader(compiled: Any, name: str, bound: Mapping[str, Bound]) -> Callable[[Variables], Any]:
    """Return where a parameter's value comes from: the client, who the client is, or a constant of a method."""
    if name in bound:
        return bound[name].read
    value = compiled.params[name]
    if isinstance(value, OfAsking):
        return value.read
    stored = value.name if isinstance(value, Enum) else value
    return lambda _: stored


def _checked(value: Any) -> Any:
    if isinstance(value, list):
        return [_checked(item) for item in value]
    if isinstance(value, str):
        if "\x00" in value:
            raise BadInput("A text holds the character U+0000, which no value can contain.")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise BadInput("A text holds half of a surrogate pair, which is no character.") from None
    return value
