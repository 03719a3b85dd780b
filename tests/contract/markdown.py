"""The parts of a Markdown document that a test can hold against the code: code blocks, tables, links and headings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
FENCED = re.compile(r"^```(\S*)[ ]?([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the word behind it and its text."""

    language: str
    role: str
    text: str


@dataclass(frozen=True)
class Example:
    """A query of a document, the variables that follow it and the answer that it shows, each if there is one."""

    path: Path
    number: int
    query: str
    variables: dict[str, Any]
    answer: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{name(self.path)}-{self.number}"


def name(path: Path) -> str:
    """Name a document as people do."""
    return path.relative_to(REPOSITORY).as_posix()


def text(path: Path) -> str:
    """Return a document without its code blocks."""
    return FENCED.sub("", path.read_text("utf-8"))


def blocks(path: Path) -> list[Block]:
    """Return the code blocks of a document, in order."""
    return [Block(*found) for found in FENCED.findall(path.read_text("utf-8"))]


def examples(path: Path) -> Iterator[Example]:
    """Return the queries of a document; ``json variables`` and ``json answer`` belong to the query before them."""
    found = blocks(path)
    for number, block in enumerate(found):
        if block.language == "graphql":
            rest = found[number + 1 :]
            end = next((at for at, other in enumerate(rest) if other.language == "graphql"), len(rest))
            given = {other.role: json.loads(other.text) for other in rest[:end] if other.language == "json"}
            yield Example(path, number, block.text, given.get("variables", {}), given.get("answer"))


def section(path: Path, heading: str) -> str:
    """Return what stands between a heading of the second level and the next."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found, f"{name(path)} has no section {heading!r}"
    return found[1]


def table(path: Path, heading: str) -> list[list[str]]:
    """Return the cells of the table in a section, without its head."""
    rows = re.findall(r"^\|(.*)\|$", section(path, heading), re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows[2:]]


def links(path: Path) -> list[str]:
    """Return where a document's links lead."""
    return re.findall(r"\]\(([^)\s]+)\)", text(path))


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
