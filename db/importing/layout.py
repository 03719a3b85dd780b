"""How a file is laid out: what a person must say of it before its rows can be read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Format = Literal["csv", "tsv", "xlsx", "json", "ndjson", "parquet"]

NAME = r"[^.\[\]]+"
PATH_TO_RECORDS = rf"^(\[\]|{NAME}(\[\])?)(\.{NAME}(\[\])?)*$"


class Layout(BaseModel):
    """The layout of a file; what does not concern its format is left unread."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Format | None = Field(default=None, description="Format; without it, what the file's suffix says")
    encoding: str | None = Field(
        default=None, description="Encoding of a text file; without it, UTF-8, or CP949 where the file is no UTF-8"
    )
    sheet: str | None = Field(default=None, description="Sheet of a workbook; without it, the first")
    skip_rows: int = Field(default=0, ge=0, description="Rows above the head of a CSV, TSV or XLSX file")
    header_rows: int = Field(default=1, ge=1, description="Rows of that head, joined by ' / ' to one name per column")
    rows: str = Field(
        default="[]",
        description="Where the records of a JSON file stand, such as [] or sectors[].items[]",
        pattern=PATH_TO_RECORDS,
    )

    @field_validator("encoding")
    @classmethod
    def is_an_encoding_of_text(cls, value: str | None) -> str | None:
        """Refuse a name under which Python knows no encoding of text."""
        try:
            "".encode(value or "utf-8")
        except LookupError:
            raise ValueError(f"{value!r} is no encoding of text; use for example utf-8, cp949 or utf-16") from None
        return value

    @field_validator("rows")
    @classmethod
    def ends_at_a_list(cls, value: str) -> str:
        """Refuse a path that does not end at a list of records."""
        if not value.endswith("[]"):
            raise ValueError(f"{value!r} must end with [], because records stand in a list")
        return value
