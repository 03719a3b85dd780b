"""The page on exporting tells the truth: its example is exported and imported, and its tables equal the code."""

from __future__ import annotations

import asyncio
from inspect import signature
from typing import TYPE_CHECKING

import pytest

from api.cli import export as command
from db.connection import engine
from db.exporting.exporter import export
from db.exporting.files import WRITERS, write_mapping
from db.exporting.formats import workbook
from db.importing.exact_cells import written as cell_of
from db.importing.importer import Choices, Watcher, import_file
from db.importing.mapping import Exact, read_any_mapping
from tests.conftest import new_database
from tests.contract.markdown import REPOSITORY, blocks, section, table
from tests.contract.test_importing_page import imported, without, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

PAGE = REPOSITORY / "docs" / "exporting.md"
NAME = "hanbit-2027.ndjson"


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


def shown(language: str) -> str:
    """Return the one block of the page in a language."""
    (text,) = (block.text for block in blocks(PAGE) if block.language == language)
    return text


def test_example_is_exported_as_shown_and_comes_back(url: sa.URL, tmp_path: Path) -> None:
    imported(url, written(tmp_path / "hanbit-2027.xlsx"), Watcher())
    file, mapping = tmp_path / NAME, tmp_path / f"{NAME}.toml"

    async def run() -> None:
        async with engine(url) as pool:
            found = await export(pool, "hanbit-2027", file, "ndjson")
            write_mapping(mapping, NAME, "hanbit-2027", found.title, found.release)
            outcome = await import_file(pool, file, read_any_mapping(mapping), Choices())
            assert outcome.release is None

    asyncio.run(run())
    assert mapping.read_text("utf-8") == shown("toml")
    lines = file.read_text("utf-8").splitlines()
    assert f"has {len(lines)} facts" in section(PAGE, "An example")
    for line in shown("json").splitlines():
        assert line in lines


def test_every_key_is_documented() -> None:
    documented = [(row[0].strip("`"), row[1].strip("`")) for row in table(PAGE, "The mapping")]
    assert documented == [
        (name, "all defaults" if name == "file" else without(Exact, name)) for name in Exact.model_fields
    ]


def test_every_format_is_documented() -> None:
    assert [row[0].strip("`") for row in table(PAGE, "Formats")] == list(WRITERS)
    assert f"{workbook.LONGEST_TEXT:,}" in section(PAGE, "Formats")


def test_texts_stand_in_cells_as_the_page_says() -> None:
    texts = {
        "nothing": None,
        "an empty text": "",
        "` 가`": " 가",
        '`"가"`': '"가"',
        "`-`": "-",
        "`00123`": "00123",
        "`=1+1`": "=1+1",
    }
    rows = {row[0]: row[1].strip("`") for row in table(PAGE, "Cells")}
    assert rows == {said: cell_of(text) or "an empty cell" for said, text in texts.items()}


def test_every_option_is_documented() -> None:
    own = [name for name in signature(command).parameters if name not in ("dataset", "data_dir", "database_url")]
    options = [f"--{name.strip('_').replace('_', '-')}" for name in own]
    assert [row[0].strip("`") for row in table(PAGE, "The command")] == options
