"""Text files: which encoding one is in, found by reading all of it once before its first row is given."""

from __future__ import annotations

import codecs
import gzip
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from db.importing.tables import FileError
from db.importing.unpacking import chunks, open_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UTF_8 = "utf-8-sig"  # Also without the mark that Excel writes first.
# A line is held in memory whole; a thousand columns of usual texts stay far below.
LONGEST_LINE = 8_000_000


@contextmanager
def open_text(file: Path, encoding: str | None, longest_line: int | None = LONGEST_LINE) -> Iterator[TextIO]:
    """Open a text file of which every byte has been found to be sound."""
    found = find_encoding(file, encoding, longest_line)
    with open_bytes(file) as (_, stream), io.TextIOWrapper(stream, found, newline="") as text:
        yield text


def share_read(file: Path, text: TextIO) -> float:
    """Return how much of an open file is read, of its bytes as they lie on the disk."""
    unpacked: object = text.buffer
    packed = cast("BinaryIO", unpacked.fileobj) if isinstance(unpacked, gzip.GzipFile) else text.buffer
    return packed.tell() / file.stat().st_size


def find_encoding(file: Path, encoding: str | None, longest_line: int | None) -> str:
    """Return the encoding that a layout gives, or the first usual one in which all of the file can be read."""
    if encoding is not None:
        candidates = [UTF_8 if codecs.lookup(encoding).name == "utf-8" else encoding]
    else:
        candidates = [UTF_8] if next(chunks(file), b"").startswith(codecs.BOM_UTF8) else [UTF_8, "cp949"]
    faults = []
    for candidate in candidates:
        place = Survey(file, candidate, longest_line).first_wrong_byte()
        if place is None:
            return candidate
        faults.append(f"{'UTF-8' if candidate == UTF_8 else candidate.upper()} ({place})")
    raise FileError(f"{file.name}: is not {' and not '.join(faults)}: save it as UTF-8, or give its encoding")


class Survey:
    """One reading of a text file that keeps nothing of it."""

    def __init__(self, file: Path, encoding: str, longest_line: int | None) -> None:
        self.file = file
        self.decoder = codecs.getincrementaldecoder(encoding)()
        self.longest_line = longest_line
        self.line = 1
        self.line_length = 0
        self.has_text = False

    def first_wrong_byte(self) -> str | None:
        """Return where a byte stands that the encoding does not have, and refuse what no encoding makes a list."""
        read = 0
        for chunk in chunks(self.file):
            if (place := self.take(chunk, read)) is not None:
                return place
            read += len(chunk)
        if (place := self.take(b"", read)) is not None:
            return place
        if not self.has_text:
            raise FileError(f"{self.file.name}: is empty: hand in the file with its rows")
        return None

    def take(self, chunk: bytes, read: int) -> str | None:
        """Check one chunk, the last being empty; return where it has a wrong byte."""
        try:
            text = self.decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            # The decoder was given what was left of the chunk before, too.
            line = self.line + error.object[: error.start].count(b"\n")
            return f"line {line}, byte {read + len(chunk) - len(error.object) + error.start + 1}"
        if "\0" in text:
            line = self.line + text[: text.index("\0")].count("\n")
            raise FileError(f"{self.file.name}: line {line} has a NUL character: save the file as UTF-8 text")
        self.has_text = self.has_text or not (text.isspace() or not text)
        self.measure(text)
        return None

    def measure(self, text: str) -> None:
        """Count the lines, and refuse one that is too long to be held."""
        self.line += text.count("\n")
        end = max(text.rfind("\n"), text.rfind("\r"))
        self.line_length = self.line_length + len(text) if end < 0 else len(text) - end - 1
        if self.longest_line is not None and self.line_length > self.longest_line:
            raise FileError(
                f"{self.file.name}: line {self.line} is longer than {self.longest_line:,} characters: "
                "hand in a file with one row a line"
            )
