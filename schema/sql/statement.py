"""One statement in the making: fresh aliases, bind parameters by name, and JSON text put together from pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ClauseList

from schema.sql.arguments import Bound, Variables
from schema.sql.moments import Moment

Piece = str | sa.ColumnElement[Any]


class Statement:
    """Collects what the statement of one root field needs.

    ``hydrated`` says that Python completes the answer, so rows carry what resolvers need; ``needs_python`` that a field
    was selected which only Python can answer; ``watched`` that an expression promises a value and might break it.
    ``name`` sets its parameters apart from those of an operation's other root fields.
    """

    def __init__(self, name: str, *, hydrated: bool) -> None:
        self.hydrated = hydrated
        self.needs_python = False
        self.watched = False
        self.moment = Moment()
        self.cursor_releases: list[Bound] = []
        self.bound: dict[str, Bound] = {}
        self.checks: list[Callable[[Variables], None]] = []
        self._name = name
        self._aliases = 0

    def alias(self, *, followed: bool = False) -> str:
        """Return an alias that nothing else in the statement bears; see :class:`Moment` for ``followed``."""
        self._aliases += 1
        name = f"t{self._aliases}"
        if followed:
            self.moment.followed.add(name)
        return name

    def bind(self, value: Bound, type_: Any) -> sa.BindParameter[Any]:
        """Return a bind parameter whose value is read when the statement runs; its name ties the two together."""
        name = f"{self._name}_{len(self.bound)}"
        self.bound[name] = value
        return sa.bindparam(name, required=False, type_=type_)


ONE = sa.literal_column("1", sa.BigInteger)


def constant(text: str) -> sa.ColumnElement[str]:
    """Return a string constant written into the statement; never for a client's values."""
    quoted = text.replace("'", "''")
    return sa.literal_column(f"'{quoted}'", sa.Text)


NULL = constant("null")


def concat(pieces: Iterable[Piece]) -> sa.ColumnElement[str]:
    """Join JSON text and expressions with ``||``, as one flat list that cannot exhaust the compiler's stack."""
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    clauses = [constant(piece) if isinstance(piece, str) else piece for piece in merged]
    if len(clauses) == 1:
        return clauses[0]
    return sa.type_coerce(ClauseList(*clauses, operator=operators.concat_op).self_group(), sa.Text)


def json_object(members: Iterable[tuple[str, Piece]]) -> list[Piece]:
    """Return the pieces of a JSON object; names are GraphQL names, which need no escaping."""
    pieces: list[Piece] = []
    for position, (name, value) in enumerate(members):
        pieces += [f'{"," if position else "{"}"{name}":', value]
    return [*pieces, "}"] if pieces else ["{}"]
