"""States of a dataset that no source has, and their way into a file and back."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.exporting.exporter import export
from db.exporting.files import mapping_beside, taking_place, write_mapping
from db.importing.exact_cells import written
from db.importing.files import chosen_format
from db.importing.importer import Choices, Watcher, import_file
from db.importing.layout import Layout
from db.importing.mapping import read_any_mapping
from db.models import Document, Fact, Term
from db.models.base import Grade
from db.releases import latest, state
from tests.schema.oracle.generated import ROWS, TEXTS, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.exporting.exporter import Exported
    from db.importing.importer import Outcome

DATASET = "made-up"
FORMATS = ("csv", "csv.gz", "tsv", "tsv.gz", "xlsx", "json", "json.gz", "ndjson", "ndjson.gz", "parquet")
TRICKY = (
    *(
        "-",
        "–",
        "…",
        "=1+1",
        "+1",
        "@a",
        "'00123",
        "00123",
        "1,000",
        "1e5",
        "true",
        "TRUE",
        "null",
        "#REF!",
        "nan",
        " ",
    ),
    *("  앞", "뒤 ", "가\n나", "가\r나", "\n", "가\t나", '"', '""', '"가"', '가"나', "a,b", "_x0041_", "_x0041_x0042_"),
    *(
        "[1]",
        '["a"]',
        "\ufeff가",
        "\ufffe",
        "\u3000",
        "\xa0",
        "<a>&amp;]]>",
        "2026-06-18",
        "△1,200",
        "\\N",
        "가" * 3_000,
    ),
)

LONG, OFTEN = 100, 3
"""From how many characters on a text is long, and how often such a text is in a state as a whole."""


def term(key: str, form: str = "가") -> Term:
    """Make a term, open to all."""
    return Term(id=f"term:{key}", grade=Grade.OPEN, form=form, meaning="나", synonyms=[])


def others() -> list[Fact]:
    """Make facts that are none of the dataset's, by the narrowest margin."""
    keys = ("built-in", "made-up", "made-up-2/1", "made-u/1", "made-up.x", "Made-up/1", f"x/{DATASET}/1")
    return [term(key) for key in keys]


def dataset(seed: int, texts: Sequence[str] = TRICKY) -> list[Fact]:
    """Make rows of every type that refer to each other, as facts of the dataset, with odd texts and odd identifiers."""
    choose, made, long = Random(seed), list(rows(seed)), Counter[str]()

    def text() -> str:
        # Search notes each of thousands of letters as a place: that is dear, and says nothing new in the fourth row.
        found = choose.choice(texts)
        long[found] += len(found) > LONG
        return found if long[found] <= OFTEN else found[:LONG]

    names = {str(fact.id): _renamed(str(fact.id), choose) for fact in made}
    for fact in made:
        mapper: sa.orm.Mapper[Any] = sa.inspect(type(fact))
        table = mapper.local_table
        assert isinstance(table, sa.Table)
        held = {
            column for rule in table.constraints if isinstance(rule, sa.UniqueConstraint) for column in rule.columns
        }
        for attribute in mapper.column_attrs:
            column, value = attribute.columns[0], getattr(fact, attribute.key)
            if value in names.keys() - {""} if isinstance(value, str) else False:
                setattr(fact, attribute.key, names[value])
            elif isinstance(column.type, sa.Text) and value is not None and column not in held:
                setattr(fact, attribute.key, text() if choose.random() < 0.5 else value)
            elif isinstance(column.type, sa.ARRAY) and value:
                setattr(fact, attribute.key, [text(), *value])
    return made


def _renamed(identifier: str, choose: Random) -> str:
    prefix, _, number = identifier.partition(":")
    if identifier == f"{Document.id_prefix}:{ROWS - 1}":
        return f"{Document.id_prefix}:{DATASET}"
    odd = choose.choice(TEXTS)[:50] if choose.random() < 0.3 else ""
    return f"{prefix}:{DATASET}/{odd}{number}"


async def exported(pool: AsyncEngine, file: Path, *, release: int | None = None, dataset: str = DATASET) -> Exported:
    """Export a dataset to a file with its mapping."""
    with taking_place(file, force=False) as (data, mapping):
        found = await export(pool, dataset, data, chosen_format(file, Layout()), release=release)
        write_mapping(mapping, file.name, dataset, found.title, found.release)
    return found


async def imported(pool: AsyncEngine, file: Path, watcher: Watcher | None = None) -> Outcome:
    """Import an exported file by the mapping beside it."""
    return await import_file(pool, file, read_any_mapping(mapping_beside(file)), Choices(), watcher)


async def everything(pool: AsyncEngine) -> dict[str, list[list[Any]]]:
    """Return all facts but for the releases that wrote them, with every digit and character."""
    async with pool.connect() as connection:
        found = await state(connection, await latest(connection))
    return {
        table: [
            [written(getattr(value, "name", value)) for name, value in row.items() if name != "released_in"]
            for _, row in sorted(facts.items())
        ]
        for table, facts in found.items()
    }
