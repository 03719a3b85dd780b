"""The contract as clients see it: printed, described in two languages, complete, and never at odds with the models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_scalar_type,
)
from strawberry.utils.str_converters import to_snake_case

import schema
from db import models
from schema import sql
from schema.sql import Node, declare, linking
from schema.types.budgets import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMITTED = Path(schema.__file__).with_name("schema.graphql")
DOORS = """
    node nodes technologies technology technologyFields fieldSchemes commonAreas statutes regimes designations
    ministries ministry organizations projects budgetLines missions targets milestones roadmaps policyInstruments bodies
    memberships events documents claims statistics terms releases
"""


def test_printed_schema_is_committed() -> None:
    message = "The contract changed. Read the difference, then: uv run nextgraph schema > schema/schema.graphql"
    assert COMMITTED.read_text(encoding="utf-8") == schema.printed_schema(), message


def test_every_door_is_there() -> None:
    query = schema.contract().schema.query_type
    assert query is not None
    assert set(DOORS.split()) <= query.fields.keys()


def test_every_type_of_fact_has_a_list() -> None:
    """Only computed rows have none: they are found where they were computed."""
    query = schema.contract().schema.query_type
    assert query is not None
    listed = {
        str(field.type).removesuffix("Connection!")
        for field in query.fields.values()
        if not field.args.keys() & {"id", "ids"}
    }
    types = schema.contract().types
    assert {name for name, linked in types.items() if linked.is_node} <= listed


def test_every_model_has_a_type_with_every_column() -> None:
    shown = {
        linked.model: {to_snake_case(name) for name in linked.fields} for linked in schema.contract().types.values()
    }
    for mapper in models.Base.registry.mappers:
        assert fields_of(mapper) <= shown[mapper.class_], mapper.class_.__name__


def fields_of(mapper: Any) -> set[str]:
    """Name the fields that show a model's columns: a key is shown as its relation, the parts of a time as one field."""
    parts = {column.name for composite in mapper.composites for column in composite.columns}
    to_one = {name: relation for name, relation in mapper.relationships.items() if not relation.uselist}
    relations = {key.name: name for name, relation in to_one.items() for key in relation.local_columns}
    relations |= {"owner_id": "owner", "released_in": "release", "publisher_id": "publisher", "source_id": "source"}
    columns = {relations.get(column.name, column.name) for column in mapper.local_table.columns}
    return columns - parts | set(mapper.composites.keys())


def test_everything_is_described_in_korean_and_english() -> None:
    undescribed = {where: text for where, text in descriptions() if not is_bilingual(text)}
    assert undescribed == {}


def descriptions() -> Iterator[tuple[str, str | None]]:
    """Name everything that a client can read a description of, with what it reads."""
    for name, type_ in schema.contract().schema.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{key}", value.description) for key, value in type_.values.items())
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            yield from ((f"{name}.{key}", field.description) for key, field in type_.fields.items())
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in type_.fields.items():
                yield from ((f"{name}.{key}({each})", argument.description) for each, argument in field.args.items())


def is_bilingual(text: str | None) -> bool:
    korean, _, english = (text or "").partition(" | ")
    return has_letter(korean, "가", "힣") and has_letter(english.lower(), "a", "z") and " | " not in english


def has_letter(text: str, first: str, last: str) -> bool:
    return any(first <= character <= last for character in text)


@pytest.mark.parametrize(
    ("model", "field", "annotation", "sentence"),
    [
        (models.Statute, "name_en", "str", "the column name_en may be null"),
        (models.Statute, "ministry", "Ministry", "the column ministry_id may be null"),
        (models.Statute, "in_force", "FuzzyDate", "must be nullable"),
        (models.Statute, "title", "str", "no attribute of that name"),
        (models.Statute, "name", "Name", "Name"),
        (models.Statute, "versions", "StatuteVersion", "a list is a Connection"),
        (models.Statute, "versions", "Connection[Regime]", "StatuteVersion"),
        (models.Statute, "ministry", "Institution | None", "Ministry"),
        (models.StatuteVersion, "statute", "Connection[Statute]", "Statute"),
        (models.StatuteVersion, "statute", "str", "Statute"),
    ],
)
def test_declaration_at_odds_with_its_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, model: Any, field: str, annotation: str, sentence: str
) -> None:
    schema.contract()
    declared, known, broken = declare.DECLARATIONS, dict(declare.NAMESPACE), dict[str, declare.Declaration]()
    for module in (declare, linking):
        monkeypatch.setattr(module, "DECLARATIONS", broken)
        monkeypatch.setattr(module, "NAMESPACE", known)
    sql.type(model)(type("Broken", (Node,), {"__annotations__": {field: annotation}}))
    broken |= declared
    with pytest.raises(sql.DeclarationError, match=rf"^Broken\.{field}: .*{sentence}"):
        linking.link_types()


def test_a_list_of_what_nothing_stores_is_refused() -> None:
    schema.contract()
    with pytest.raises(sql.DeclarationError, match=r"^reasons: nothing stores StatuteCoverage, so a method"):
        linking.link_root("reasons", "Connection[StatuteCoverage]", declare.SqlField(python_name="reasons"))


@pytest.mark.parametrize(
    ("won", "text"),
    [
        (9_807_914_000_000, "9조 8,079억 1,400만 원"),
        (-150_000_000, "△1억 5,000만 원"),
        (12_000_000_300_000_001, "12,000조 3억 1원"),
        (9_999, "9,999원"),
        (0, "0원"),
    ],
)
def test_amount_is_spelled_in_korean_groups_of_four_digits(won: int, text: str) -> None:
    assert spelled(won) == text
