"""The law of exports: importing what was exported changes nothing, and makes the same state in another database."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from db import models
from db.connection import engine
from db.exporting.exporter import Digest, check, export
from db.exporting.files import ExportStopped
from db.models.base import Grade
from db.models.sources import DocumentKind, Standing
from db.releases import latest, publish
from tests.conftest import new_database
from tests.db.exporting.states import (
    DATASET,
    FORMATS,
    TRICKY,
    dataset,
    everything,
    exported,
    imported,
    others,
    term,
)
from tests.marking import slow_but

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.models import Fact

pytestmark = pytest.mark.anyio

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30) | st.sampled_from(TRICKY)


@pytest.fixture(scope="module")
def filled(server_url: sa.URL, tables: sa.URL) -> Iterator[sa.URL]:
    """A database with a made-up state; whoever imports into it changes nothing."""

    async def fill(url: sa.URL) -> None:
        async with engine(url) as pool:
            await publish(pool, "1", put=[*dataset(1), *others()])

    with new_database(server_url, str(tables.database)) as url:
        asyncio.run(fill(url))
        yield url


@pytest.fixture
def other_copy(server_url: sa.URL, tables: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(tables.database)) as url:
        yield url


@pytest.fixture
async def elsewhere(other_copy: sa.URL) -> AsyncIterator[AsyncEngine]:
    """An engine on a second database without facts."""
    async with engine(other_copy) as other:
        yield other


async def _nothing_changes(pool: AsyncEngine, file: Path) -> None:
    async with pool.connect() as connection:
        before = await latest(connection)
    outcome = await imported(pool, file)
    kinds = {(each.added, each.changed, each.removed) for each in outcome.difference.values()}
    assert kinds == {(0, 0, 0)}
    assert outcome.release is None
    async with pool.connect() as connection:
        assert await latest(connection) == before


@pytest.mark.parametrize("suffix", slow_but(FORMATS, "csv"))
async def test_an_import_of_an_export_changes_nothing_and_makes_the_same_state_elsewhere(
    filled: sa.URL, pool: AsyncEngine, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"facts.{suffix}"
    await publish(pool, "1", put=[*others(), term(f"{DATASET}/not in the file")])
    async with engine(filled) as source:
        found = await exported(source, file)
        assert found.facts == len(dataset(1))
        await _nothing_changes(source, file)
        outcome = await imported(pool, file)
        assert outcome.release is not None
        assert await everything(pool) == await everything(source)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32), texts=st.lists(TEXT, min_size=1, max_size=40), suffix=st.sampled_from(FORMATS))
def test_the_law_holds_of_any_state(
    server_url: sa.URL, tables: sa.URL, seed: int, texts: list[str], suffix: str
) -> None:
    async def hold(first: sa.URL, second: sa.URL, folder: Path) -> None:
        async with engine(first) as source, engine(second) as pool:
            await publish(source, "1", put=[*dataset(seed, texts), *others()])
            await publish(pool, "1", put=others())
            file = folder / f"facts.{suffix}"
            await exported(source, file)
            await _nothing_changes(source, file)
            await imported(pool, file)
            assert await everything(pool) == await everything(source)

    empty = str(tables.database)
    with (
        new_database(server_url, empty) as first,
        new_database(server_url, empty) as second,
        tempfile.TemporaryDirectory() as folder,
    ):
        asyncio.run(hold(first, second, Path(folder)))


NUMBERS = ("NaN", "Infinity", "-Infinity", "0.10", "-0", "1E+4000", "1E-4000", "1234567890123456789.123456789")


def edges() -> list[Fact]:
    """Make facts with what a format could lose, and a document with what no mapping can say."""
    own = models.Document(
        id=f"document:{DATASET}",
        grade=Grade.SENSITIVE,
        title='제목 "가"\x7f',
        kind=DocumentKind.NOTICE,
        standing=Standing.OFFICIAL,
        publisher_as_printed="",
        published_on=date(9999, 12, 31),
        distributed_at=datetime(1, 1, 2, 3, 4, 5, tzinfo=UTC),
        embargo_until=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        note="-",
    )
    figures = [
        models.Statistic(
            id=f"statistic:{DATASET}/{place}",
            grade=Grade.CONFIDENTIAL,
            measure="",
            name=" ",
            value=Decimal(number),
            unit="%",
            as_printed=number,
        )
        for place, number in enumerate(NUMBERS)
    ]
    terms = [term(f"{DATASET}/{place}", text) for place, text in enumerate(TRICKY)]
    lists = [[], [""], list(TRICKY), [None, "null"]]
    for each, synonyms in zip(terms, lists, strict=False):
        each.synonyms = synonyms  # type: ignore[assignment]
    return [own, *figures, *terms]


@pytest.mark.slow
async def test_every_format_keeps_every_character_and_digit(
    pool: AsyncEngine, elsewhere: AsyncEngine, tmp_path: Path
) -> None:
    await publish(pool, "1", put=edges())
    for suffix in FORMATS:
        file = tmp_path / f"facts.{suffix}"
        await exported(pool, file)
        await _nothing_changes(pool, file)
        outcome = await imported(elsewhere, file)
        assert outcome.release is not None
        assert outcome.release.title == '제목 "가"\x7f'
        assert await everything(elsewhere) == await everything(pool)
        await publish(elsewhere, "none", remove=[str(fact.id) for fact in edges()])


async def test_a_release_of_before_can_be_exported(pool: AsyncEngine, tmp_path: Path) -> None:
    await publish(pool, "1", put=[term(f"{DATASET}/1", "처음"), term(f"{DATASET}/2")])
    before = await everything(pool)
    await publish(pool, "2", put=[term(f"{DATASET}/1", "나중"), term(f"{DATASET}/3")], remove=[f"term:{DATASET}/2"])
    found = await exported(pool, tmp_path / "before.csv", release=1)
    assert (found.facts, found.release) == (2, 1)
    outcome = await imported(pool, tmp_path / "before.csv")
    terms = outcome.difference["terms"]
    assert (terms.added, terms.changed, terms.removed) == (1, 1, 1)
    assert await everything(pool) == before


async def test_one_state_makes_one_file(pool: AsyncEngine, tmp_path: Path) -> None:
    await publish(pool, "1", put=edges())
    for suffix in FORMATS:
        first, again = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
        await exported(pool, first)
        await exported(pool, again)
        assert first.read_bytes() == again.read_bytes(), suffix


async def test_what_is_published_meanwhile_is_not_in_the_file(pool: AsyncEngine, copy: sa.URL, tmp_path: Path) -> None:
    """Statistics are read before terms, and somebody publishes in between."""
    await publish(pool, "1", put=edges())

    async def publish_more() -> None:
        async with engine(copy) as another:
            await publish(another, "2", put=[term(f"{DATASET}/0", "나중"), term(f"{DATASET}/z")])

    others_at_work: list[Thread] = []

    def progress(rows: int) -> None:
        if rows == 1 + len(NUMBERS):
            others_at_work.append(Thread(target=lambda: asyncio.run(publish_more())))
            others_at_work[0].start()
            others_at_work[0].join()

    file = tmp_path / "facts.csv"
    found = await export(pool, DATASET, file, "csv", progress=progress)
    assert len(others_at_work) == 1
    assert (found.facts, found.release) == (len(edges()), 1)
    assert "나중" not in file.read_text("utf-8")
    assert (await export(pool, DATASET, file, "csv")).facts == len(edges()) + 1


@pytest.mark.parametrize(
    ("name", "release", "sentence"),
    [
        ("nothing", None, "no fact of a dataset 'nothing'"),
        (DATASET, 1, "no fact of a dataset 'made-up' at release 1"),
        (DATASET, 3, "no release 3: the newest is 2"),
        (DATASET, 0, "no release 0: the newest is 2"),
        ("../up", None, "no name of a dataset"),
    ],
)
async def test_what_cannot_be_exported(
    pool: AsyncEngine, tmp_path: Path, name: str, release: int | None, sentence: str
) -> None:
    await publish(pool, "1", put=[term("a")])
    await publish(pool, "2", put=[term(f"{DATASET}/1")])
    with pytest.raises(ExportStopped, match=sentence):
        await export(pool, name, tmp_path / "facts.csv", "csv", release=release)


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_fact_that_no_import_would_take_is_not_exported(pool: AsyncEngine, tmp_path: Path) -> None:
    """A state that only `publish` can make: a type that contradicts its identifier."""
    wrong = models.Ministry(
        id=f"ministry:{DATASET}/1", grade=Grade.OPEN, kind=models.organizations.OrganizationKind.MINISTRY, name="가"
    )
    wrong.type = models.organizations.OrganizationType.INSTITUTION
    await publish(pool, "1", put=[wrong])
    with pytest.raises(ExportStopped, match=f"ministry:{DATASET}/1 id: this is an identifier of a Ministry"):
        await exported(pool, tmp_path / "facts.csv")
    assert files(tmp_path) == []


@pytest.mark.parametrize("lines", [["term:made-up/1,나"], [], ["term:made-up/1,가", "term:made-up/2,가"]])
def test_a_file_that_holds_anything_else_than_was_written_is_found_out(tmp_path: Path, lines: list[str]) -> None:
    table, file = models.fact_tables()["terms"], tmp_path / "facts.csv"
    facts = Digest()
    facts.add(table, ["term:made-up/1", "OPEN", None, "가", "가", None, [], None])
    file.write_text("\n".join(["id,form,grade,meaning", *(f"{line},OPEN,가" for line in lines)]), "utf-8")
    with pytest.raises(ExportStopped, match="what was written is not what is read back"):
        check(file, "csv", DATASET, facts)
    file.write_text("id,form,grade,meaning\nterm:made-up/1,가,OPEN,가\n", "utf-8")
    check(file, "csv", DATASET, facts)
