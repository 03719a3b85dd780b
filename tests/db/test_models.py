"""The models keep the rules that everything derived from them relies on."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import RelationshipDirection

from db import models
from db.models.base import Label
from db.models.identity import model_of, models_by_prefix

MAPPERS = sorted(models.Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
BILINGUAL = re.compile(r"[가-힣].*\| .*[A-Za-z]")


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_relations_point_the_way_they_say(mapper: Any) -> None:
    """A relation to itself is easily turned round: its one row must be the one that the foreign key names."""
    for relation in mapper.relationships:
        expected = RelationshipDirection.ONETOMANY if relation.uselist else RelationshipDirection.MANYTOONE
        assert relation.direction is expected, relation
        ((local, remote),) = relation.local_remote_pairs
        assert (local if relation.uselist else remote).name == "id", relation


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_everything_is_described_in_two_languages(mapper: Any) -> None:
    described = [mapper.class_.__doc__.partition("\n")[0]]
    described += [column.comment for column in mapper.columns if not column.foreign_keys]
    described += [attribute.doc for attribute in (*mapper.relationships, *mapper.composites)]
    assert [text for text in described if not BILINGUAL.search(text or "")] == []


@pytest.mark.parametrize("label", Label.__subclasses__(), ids=lambda label: label.__name__)
def test_codes_are_described_in_two_languages(label: type[Label]) -> None:
    texts = [(label.__doc__ or "").partition("\n")[0], *(member.value for member in label)]
    assert [text for text in texts if not BILINGUAL.search(text)] == []


@pytest.mark.parametrize("name", models.fact_tables())
def test_history_has_every_column(name: str) -> None:
    table = models.fact_tables()[name]
    history = models.history_of(table)
    assert [column.name for column in history.columns] == [*(column.name for column in table.columns), "superseded_in"]


def test_names_fit_postgresql() -> None:
    """PostgreSQL cuts names at 63 bytes, and a cut name would never compare equal to the model's."""
    for table in models.Base.metadata.tables.values():
        items: list[Any] = [*table.constraints, *table.indexes]
        names = [table.name, *(str(item.name) for item in items if item.name)]
        assert [name for name in names if len(name.encode()) > 63] == []


def test_identifiers_name_their_model() -> None:
    assert model_of("statute:nst-fostering-act") is models.Statute
    assert model_of("nothing:here") is None
    assert len(models_by_prefix()) == len([mapper for mapper in MAPPERS if issubclass(mapper.class_, models.Fact)])
    assert all(sa.inspect(model) for model in models_by_prefix().values())
