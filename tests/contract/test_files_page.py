"""The pages on files and REST tell the truth: tables shown are those of the file, and names and codes are known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from api.app import create_app
from api.errors import Code
from api.files.formats import FORMATS
from api.files.sources import MOST
from api.settings import Settings
from tests.api.running import running
from tests.contract.answers import is_excerpt
from tests.contract.markdown import REPOSITORY, blocks, examples, section, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    import sqlalchemy as sa

FILES = REPOSITORY / "docs" / "files.md"
REST = REPOSITORY / "docs" / "rest.md"
SHOWN = re.findall(r"`table=([\w.]+)`:\n\n```csv\n(.*?)```", FILES.read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def client(dataset_url: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("documents")
    (kept,) = examples(REST)
    (folder / "documents.json").write_bytes(orjson.dumps({"lines": kept.query}))
    with running(create_app(dataset_url, Settings(persisted_dir=folder))) as connected:
        yield connected


@pytest.mark.parametrize(("name", "shown"), SHOWN)
def test_tables_shown_are_those_of_the_file(client: httpx.Client, name: str, shown: str) -> None:
    (example,) = examples(FILES)
    found = client.get("/files/csv", params={"query": example.query, "table": name})
    assert found.content.decode("utf-8-sig").splitlines() == shown.splitlines()


def test_every_table_of_the_example_is_shown() -> None:
    assert [name for name, _ in SHOWN] == ["fieldSchemes", "fieldSchemes.fields", "answer"]
    assert len(SHOWN) == sum(block.language == "csv" for block in blocks(FILES))


def test_every_format_is_documented() -> None:
    documented = [tuple(cell.strip("`") if place < 2 else cell for place, cell in enumerate(row)) for row in rows()]
    assert documented == [(each.name, each.media, each.about) for each in FORMATS.values()]


def rows() -> Any:
    return table(FILES, "Formats")


def test_how_many_objects_have_their_sources_looked_for() -> None:
    assert f"the first {MOST:,} objects" in section(FILES, "Sources")


def test_codes_of_refusals_are_codes() -> None:
    for row in table(FILES, "What is refused"):
        assert set(re.findall(r"`(\w+)`", row[1])) <= Code.__members__.keys()


def test_the_kept_query_answers_at_its_address(client: httpx.Client) -> None:
    (kept,) = examples(REST)
    (command,) = (block.text for block in blocks(REST) if block.language == "sh")
    first, second = re.findall(r"http://127\.0\.0\.1:8000(\S+?)'", command)
    assert is_excerpt(kept.answer, client.get(first).json())
    assert client.get(second, headers={"Accept": "text/csv"}).text.startswith("\ufeffamount,ministry.name\r\n")
