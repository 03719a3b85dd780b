"""A project as a page of the documentation shows it, file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schema import printed_schema
from tests.contract.markdown import blocks

if TYPE_CHECKING:
    from pathlib import Path


def written(page: Path, folder: Path) -> None:
    """Write the files that a page shows into a folder."""
    for block in blocks(page):
        if "." in block.role:
            (folder / block.role).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.role).write_text(block.text, "utf-8")
    (folder / "schema.graphql").write_text(printed_schema(), "utf-8")
