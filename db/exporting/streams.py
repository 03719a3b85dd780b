"""Text files that are written, packed where their name says so."""

from __future__ import annotations

import gzip
import io
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TextIO, cast

from db.importing.unpacking import is_packed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


@contextmanager
def open_text(file: Path) -> Iterator[TextIO]:
    """Open a new text file in UTF-8."""
    with ExitStack() as stack:
        stream = cast("BinaryIO", stack.enter_context(file.open("wb")))
        if is_packed(file):
            # Without its name and the time, one state makes one file.
            packed = gzip.GzipFile(filename="", fileobj=stream, mode="wb", compresslevel=6, mtime=0)
            stream = cast("BinaryIO", stack.enter_context(packed))
        yield stack.enter_context(io.TextIOWrapper(stream, "utf-8", newline=""))
