"""Parquet, where the extra that reads it is installed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from db.importing.tables import FileError, Table, cell, check_columns, is_blank
from db.importing.unpacking import refuse_bomb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.importing.layout import Layout

ROWS_AT_ONCE = 5_000
# Pages are read one by one: without this, a column of a million rows is held in memory whole.
BUFFER = 1024**2
PLAIN = ("null", "bool", "int", "uint", "float", "double", "halffloat", "decimal", "string", "large_string", "date")


@contextmanager
def open_parquet(file: Path, layout: Layout) -> Iterator[Table]:
    """Open a Parquet file; its rows are numbered in their order."""
    del layout  # A Parquet file says itself how it is laid out.
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise FileError(f"{file.name}: Parquet needs an extra: pip install 'nextgraph[parquet]'") from None
    try:
        source = parquet.ParquetFile(file, buffer_size=BUFFER, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise FileError(f"{file.name}: is no Parquet, damaged or cut off ({error}): write it anew") from None
    with source:
        groups = [source.metadata.row_group(index) for index in range(source.metadata.num_row_groups)]
        refuse_bomb(file, file.stat().st_size, sum(group.total_byte_size for group in groups))
        columns = tuple(source.schema_arrow.names)
        check_columns(columns, range(1, len(columns) + 1), file)
        for column in source.schema_arrow:
            refuse_type(column, file)
        yield Table(columns, numbered_rows(source, file, pa.ArrowException))


def refuse_type(column: Any, file: Path) -> None:
    """Refuse a column whose values are no cells."""
    kind = getattr(column.type, "value_type", column.type)
    if not str(kind).startswith((*PLAIN, "timestamp")):
        raise FileError(f"{file.name}: column {column.name!r} holds {column.type}: write it as text, or leave it out")


def numbered_rows(source: Any, file: Path, damage: type[Exception]) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of a file, a few thousand held at once."""
    number = 0
    try:
        for batch in source.iter_batches(batch_size=ROWS_AT_ONCE):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                cells = [cell(value, file, f"row {number}") for value in row]
                if not is_blank(cells):
                    yield number, cells
    except FileError:
        raise
    except (damage, OSError, ValueError, OverflowError) as error:
        raise FileError(f"{file.name}: row {number + 1}: cannot be read ({error}): write the file anew") from None
