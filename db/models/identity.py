"""Which model a global identifier belongs to: its part before the colon names the kind."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models.base import Base, Fact, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def models_by_prefix() -> Mapping[str, type[Fact]]:
    """Return the fact models by the prefix of their identifiers; they are known once all of the models are."""
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    found = {model.id_prefix: model for model in classes if issubclass(model, Fact)}
    # The registry is a set, and statements that have a branch for each kind are to be the same in every process.
    return MappingProxyType(dict(sorted(found.items())))


def model_of(identifier: str) -> type[Fact] | None:
    """Return the fact model that a global identifier names, or None where the prefix is unknown."""
    return models_by_prefix().get(identifier.partition(":")[0])


def models_by_name() -> dict[str, type[Fact]]:
    """Return the fact models by their own names."""
    return {model.__name__: model for model in models_by_prefix().values()}


def dataset_of(identifier: Any) -> sa.ColumnElement[Any]:
    """Return the dataset that an identifier belongs to, in SQL; null where no import brought the fact."""
    return sa.func.substring(identifier, sa.literal_column("'^[^:]*:([^/]*)/'", Text), type_=Text)
