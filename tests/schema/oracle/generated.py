"""Rows that no source has: nulls, ties, odd characters and shared dates in every column, from a seed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.models import Base, Fact, FuzzyDate, Organization
from db.models.base import Bound, Precision
from tests.schema.oracle.openness import obey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROWS = 14
TEXTS = (
    *(
        "",
        " ",
        "가",
        "나",
        "가나",
        "가나다",
        "a",
        "A",
        "b",
        "é",
        "e\u0301",
        "%",
        "_",
        "\\",
        "\\n",
        '"',
        "'",
        "''",
        "a%b",
        "a_b",
    ),
    *(
        "null",
        "true",
        "0",
        "🙂",
        "👩‍👩‍👧",
        "￿",
        "𝄞",
        "\n",
        "\r\n",
        "\t",
        "\x01",
        "\x1f",
        "\x7f",
        "\u2028",
        "$1",
        ":b0",
        "{}",
        "[]",
    ),
    *("제9조", "제10조", "제10조의2", "별표 7", "별표 07", "0" * 20 + "1", "9" * 16, "1" + "0" * 16),
    *(
        "SMR",
        "ＳＭＲ",
        "smr",
        "ﬁ",
        "İ",
        "ı",
        "ß",
        "ẞ",
        "ΑΣ",
        "ας",
        "ǅ",
        "K",
        "\u1112\u1161\u11ab",
        "한",
        "ㄱ",
        "①",
        "漢",
    ),
    *("</script>", "가" * 3000, "long " * 800),
)
NUMBERS = (-1, 0, 1, 2, 3, 2**31 - 1)
MONEY = (1 - 2**63, -1_234_567, 0, 1, 10_000, 9_807_914_000_000, 2**63 - 1)
DECIMALS = tuple(
    Decimal(text) for text in ("-0.001", "0", "0.10", "1", "1.50", "100", "513", "8600000000000.5", "1e30")
)
DAYS = (*(date(2026, 6, 18) + timedelta(days=days) for days in (-900, -1, 0, 1)), date.min, date.max)
INSTANTS = tuple(datetime(2026, 6, 18, 5, 0, tzinfo=UTC) + timedelta(hours=hours) for hours in (-5000, 0, 1, 12))
PRINTS = ("~'26.下", "'26.12", "")
MONEYS = {"amount", "total", "gross", "distinct", "rounded_to"}


def rows(seed: int) -> list[Fact]:
    """Make some rows of every model, each referring to others of them, and none more open than those."""
    made = list(_any_rows(seed))
    return lawful({fact.id: fact for fact in made}, Random(seed))


def lawful(facts: Mapping[str, Fact], choose: Random) -> list[Fact]:
    """Return facts of which none is more open than one that it names; those that were get another grade and owner."""
    said = {
        identifier: {column.name: getattr(fact, column.name, None) for column in sa.inspect(type(fact)).local_table.c}
        for identifier, fact in facts.items()
    }
    obey(said, lambda _: choose.random() < 0.5)
    return [_graded(fact, said[identifier]) for identifier, fact in facts.items()]


def _graded(fact: Fact, said: Mapping[str, Any]) -> Fact:
    if (fact.grade, fact.owner_id) == (said["grade"], said["owner_id"]):
        return fact
    return copied(fact, grade=said["grade"], owner_id=said["owner_id"])


def copied(fact: Fact, **values: Any) -> Fact:
    """Return a fact that differs from another in some values."""
    mapper = sa.inspect(type(fact))
    parts = {column.name for composite in mapper.composites for column in composite.columns}
    names = {attribute.key for attribute in mapper.column_attrs} - parts - {"type"} | set(_composites(type(fact)))
    return type(fact)(**{name: getattr(fact, name) for name in names} | values)


def _any_rows(seed: int) -> Iterator[Fact]:
    choose = Random(seed)
    models = sorted(
        (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Fact)),
        key=lambda model: model.id_prefix,
    )
    kinds = [model for model in models if model is not Organization]
    identifiers = {model: [f"{model.id_prefix}:{number}" for number in range(ROWS)] for model in kinds}
    dates = [_fuzzy(choose) for _ in range(5)] + [FuzzyDate()]
    for model in kinds:
        taken: set[tuple[Any, ...]] = set()
        for identifier in identifiers[model]:
            values = next(filter(None, (_values(choose, identifier, model, identifiers, taken) for _ in range(100))))
            composites = {name: choose.choice(dates) for name in _composites(model)}
            yield model(id=identifier, **values, **composites)


def _values(
    choose: Random, identifier: str, model: Any, identifiers: dict[Any, list[str]], taken: set[Any]
) -> dict[str, Any] | None:
    """Choose the plain columns of a row, or None where a unique constraint would be broken."""
    mapper = sa.inspect(model)
    parts = {column.name for composite in mapper.composites for column in composite.columns}
    targets = {
        pair[0].name: relation.mapper.class_
        for relation in mapper.relationships
        if not relation.uselist
        for pair in relation.local_remote_pairs
    }
    values: dict[str, Any] = {}
    for column in mapper.local_table.columns:
        if column.name in parts | {"id", "released_in", "type"}:
            continue
        if column.nullable and choose.random() < 0.35:
            values[column.name] = None
        elif column.foreign_keys:
            target = targets.get(column.name, Organization)
            choices = identifiers.get(target) or [
                id_ for kind in identifiers if issubclass(kind, target) for id_ in identifiers[kind]
            ]
            values[column.name] = choose.choice(choices)
        elif column.name == "subject_id":
            values[column.name] = choose.choice(
                [choose.choice(choose.choice(list(identifiers.values()))), "", "no:such"]
            )
        elif column.unique:
            values[column.name] = f"{choose.choice(TEXTS)[:50]}{identifier}"
        else:
            values[column.name] = _value(choose, column)
    for constraint in mapper.local_table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            key = tuple(values.get(column.name) for column in constraint.columns)
            if key in taken:
                return None
            taken.add(key)
    return values


def _value(choose: Random, column: sa.Column[Any]) -> Any:
    kind = column.type.python_type
    if kind is list:
        return [choose.choice(TEXTS) for _ in range(choose.randrange(3))]
    if issubclass(kind, Enum):
        return choose.choice(list(kind))
    if kind is int:
        return choose.choice(MONEY if column.name in MONEYS else NUMBERS)
    choices: dict[Any, Any] = {str: TEXTS, bool: (True, False), Decimal: DECIMALS, date: DAYS, datetime: INSTANTS}
    # Few values make many ties, and now and then any of them.
    return choose.choice(choices[kind][:4] if choose.random() < 0.5 else choices[kind])


def _composites(model: Any) -> list[str]:
    return [composite.key for composite in sa.inspect(model).composites]


def _fuzzy(choose: Random) -> FuzzyDate:
    def maybe(values: Any) -> Any:
        return choose.choice(values) if choose.random() < 0.7 else None

    return FuzzyDate(maybe(PRINTS), maybe(DAYS), maybe(DAYS), maybe(list(Precision)), maybe(list(Bound)))
