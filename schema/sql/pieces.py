"""JSON text put together from constants and expressions; neighbouring constants become one, however deep they stood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.visitors import InternalTraversal

Piece = str | sa.ColumnElement[Any]


class Concatenation(sa.ColumnElement[str]):
    """Expressions and constants joined with ``||``, as one flat list that cannot exhaust the compiler's stack."""

    __visit_name__ = "concatenation"
    _traverse_internals = [("clauses", InternalTraversal.dp_clauseelement_list)]
    inherit_cache = False
    type = sa.Text()

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.clauses = [constant(piece) if isinstance(piece, str) else piece for piece in pieces]


def constant(text: str) -> sa.ColumnElement[str]:
    """Return a string constant written into the statement; never for a client's values."""
    quoted = text.replace("'", "''")
    return sa.literal_column(f"'{quoted}'", sa.Text)


ONE = sa.literal_column("1", sa.BigInteger)
NULL = constant("null")


def concat(pieces: Iterable[Piece]) -> sa.ColumnElement[str]:
    """Join JSON text and expressions."""
    merged: list[Piece] = []
    for piece in pieces:
        for part in piece.pieces if isinstance(piece, Concatenation) else (piece,):
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            else:
                merged.append(part)
    if len(merged) == 1:
        (only,) = merged
        return constant(only) if isinstance(only, str) else only
    return Concatenation(merged)


def json_object(members: Iterable[tuple[str, Piece]]) -> list[Piece]:
    """Return the pieces of a JSON object; names are GraphQL names, which need no escaping."""
    pieces: list[Piece] = []
    for position, (name, value) in enumerate(members):
        pieces += [f'{"," if position else "{"}"{name}":', value]
    return [*pieces, "}"] if pieces else ["{}"]
