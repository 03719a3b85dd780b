"""The built-in dataset as tests look at it, and the reference tables that it was gathered from."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from db.dataset import load_dataset

if TYPE_CHECKING:
    from db.models import Fact

Kind = TypeVar("Kind", bound="Fact")
SHARED = Path(__file__).parents[3] / "shared"


@cache
def facts() -> dict[str, Fact]:
    """Return every fact of the dataset by its identifier."""
    return {fact.id: fact for fact in load_dataset()}


def all_of(model: type[Kind]) -> list[Kind]:
    """Return the facts of one model, in the order of the files."""
    return [fact for fact in facts().values() if isinstance(fact, model)]


def one(model: type[Kind], identifier: str) -> Kind:
    """Return the fact of an identifier."""
    fact = facts()[identifier]
    assert isinstance(fact, model)
    return fact


def reference(table: str) -> list[dict[str, str]]:
    """Return the rows of a reference table; the test is skipped where the tables are not at hand."""
    path = SHARED / "reference" / f"{table}.csv"
    if not path.is_file():
        pytest.skip(f"the reference table {table} is not beside the repository")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
