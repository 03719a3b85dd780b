"""The contract: what may be asked, declared over what is stored."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from db.models.base import Label

if TYPE_CHECKING:
    from schema import sql


@cache
def contract() -> sql.Built:
    """Build the schema of every declared type, once for the life of the program."""
    # Imported here and not above, so that the planner can also be used with other declarations, as its tests do, and
    # that a command which only reads the table of limits does not wait for the machinery.
    from schema import query, sql, types  # noqa: F401

    return sql.build_schema(Label.__subclasses__())


def printed_schema() -> str:
    """Return the contract in the schema definition language, as schema/schema.graphql holds it."""
    from graphql import print_schema

    return print_schema(contract().schema) + "\n"
