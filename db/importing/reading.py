"""A file's rows, a batch at a time."""

from __future__ import annotations

import gc
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.importing.tables import Table

BATCH = 10_000
"""How many rows are read before they are handed to the database."""


def batches(table: Table) -> Iterator[list[tuple[int, Sequence[Any]]]]:
    """Yield the rows of a table in batches.

    Meanwhile Python looks for garbage among what was made since, and not among all that the program consists of: rows
    are many small objects, and looking through everything again and again is half of the work of reading them.
    """
    gc.freeze()
    try:
        while batch := list(islice(table.rows, BATCH)):
            yield batch
    finally:
        gc.unfreeze()
