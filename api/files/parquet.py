"""Parquet: one table with a type for each column; needs the extra ``parquet``."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from api.files.writing import Info, Question, as_json, rows_of
from schema.sql.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from api.files.tables import Column, Row

FILE = "answer.parquet"
ROWS_TOGETHER = 20_000


class ParquetWriter:
    """Writes groups of rows as they are complete."""

    streams: ClassVar[bool] = False
    tells_sources: ClassVar[bool] = False
    most_rows: ClassVar[int | None] = None

    def __init__(self, question: Question, folder: Path) -> None:
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError:
            raise BadInput(
                "This server writes no Parquet: ask its operator for it, or choose another format."
            ) from None
        self._question, self._columns, self._pa = question, question.table.columns, pa
        types = {
            "Int": pa.int64(),
            "Float": pa.float64(),
            "Boolean": pa.bool_(),
            "Date": pa.date32(),
            "DateTime": pa.timestamp("us", tz="UTC"),
        }
        fields = []
        for column in self._columns:
            type_ = types.get(column.type, pa.string())
            fields.append(pa.field(column.name, pa.list_(type_) if column.is_list else type_))
        self._schema = pa.schema(fields, metadata={"query": question.query})
        self._waiting: list[Row] = []
        self._file = parquet.ParquetWriter(str(folder / FILE), self._schema)

    def begin(self) -> bytes:
        return b""

    def add(self, key: str, value: Any) -> bytes:
        self._waiting += rows_of(self._question, key, value)
        if len(self._waiting) >= ROWS_TOGETHER:
            self._flush()
        return b""

    def end(self, info: Info) -> bytes:
        if self._question.table is self._question.tables.answer:
            self._waiting.append(info.beside)
        self._flush()
        if info.release is not None:
            self._file.add_key_value_metadata({"release": str(info.release)})
        self._file.close()
        return b""

    def abandon(self) -> None:
        self._file.close()

    def _flush(self) -> None:
        arrays = []
        for place, (column, field) in enumerate(zip(self._columns, self._schema, strict=True)):
            values = [_value(row[place], column) for row in self._waiting]
            arrays.append(self._pa.array(values, type=field.type))
        self._file.write_table(self._pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting.clear()


def _value(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if isinstance(value, list) and column.is_list:
        return [_value(each, column) for each in value]
    if column.type == "Date":
        return date.fromisoformat(value)
    if column.type == "DateTime":
        return datetime.fromisoformat(value)
    return as_json(value) if column.type == "JSON" else value
