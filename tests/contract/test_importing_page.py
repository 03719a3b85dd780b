"""The page on importing tells the truth: its example is imported, and its tables equal the mapping's models."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import xlsxwriter

from api.import_endpoint import MOST_AT_ONCE
from api.import_request import MEDIA_TYPES, PARAMETERS
from api.import_worker import SHOWN as FAULTS_SHOWN
from api.importing import HEAD, described
from db.connection import engine
from db.importing import cells, encodings, mapping, tables, unpacking
from db.importing.difference import SHOWN
from db.importing.facts import Refusal
from db.importing.formats import archive, members, records, workbook
from db.importing.importer import Choices, ImportStopped, Watcher, import_file
from db.importing.layout import Layout
from tests.conftest import new_database
from tests.contract.answers import answered, is_excerpt
from tests.contract.markdown import REPOSITORY, blocks, examples, section, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import sqlalchemy as sa
    from pydantic import BaseModel

    from db.importing.difference import Difference

PAGE = REPOSITORY / "docs" / "importing.md"
MAPPING = REPOSITORY / "docs" / "examples" / "hanbit-2027.toml"
EXAMPLE = "A whole example"
PARTS: dict[str, type[BaseModel]] = {
    "The mapping": mapping.Mapping,
    "The document": mapping.Source,
    "The file": Layout,
    "Facts": mapping.FactMapping,
    "Each": mapping.Each,
    "Values": mapping.Value,
    "Claims": mapping.ClaimMapping,
    "Conditions": mapping.Condition,
    "Chains of versions": mapping.Chain,
    "Totals": mapping.Total,
}
SAID_OTHERWISE = {
    ("Layout", "format"): "by the suffix",
    ("Layout", "encoding"): "UTF-8, else CP949",
    ("Layout", "sheet"): "the first",
    ("Mapping", "file"): "all defaults",
    ("FactMapping", "name"): "its type",
    ("Total", "of"): "all other rows",
}
"""What holds without a key, where its default does not say so."""
LIMITS = [
    f"{tables.MOST_COLUMNS:,}",
    f"{tables.LONGEST_CELL:,} characters",
    f"{encodings.LONGEST_LINE:,} characters",
    f"{cells.MOST_DIGITS:,}",
    f"{workbook.LAST_ROW:,}",
    f"{archive.LONGEST_ROW // 1024**2} MiB",
    f"{archive.MOST_SHARED // 1024**2} MiB",
    f"{records.LARGEST_JSON:,} characters",
    f"{members.DEEPEST}",
    f"{unpacking.MOST_UNPACKED // 1024**3} GiB",
    f"{unpacking.HIGHEST_RATIO} times, above {unpacking.RATIO_COUNTS_FROM // 1024**2} MiB",
]


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


def sheet() -> list[list[str]]:
    """Return the rows of the sheet that the page shows, without their numbers."""
    shown = re.findall(r"^\| \d+ \|(.*)\|$", section(PAGE, EXAMPLE), re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in shown if row.count("|") > 3]


def block(language: str, role: str = "") -> str:
    """Return the one block of the page with a language, a role, and the whole example's section around it."""
    found = section(PAGE, EXAMPLE)
    (text,) = (one.text for one in blocks(PAGE) if (one.language, one.role) == (language, role) and one.text in found)
    return text


def written(path: Path, **other: str) -> Path:
    """Write the workbook of the page, with other texts in some of its cells."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("표지")
        page = book.add_worksheet("사업별")
        for area in re.findall(r"`([A-Z]\d+:[A-Z]\d+)`", section(PAGE, EXAMPLE)):
            page.merge_range(area, "")
        for row, texts in enumerate(sheet()):
            for column, text in enumerate(texts):
                found = other.get(f"{'ABCDEFGHI'[column]}{row + 1}", text)
                if re.fullmatch(r"\d+(\.\d+)?", found):
                    page.write_number(row, column, float(found))
                elif found:
                    page.write_string(row, column, found)
    return path


def imported(url: sa.URL, path: Path, watcher: Watcher) -> None:
    """Import a workbook by the mapping of the page."""

    async def run() -> None:
        async with engine(url) as pool:
            await import_file(pool, path, mapping.read_mapping(MAPPING), Choices(), watcher)

    asyncio.run(run())


def test_mapping_shown_is_the_one_that_is_used() -> None:
    assert block("toml") == MAPPING.read_text("utf-8")


def test_example_is_imported_and_answers_as_shown(url: sa.URL, tmp_path: Path) -> None:
    differences: list[Difference] = []
    imported(url, written(tmp_path / "hanbit-2027.xlsx"), Watcher(found=differences.append))
    assert "\n".join(described(*differences)) + "\n" == block("text", "difference")
    (example,) = examples(PAGE)
    answer, _ = answered(url, example.query)
    assert example.answer is not None
    assert is_excerpt(example.answer, answer), orjson.dumps(answer).decode()


def test_wrong_total_is_refused_as_shown(url: sa.URL, tmp_path: Path) -> None:
    (cell, said) = re.findall(r"Had cell (\w+) said (\d+),", section(PAGE, EXAMPLE))[0]
    refused: list[Refusal] = []
    path = written(tmp_path / "hanbit-2027.xlsx", **{cell: said})
    # Above the rows are the title and the head.
    with pytest.raises(ImportStopped, match=f"^1 of {len(sheet()) - 3} rows are refused"):
        imported(url, path, Watcher(refused=refused.append))
    shown = [row for row in table(PAGE, EXAMPLE) if len(row) == len(HEAD)]
    assert [[str(one.row), one.column, one.cell, one.reason] for one in refused] == shown[2:]


def test_every_fault_is_named_by_its_row_and_column(url: sa.URL, tmp_path: Path) -> None:
    refused: list[Refusal] = []
    path = written(tmp_path / "hanbit-2027.xlsx", D4="미정", E9="1")
    with pytest.raises(ImportStopped, match=r"^3 of 6 rows are refused"):
        imported(url, path, Watcher(refused=refused.append))
    places = [(4, "예산 / 요구"), (6, "예산 / 요구"), (9, "예산 / 요구"), (9, "예산 / 정부안")]
    assert [(one.row, one.column) for one in refused] == places


@pytest.mark.parametrize(("heading", "part"), PARTS.items(), ids=PARTS)
def test_every_key_is_documented(heading: str, part: type[BaseModel]) -> None:
    documented = [(row[0].strip("`"), row[1].strip("`")) for row in table(PAGE, heading)]
    assert documented == [(name, without(part, name)) for name in part.model_fields]


def without(part: type[BaseModel], key: str) -> str:
    """Return what the page says that holds without a key."""
    field = part.model_fields[key]
    said: Any = SAID_OTHERWISE.get((part.__name__, key), field.default)
    return "needed" if field.is_required() else str(said) if said not in (None, [], {}) else "none"


def test_every_part_of_a_mapping_is_documented() -> None:
    parts = {*mapping.Part.__subclasses__(), *mapping.Described.__subclasses__(), Layout}
    # What describes an exported file is documented on the page on exporting.
    assert set(PARTS.values()) == parts - {mapping.Described, mapping.Exact, mapping.Read, mapping.ReadExact}


def test_how_much_is_shown_is_documented() -> None:
    assert f"the first {SHOWN} of each type" in section(PAGE, "What an import does")


def test_what_http_takes_is_documented() -> None:
    assert sorted(row[0].strip("`") for row in table(PAGE, "Over HTTP")) == list(PARAMETERS)
    for media in MEDIA_TYPES:
        assert f"`{media}`" in section(PAGE, "Over HTTP")
    assert f"`first` {FAULTS_SHOWN}" in section(PAGE, "What HTTP answers")
    assert MOST_AT_ONCE == 4, "four files, says the page"


def test_limits_are_documented() -> None:
    assert [row[1] for row in table(PAGE, "Limits")] == LIMITS


@pytest.mark.parametrize(("kind", "read"), [("Numbers", cells.number), ("Days", cells.day)])
def test_cells_are_read_as_the_page_says(kind: str, read: Callable[[str], object]) -> None:
    said = re.search(rf"^### {kind}\n\n(.*?) are {kind.lower()}", section(PAGE, "Cells"), re.MULTILINE | re.DOTALL)
    assert said
    for text in re.findall(r"`([^`]+)`", said[1]):
        assert read(text) is not None, text
