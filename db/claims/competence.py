"""Which organization is competent for a fact: at the end of the way that its model declares, else the fact's owner."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa

from db.models.base import Fact, Text
from db.models.identity import models_by_prefix

Rows = Callable[[sa.Table, str], sa.FromClause]
"""What gives the rows of a table under a name: those there are, or those there will be."""


def rows_now(table: sa.Table, name: str) -> sa.FromClause:
    """Return the rows of a table as they are."""
    return table.alias(name)


def competent(subject: Any, rows: Rows = rows_now) -> sa.ColumnElement[Any]:
    """Return the identifier of the organization competent for whatever fact an identifier names."""
    branches = (
        (_constant(prefix), competent_for(model, subject, rows)) for prefix, model in models_by_prefix().items()
    )
    prefix = sa.func.split_part(subject, _constant(":"), sa.literal_column("1"))
    return sa.type_coerce(sa.case(*branches, value=prefix), Text)


def competent_for(model: type[Fact], subject: Any, rows: Rows = rows_now) -> sa.ScalarSelect[Any]:
    """Return the identifier of the organization competent for a fact of one model."""
    found, identifier = _competent_now(model) if rows is rows_now else _competent(model, rows)
    return found.where(identifier == subject).scalar_subquery()


@cache
def _competent_now(model: type[Fact]) -> tuple[sa.Select[Any], Any]:
    # Kept, for a statement that compares claims asks it of every model, and is made for every document.
    return _competent(model, rows_now)


def _competent(model: type[Fact], rows: Rows) -> tuple[sa.Select[Any], Any]:
    """Select the organizations competent for the facts of one model, and return the column that says for which."""
    steps, last = _way(model)
    table: Any = sa.inspect(model).local_table
    first = here = rows(table, "competent")
    found: Any = first
    own = [first]
    for number, (key, target) in enumerate(steps):
        above = rows(target, f"competent_{number}")
        found = found.outerjoin(above, above.c.id == here.c[key])
        here = above
        own.append(above)
    chosen = sa.select(sa.func.coalesce(here.c[last], first.c.owner_id)).select_from(found).correlate_except(*own)
    return chosen, first.c.id


def decided_by(table: sa.Table) -> set[str]:
    """Return the prefixes of the facts whose competent organization changes with the rows of another table."""
    return {prefix for prefix, model in models_by_prefix().items() if table in (target for _, target in _way(model)[0])}


def _way(model: type[Fact]) -> tuple[list[tuple[str, sa.Table]], str]:
    """Return the foreign keys on the way, each with the table that it leads to, and the column at its end."""
    *relations, last = model.competent.split(".")
    steps: list[tuple[str, sa.Table]] = []
    here: Any = model
    for name in relations:
        relation = sa.inspect(here).relationships[name]
        (key,) = relation.local_columns
        here = relation.mapper.class_
        steps.append((str(key.name), sa.inspect(here).local_table))
    return steps, last


def _constant(text: str) -> sa.ColumnElement[str]:
    # Written into the statement, which then has the same parameters whatever is asked.
    return sa.literal_column(f"'{text}'", Text)
