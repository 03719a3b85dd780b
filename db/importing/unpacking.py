"""The bytes of a file, unpacked where it is gzip, and never more of them than a list can have."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from db.importing.tables import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A million rows as wide as the R&D budget are a third of a gigabyte of text.
MOST_UNPACKED = 4 * 1024**3
# Lists pack to between a tenth and a fiftieth; a file made to fill memory or disk packs to a thousandth.
HIGHEST_RATIO = 200
# Below this the ratio does no harm, and a short list of equal rows may reach it.
RATIO_COUNTS_FROM = 64 * 1024**2

CHUNK = 1024**2


@contextmanager
def open_bytes(file: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open a file, and give its bytes as they are, and as they are once unpacked if its name says that it is gzip."""
    with file.open("rb") as packed:
        if is_packed(file):
            with gzip.GzipFile(fileobj=packed) as unpacked:
                yield packed, cast("BinaryIO", unpacked)
        else:
            yield packed, packed


def is_packed(file: Path) -> bool:
    """Return whether a file's name says that it is gzip."""
    return file.suffix.lower() == ".gz"


def chunks(file: Path) -> Iterator[bytes]:
    """Yield a file's bytes, unpacked, and refuse the file once they are more than a list can have."""
    given = 0
    try:
        with open_bytes(file) as (packed, unpacked):
            while chunk := unpacked.read(CHUNK):
                given += len(chunk)
                if packed is not unpacked:
                    refuse_bomb(file, packed.tell(), given)
                yield chunk
    except EOFError:
        raise FileError(f"{file.name}: the gzip file is cut off: hand it in again, whole") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileError(f"{file.name}: is no sound gzip file ({error}): pack it again") from None


def refuse_bomb(file: Path, packed: int, unpacked: int) -> None:
    """Refuse a file that unpacks to more than a list can have."""
    if unpacked > MOST_UNPACKED:
        raise FileError(f"{file.name}: unpacks to more than {MOST_UNPACKED:,} bytes: hand it in in parts")
    if unpacked > RATIO_COUNTS_FROM and unpacked > HIGHEST_RATIO * packed:
        raise FileError(
            f"{file.name}: unpacks to more than {HIGHEST_RATIO} times its size, as no list does: hand it in unpacked"
        )
