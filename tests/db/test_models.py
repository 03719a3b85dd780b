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
TABLES = models.Base.metadata.tables
BILINGUAL = re.compile(r"[^|]*[가-힣][^|]* \| [^|]*[A-Za-z][^|]*")


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
    described += [attribute.doc for attribute in (*mapper.relationships, *mapper.composites)]
    assert [text for text in described if not BILINGUAL.fullmatch(text or "")] == []


@pytest.mark.parametrize("name", TABLES)
def test_comments_are_in_two_languages(name: str) -> None:
    """Every table and column has one, foreign keys and history included; it is a label, without a full stop."""
    comments = [TABLES[name].comment or "", *(column.comment or "" for column in TABLES[name].columns)]
    assert [text for text in comments if not BILINGUAL.fullmatch(text) or text.endswith(".")] == []


def test_comments_say_more_in_each_language() -> None:
    history = TABLES["people_history"]
    assert history.comment == "인물: 이력 | A person whom a public document names: History"
    assert TABLES["targets"].c.due_bound.comment == "기한: 한정 | Due: Bound"


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_a_relation_and_its_key_are_described_alike(mapper: Any) -> None:
    for relation in mapper.relationships:
        if not relation.uselist:
            ((key, _),) = relation.local_remote_pairs
            assert key.comment == relation.doc


@pytest.mark.parametrize("name", TABLES)
def test_closed_lists_are_checked(name: str) -> None:
    """Every column of codes has a constraint of its own, those of fuzzy dates and of history included."""
    table = TABLES[name]
    constraints = [item for item in table.constraints if isinstance(item, sa.CheckConstraint)]
    checked = [column.name for item in constraints for column in item.columns]
    assert sorted(checked) == sorted(column.name for column in table.columns if isinstance(column.type, sa.Enum))
    assert len({item.name for item in constraints}) == len(constraints)


@pytest.mark.parametrize("label", Label.__subclasses__(), ids=lambda label: label.__name__)
def test_codes_are_described_in_two_languages(label: type[Label]) -> None:
    texts = [(label.__doc__ or "").partition("\n")[0], *(member.value for member in label)]
    assert [text for text in texts if not BILINGUAL.fullmatch(text)] == []


@pytest.mark.parametrize("name", models.fact_tables())
def test_history_has_every_column(name: str) -> None:
    """It is indexed as the rows are, and by the release that ended a row, by which changes are found.

    Only which rows are not open to all is looked for among the current ones alone.
    """
    table = models.fact_tables()[name]
    history = models.history_of(table)
    assert [column.name for column in history.columns] == [*(column.name for column in table.columns), "superseded_in"]
    names = {str(index.name) for index in table.indexes} - {f"ix_{table.name}_restricted"}
    indexed = [name.replace(table.name, history.name, 1) for name in names]
    assert sorted(str(index.name) for index in history.indexes) == sorted(
        [*indexed, f"ix_{history.name}_superseded_in"]
    )


def test_names_fit_postgresql() -> None:
    """PostgreSQL cuts names at 63 bytes, and a cut name would never compare equal to the model's."""
    for table in TABLES.values():
        items: list[Any] = [*table.constraints, *table.indexes]
        names = [table.name, *(str(item.name) for item in items if item.name)]
        assert [name for name in names if len(name.encode()) > 63] == []


def test_identifiers_name_their_model() -> None:
    assert model_of("statute:nst-fostering-act") is models.Statute
    assert model_of("nothing:here") is None
    assert len(models_by_prefix()) == len([mapper for mapper in MAPPERS if issubclass(mapper.class_, models.Fact)])
    assert all(sa.inspect(model) for model in models_by_prefix().values())
    # In one order, so that a statement with a branch for each kind is the same whichever process writes it.
    assert list(models_by_prefix()) == sorted(models_by_prefix())
