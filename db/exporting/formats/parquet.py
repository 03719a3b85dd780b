"""Parquet, where the extra that writes it is installed."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from db.importing.exact_cells import as_text
from db.importing.tables import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from db.exporting.columns import Cell, Column

ROWS_AT_ONCE = 10_000


@contextmanager
def parquet_writer(file: Path, columns: Sequence[Column]) -> Iterator[Callable[[Sequence[Cell]], None]]:
    """Give what writes a row; some thousands of them are held at once."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise FileError(f"{file.name}: Parquet needs an extra: pip install 'nextgraph[parquet]'") from None
    types = {int: pa.int64(), bool: pa.bool_(), date: pa.date32(), list: pa.list_(pa.string()), str: pa.string()}
    schema = pa.schema([(column.name, types[column.type]) for column in columns])
    readers = [_reader(column.type) for column in columns]
    waiting: list[Sequence[Cell]] = []
    with parquet.ParquetWriter(file, schema) as target:

        def flush() -> None:
            cells = zip(*waiting, strict=True) if waiting else [()] * len(columns)
            arrays = [
                pa.array([read(cell) for cell in own], field.type)
                for own, read, field in zip(cells, readers, schema, strict=True)
            ]
            target.write_batch(pa.record_batch(arrays, schema=schema))
            waiting.clear()

        def write(cells: Sequence[Cell]) -> None:
            waiting.append(cells)
            if len(waiting) == ROWS_AT_ONCE:
                flush()

        yield write
        flush()


def _reader(kind: type) -> Callable[[Any], Any]:
    """Return what makes of a cell a value of a column's type."""
    if kind is date:
        return lambda cell: None if cell is None else date.fromisoformat(cell)
    return as_text if kind is str else lambda cell: cell
