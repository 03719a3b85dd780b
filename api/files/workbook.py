"""XLSX: a sheet for each table with typed cells, and one that says what was asked and of which release."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from api.files.writing import Info, Question, as_json, heads
from schema.sql.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.files.sources import Sources
    from api.files.tables import Column, Row, Table

FILE = "answer.xlsx"
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
LONGEST_TEXT = 32_767
DIGITS = 15
"""How many digits of a number a spreadsheet keeps."""
FIRST_DAY = date(1900, 3, 1)
"""Before it, spreadsheets count the days differently."""
KOREA = timedelta(hours=9)
LONGEST_NAME = 31
ABOUT = "자료 정보"
WIDTH = 18
SOURCE_HEADS = (
    "출처 | Source",
    "제목 | Title",
    "발행 기관 | Publisher",
    "발행일 | Published on",
    "소재 | Locator",
    "출처 등급 | Standing",
)
UNLOOKED = "출처를 찾지 않은 대상 수 | Objects whose sources were not looked for"


class WorkbookWriter:
    """Writes a workbook in constant memory: each row goes to the disk when the next begins."""

    streams: ClassVar[bool] = False
    tells_sources: ClassVar[bool] = True
    most_rows: ClassVar[int | None] = LAST_ROW - 1

    def __init__(self, question: Question, folder: Path) -> None:
        self._question = question
        self._book = xlsxwriter.Workbook(
            str(folder / FILE),
            {
                "constant_memory": True,
                "tmpdir": str(folder),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._bold = self._book.add_format({"bold": True})
        self._plain = self._book.add_format()
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheets: dict[str, Any] = {}
        self._rows: dict[str, int] = {}
        self._cells = {
            "Int": self._number,
            "Float": self._number,
            "Decimal": self._number,
            "Boolean": self._boolean,
            "Date": self._date,
            "DateTime": self._time,
        }

    def begin(self) -> bytes:
        names: set[str] = set()
        for table in self._question.tables.all:
            if len(table.columns) > LAST_COLUMN:
                raise BadInput(f"{table.name} has more columns than a sheet: choose another format.")
            name = _sheet_name(table.name, names)
            sheet = self._sheets[table.name] = self._book.add_worksheet(name)
            sheet.set_column(0, max(len(table.columns) - 1, 0), WIDTH)
            sheet.freeze_panes(1, 0)
            for place, head in enumerate(heads(table.columns, korean=self._question.korean_heads)):
                sheet.write_string(0, place, head, self._bold)
            self._rows[table.name] = 1
        self._about = self._book.add_worksheet(_sheet_name(ABOUT, names))
        return b""

    def add(self, key: str, value: Any) -> bytes:
        for table, row in self._question.tables.rows(key, value):
            self._write(table, row)
        return b""

    def end(self, info: Info) -> bytes:
        answer = self._question.tables.answer
        if answer.name in self._sheets:
            self._write(answer, info.beside)
        self._tell(info)
        try:
            self._book.close()
        except FileCreateError as failed:
            # Without a name for the cause, which would tie it to this frame, and keep open what its frames have open.
            raise OSError(failed.args[0].errno, failed.args[0].strerror) from None
        return b""

    def abandon(self) -> None:
        self._book.fileclosed = True
        # Rows stand in a file of their own until the end, and the sheet in another that is made of it then.
        for sheet in self._book.worksheets():
            for file in (sheet.row_data_fh, sheet.fh):
                if file:
                    with suppress(OSError):
                        file.close()

    def _write(self, table: Table, row: Row) -> None:
        sheet, number = self._sheets[table.name], self._rows[table.name]
        if number >= LAST_ROW:
            advice = "choose another format, such as csv"
            raise BadInput(f"A sheet ends at row {LAST_ROW:,}, and {table.name} has more: {advice}.")
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            if value is not None:
                writer: Callable[..., None] = self._text
                if not isinstance(value, list | dict):
                    writer = self._cells.get(column.type, self._text)
                writer(sheet, number, place, value, column)
        self._rows[table.name] = number + 1

    def _number(self, sheet: Any, row: int, place: int, value: Any, column: Column) -> None:
        number = Decimal(str(value))
        # As text where a spreadsheet would round it.
        if len(number.normalize().as_tuple().digits) > DIGITS or abs(number.adjusted()) > 100:
            self._text(sheet, row, place, str(value), column)
        else:
            sheet.write_number(row, place, float(number) if number != int(number) else int(number))

    def _boolean(self, sheet: Any, row: int, place: int, value: Any, _column: Column) -> None:
        sheet.write_boolean(row, place, value)

    def _date(self, sheet: Any, row: int, place: int, value: Any, column: Column) -> None:
        day = _read(date.fromisoformat, value)
        if day is None or day < FIRST_DAY:
            self._text(sheet, row, place, value, column)
        else:
            sheet.write_datetime(row, place, day, self._day)

    def _time(self, sheet: Any, row: int, place: int, value: Any, column: Column) -> None:
        moment = _read(datetime.fromisoformat, value)
        # A cell has no zone, and no fraction that it shows.
        if moment is None or moment.utcoffset() != KOREA or moment.microsecond or moment.date() < FIRST_DAY:
            self._text(sheet, row, place, value, column)
        else:
            sheet.write_datetime(row, place, moment.replace(tzinfo=None), self._moment)

    def _text(self, sheet: Any, row: int, place: int, value: Any, column: Column) -> None:
        text = as_json(value) if isinstance(value, list | dict) or column.type == "JSON" else str(value)
        if len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT:
            raise BadInput(
                f"{column.name}: a cell of a sheet holds no more than {LONGEST_TEXT:,} characters, and a text has "
                f"{len(text):,}: choose another format, such as csv."
            )
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a text for markup that it made itself.
            sheet.write_rich_string(row, place, text[0], self._plain, text[1:])
        else:
            sheet.write_string(row, place, text)

    def _tell(self, info: Info) -> None:
        """Write what was asked, of which release, and what the columns are."""
        rows: list[tuple[Any, ...]] = [
            ("만든 때 | Made at", datetime.now(UTC).astimezone().isoformat(timespec="seconds")),
            ("판 | Release", info.release),
            *(("질의 | Query", part) for part in _parts(self._question.query)),
            *(("변수 | Variables", part) for part in _parts(as_json(dict(self._question.variables)))),
            *(("가려진 값 | Kept from you", f"{'.'.join(each['path'])}: {each['ask']}") for each in info.redactions),
            ("시각 | Times", "한국 시각 | Korean time"),
            (),
            ("표 | Table", "열 | Column", "이름 | Head", "단위 | Unit", "형식 | Type"),
        ]
        for table in self._question.tables.all:
            rows += [(table.name, each.name, each.label, each.unit, each.type) for each in table.columns]
        rows += [(), *_of_sources(info.sources)]
        self._about.set_column(0, 5, 30)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    self._about.write_string(number, place, str(value), self._bold if place == 0 else None)


def _read(parse: Callable[[str], Any], value: Any) -> Any:
    try:
        return parse(value)
    except (TypeError, ValueError):
        return None


def _of_sources(sources: Sources) -> list[tuple[Any, ...]]:
    """Return what is told of the sources, a document a row."""
    found: list[tuple[Any, ...]] = [SOURCE_HEADS]
    for each in sources.documents:
        publisher = each["publisher"]["name"] if each["publisher"] else each["publisherAsPrinted"]
        found.append((each["id"], each["title"], publisher, each["publishedOn"], each["locator"], each["standing"]))
    if sources.beyond:
        found.append((UNLOOKED, sources.beyond))
    return found


def _parts(text: str) -> list[str]:
    """Return a text in parts that fit into cells."""
    return [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)]


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may have, and that no other has."""
    short, number = name[-LONGEST_NAME:].strip("'"), 1
    while short.lower() in taken:
        number += 1
        short = f"{name[-LONGEST_NAME + 4 :]}~{number}"
    taken.add(short.lower())
    return short
