"""Write ``passages.toml`` from the source texts: ``python -m db.dataset.hash_passages FOLDER``.

Its table ``files`` says which file below the folder holds a document; it is kept, and everything else is written anew.
"""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from pathlib import Path

from db.dataset import DATASET
from db.dataset.entries import HASHES, Contents, read_contents, read_toml
from db.dataset.place import DatasetError


def read_lines(path: Path) -> list[str]:
    """Return the lines of a source text, the first at index 0."""
    return path.read_text("utf-8").split("\n")


def hash_of(lines: list[str], first: int, last: int) -> str:
    """Return the hash of the lines from first to last, counted from 1."""
    if last > len(lines):
        raise DatasetError(f"line {last} is beyond the end of the text")
    return hashlib.sha256("\n".join(lines[first - 1 : last]).encode()).hexdigest()


def cited_lines(contents: Contents) -> dict[str, set[tuple[int, int]]]:
    """Return the spans of lines that the dataset cites, by document."""
    cited: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for source in contents.sources():
        spot = source.spot
        if spot.first_line is not None and spot.last_line is not None:
            cited[spot.document_id].add((spot.first_line, spot.last_line))
    return cited


def passages(files: dict[str, str], cited: dict[str, set[tuple[int, int]]], texts: Path) -> str:
    """Return the text of ``passages.toml``."""
    parts = ["[files]", *(f'"{document}" = "{path}"' for document, path in files.items())]
    for document in sorted(cited):
        if document not in files:
            raise DatasetError(f"{HASHES}: [files] does not say which file holds {document!r}")
        lines = read_lines(texts / files[document])
        parts += ["", f'["{document}"]']
        for first, last in sorted(cited[document]):
            name = f"{first}" if first == last else f"{first}-{last}"
            parts.append(f'"{name}" = "{hash_of(lines, first, last)}"')
    return "\n".join(parts) + "\n"


def main(texts: Path, folder: Path = DATASET) -> None:
    """Write the hashes of every line that the dataset cites."""
    written = passages(read_toml(folder / HASHES)["files"], cited_lines(read_contents(folder)), texts)
    (folder / HASHES).write_text(written, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
