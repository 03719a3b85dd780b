"""The formats of files, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from api.files.delimited import CsvWriter
from api.files.lines import LinesWriter
from api.files.linked import LinkedWriter
from api.files.parquet import ParquetWriter
from api.files.workbook import WorkbookWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.files.writing import Writer


@dataclass(frozen=True)
class Format:
    """A format: its media type, the suffix of its files, and what writes them.

    ``holds_one`` says that a file holds one table, and ``korean`` that heads are Korean unless others are asked for.
    """

    name: str
    media: str
    writer: type[Writer]
    about: str
    suffix: str
    holds_one: bool = True
    korean: bool = False


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("csv", "text/csv", CsvWriter, "One table, for any spreadsheet or program.", "csv"),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            WorkbookWriter,
            "All tables, a sheet each, with typed cells and Korean heads.",
            "xlsx",
            holds_one=False,
            korean=True,
        ),
        Format("ndjson", "application/x-ndjson", LinesWriter, "One table, an object a line.", "ndjson"),
        Format(
            "parquet",
            "application/vnd.apache.parquet",
            ParquetWriter,
            "One table with typed columns, where the server has the extra `parquet`.",
            "parquet",
        ),
        Format(
            "jsonld",
            "application/ld+json",
            LinkedWriter,
            "The whole answer, nested, as linked data.",
            "jsonld",
            holds_one=False,
        ),
    )
}


@lru_cache(maxsize=100)
def accepted(accept: str | None) -> Format | None:
    """Return the format that an Accept header asks for before all others; None where it takes JSON."""
    if not accept:
        return None
    best, most = None, 0.0
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        weight = min((_weight(each) for each in parameters), default=1.0)
        if weight > most:
            best, most = name, weight
    return next((each for each in FORMATS.values() if each.media == best), None)


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 1.0
