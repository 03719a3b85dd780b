"""Files that cannot be read: each is refused in a sentence that names the file, the place and what to do."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from db.importing import unpacking
from db.importing.encodings import LONGEST_LINE
from db.importing.files import CellError, FileError, open_table
from db.importing.formats import archive, records
from db.importing.layout import Layout
from db.importing.tables import LONGEST_CELL, MOST_COLUMNS
from tests.db.importing.writing import cells, changed, csv_bytes, parquet_file, read, sheet_xml, workbook, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
CELL = '<c r="A1" t="inlineStr"><is><t>가</t></is></c>'
HEAD = f'<row r="1">{CELL}</row>'


def book(folder: Path) -> bytes:
    """Return a workbook with a head and one row."""
    return workbook(folder / "source.xlsx", [["가"], [1]]).read_bytes()


def book_of(folder: Path, xml: bytes, part: str = SHEET) -> bytes:
    """Return a workbook of which one part is as given."""
    return changed(workbook(folder / "source.xlsx", [["가"], [1]]), folder / "target.xlsx", part, xml).read_bytes()


def parquet(folder: Path, value: Any) -> bytes:
    """Return a Parquet file with one cell."""
    return parquet_file(folder / "source.parquet", ["가"], [[value]]).read_bytes()


def sheet(rows: str) -> Callable[[Path], bytes]:
    """Return what makes a workbook whose sheet has these rows."""
    return lambda folder: book_of(folder, sheet_xml(rows))


def laughs() -> bytes:
    """Return a sheet with an entity that grows tenfold nine times."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'.encode() + sheet_xml(rows)


def understated(folder: Path) -> bytes:
    """Return a workbook whose sheet unpacks to more than the archive says."""
    content = bytearray(book_of(folder, sheet_xml(HEAD + "<row/>" * 10_000)))
    with zipfile.ZipFile(folder / "target.xlsx") as whole:
        size = whole.getinfo(SHEET).file_size.to_bytes(4, "little")
    assert size in content
    return bytes(content.replace(size, (200).to_bytes(4, "little")))


FAULTS: dict[str, tuple[str, str | bytes | Callable[[Path], bytes], list[str]]] = {
    "unknown suffix": ("a.hwp", "가", ["its suffix names no format", "csv, tsv, xlsx, json, ndjson, parquet"]),
    "no bytes": ("a.csv", "", ["is empty"]),
    "no text": ("a.csv", "\ufeff \n\n", ["is empty", "hand in the file with its rows"]),
    "nothing in the gzip file": ("a.csv.gz", "", ["is empty"]),
    "no lines of NDJSON": ("a.ndjson", "\n\n", ["is empty"]),
    "workbook named CSV": ("a.csv", book, ["is no csv file", "XLSX workbook", "correct its suffix"]),
    "CSV named workbook": ("a.xlsx", "가,나\n", ["is no xlsx file", "save it as xlsx"]),
    "old workbook": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", ["is no xlsx file", "old XLS", "password"]),
    "another archive": ("a.xlsx", lambda folder: archived(folder, "가.txt"), ["is damaged or cut off", "save it anew"]),
    "gzip without its suffix": ("a.csv", gzip.compress(b"1"), ["is no csv file", "it is gzip"]),
    "PDF": ("a.json", "%PDF-1.7", ["is no json file", "it is PDF"]),
    "packed twice": ("a.xlsx.gz", book, ["packed already", "without gzip"]),
    "neither encoding": (
        "a.csv",
        b"\xea\xb0\x80\n1,\xff\n",
        ["is not UTF-8 (line 2, byte 7) and not CP949 (line 1, byte"],
    ),
    "wrong byte after the mark": (
        "a.csv",
        b"\xef\xbb\xbf\xb0\xa1",
        ["is not UTF-8 (line 1, byte 4): save it as UTF-8"],
    ),
    "a character cut off": ("a.csv", b"\xef\xbb\xbf1\n\xea\xb0", ["is not UTF-8 (line 2, byte 6)"]),
    "UTF-16": ("a.csv", "가,나\n1,2".encode("utf-16"), ["is not UTF-8 (line 1, byte 1)", "give its encoding"]),
    "NUL": ("a.csv", "가\n1\n\0", ["line 3 has a NUL"]),
    "no line ends": ("a.csv", "1" * (LONGEST_LINE + 1), ["line 1 is longer than 8,000,000"]),
    "a name twice": ("a.csv", "가,나,가\n", ["columns 1 and 3 are both named '가'", "its own name"]),
    "too many columns": ("a.csv", csv_bytes([range(MOST_COLUMNS + 1)]), ["has 1,001 columns, more than 1,000"]),
    "an empty head": ("a.csv", ",\n가,나\n", ["row 1: the head is empty", "skip_rows"]),
    "a row too wide": ("a.csv", "가,나\n1,2\n3,000,\n", ["row 3 has 3 cells, the head has 2", "in quotes"]),
    "a quote never closed": ("a.csv", '가,나\n1,2\n3,"4\n5,6\n', ["row 3: a quote is never closed", "cut off"]),
    "cut off amid a row": ("a.csv", "가,나\n1,2\n3", ["row 3: the file ends amid this row", "cut off"]),
    "a quote in a quoted cell": ("a.csv", '가\n"1"2"\n', ["row 2: the quotes are wrong", "twice"]),
    "a long cell": ("a.csv", "가\n" + "1" * (LONGEST_CELL + 1), ["row 2: a cell is longer than 1,000,000"]),
    "a long text": (
        "a.json",
        f'[{{"가": "{"1" * (LONGEST_CELL + 1)}"}}]',
        ["$[1]: 가: a text is longer than 1,000,000"],
    ),
    "no gzip": ("a.csv.gz.plain", "가\n", ["is no gzip file", "its first bytes are not"]),
    "gzip cut off": ("a.csv.gz.plain", gzip.compress(b"1,2\n" * 999)[:-9], ["the gzip file is cut off", "whole"]),
    "gzip damaged": ("a.csv.gz.plain", gzip.compress(b"1,2\n")[:-8] + b"x" * 8, ["is no sound gzip file"]),
    "gzip bomb": ("a.csv.gz.plain", gzip.compress(b"1,2\n" * 2**22) * 999, ["unpacks to more than 200 times its size"]),
    "workbook cut off": ("a.xlsx", lambda folder: book(folder)[:-99], ["is damaged or cut off", "save it anew"]),
    "sheet cut off": ("a.xlsx", lambda folder: book_of(folder, sheet_xml(HEAD)[:-30]), ["is damaged or cut off"]),
    "styles damaged": ("a.xlsx", lambda folder: book_of(folder, b"<x", "xl/styles.xml"), ["is damaged or cut off"]),
    "workbook bomb": ("a.xlsx", lambda folder: book_of(folder, b" " * 2**27), ["more than 200 times its size"]),
    "understated size": ("a.xlsx", understated, ["is damaged or cut off"]),
    "entities": ("a.xlsx", lambda folder: book_of(folder, laughs()), ["is damaged or cut off"]),
    "a row of cells": (
        "a.xlsx",
        sheet(f"<row>{'<c/>' * 2**22}"),
        ["a row is longer"],
    ),
    "a far row": (
        "a.xlsx",
        sheet(f'{HEAD}<row r="9999999999"><c><v>1</v></c></row>'),
        ["has rows beyond 1,048,576"],
    ),
    "a far column": ("a.xlsx", sheet('<row><c r="ABCDE1"/></row>'), ["is damaged"]),
    "a wide row": (
        "a.xlsx",
        sheet(f'{HEAD}<row r="2"><c r="XFD2"><v>1</v></c></row>'),
        ["row 2 has 16384 cells, the head has 1"],
    ),
    "JSON cut off": ("a.json", '[{"가": 1}, {"가"', ["is no sound JSON", "line 1 column", "cut off"]),
    "a line cut off": ("a.ndjson", '{"가": 1}\n{"가": ', ["line 2: is no sound JSON"]),
    "a line without members": ("a.ndjson", '{"가": 1}\n[2]\n', ["line 2: must be an object with named members"]),
    "no number": ("a.json", '[{"가": NaN}]', ["NaN is no number"]),
    "a member twice": ("a.json", '[{"가": 1, "가": 2}]', ["an object has the member '가' twice"]),
    "nested too deep": ("a.json", "[" * 100_000, ["nests too deep"]),
    "objects nested deep": ("a.json", "[" + '{"a":' * 60 + "1" + "}" * 60 + "]", ["$[1]: objects nest deeper than 50"]),
    "a number of many digits": ("a.json", f'[{{"가": {"1" * 5000}}}]', ["is no sound JSON", "4300"]),
    "an exponent beyond all": ("a.json", f'[{{"가": 1e{"9" * 30}}}]', ["is no sound JSON"]),
    "NUL in JSON": ("a.json", '[{"가": "\\u0000"}]', ["$[1]: 가: a text has a NUL"]),
    "half a character": ("a.ndjson", '{"가": "\\ud800"}', ["line 1: 가: a text has a NUL or half a character"]),
    "Parquet cut off": ("a.parquet", lambda folder: parquet(folder, 1)[:-9], ["is no Parquet, damaged or cut off"]),
    "bytes in Parquet": (
        "a.parquet",
        lambda folder: parquet(folder, b"1"),
        ["column '가' holds binary", "leave it out"],
    ),
    "objects in Parquet": ("a.parquet", lambda folder: parquet(folder, {"a": 1}), ["column '가' holds struct"]),
}


def archived(folder: Path, name: str) -> bytes:
    """Return an archive with one file."""
    with zipfile.ZipFile(folder / "a.zip", "w") as target:
        target.writestr(name, "가")
    return (folder / "a.zip").read_bytes()


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_refused(tmp_path: Path, fault: str) -> None:
    """The sentence begins with the file's name; a name that ends in .plain is written as it is."""
    name, content, words = FAULTS[fault]
    file = written(tmp_path / name, content(tmp_path) if callable(content) else content)
    if file.suffix == ".plain":
        file = file.rename(file.with_suffix(""))
    with pytest.raises(FileError) as refused:
        read(file)
    sentence = str(refused.value)
    assert sentence.startswith(f"{file.name}: ")
    assert [word for word in words if word not in sentence] == [], sentence


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder and a wrong path are told apart."""
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(FileError, match=r"a\.csv: is a folder"):
        read(tmp_path / "a.csv")
    with pytest.raises(FileError, match=r"b\.csv: there is no such file: check the path"):
        read(tmp_path / "b.csv")


def test_a_head_beyond_the_file(tmp_path: Path) -> None:
    """The rows that were expected are named."""
    with pytest.raises(FileError, match=r"rows 3 to 4: the file ends before its head does"):
        read(written(tmp_path / "a.csv", "가\n나\n다\n"), skip_rows=2, header_rows=2)


def test_the_given_encoding_is_named(tmp_path: Path) -> None:
    """No other is tried."""
    with pytest.raises(FileError, match=r"is not UTF-8 \(line 2, byte 3\): "):
        read(written(tmp_path / "a.csv", b"1\n\xb0\xa1\n"), encoding="utf8")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_the_wrong_byte_wherever_the_reading_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """A character may begin in one piece of the file and end in the next."""
    monkeypatch.setattr(unpacking, "CHUNK", size)
    with pytest.raises(FileError, match=r"is not UTF-8 \(line 2, byte 9\) and not CP949 \(line 1, byte 3\): "):
        read(written(tmp_path / "a.csv", "가나\n".encode() + b"1\xb0\x80\xea\xff\n"))


def test_limits_on_what_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes at which a file is refused, made small."""
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 4)
    with pytest.raises(FileError, match=r"unpacks to more than 4 bytes: hand it in in parts"):
        read(written(tmp_path / "a.csv.gz", "가,나\n"))
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MOST_SHARED", 100)
    with pytest.raises(FileError, match=r"more than 100 bytes of shared texts: hand it in as CSV"):
        read(workbook(tmp_path / "a.xlsx", [["가"]]))
    monkeypatch.setattr(records, "LARGEST_JSON", 3)
    with pytest.raises(FileError, match=r"is longer than 3 characters: hand it in as NDJSON or CSV"):
        read(written(tmp_path / "a.json", '[{"가": 1}]'))


def test_parquet_without_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to install."""
    file = parquet_file(tmp_path / "a.parquet", ["가"], [[1]])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(FileError, match=r"pip install 'nextgraph\[parquet\]'"):
        read(file)


def test_what_is_no_number_is_an_error(tmp_path: Path) -> None:
    """It is kept apart from a value that is missing."""
    file = parquet_file(tmp_path / "a.parquet", ["가"], [[float("nan")], [1.5]], pa.float64())
    assert cells(file) == [[CellError("nan")], [1.5]]


def test_faults_of_the_caller_stay_what_they_are(tmp_path: Path) -> None:
    """A connection that drops while rows are read is no fault of the file."""

    def stop(file: Path, fault: Exception) -> None:
        with open_table(file, Layout()) as table:
            next(table.rows)
            raise fault

    for file in (written(tmp_path / "a.csv", "가\n1\n"), workbook(tmp_path / "a.xlsx", [["가"], [1]])):
        for fault in (ConnectionResetError("dropped"), ValueError("theirs"), KeyError("theirs")):
            with pytest.raises(type(fault)) as raised:
                stop(file, fault)
            assert raised.value is fault


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.tsv"])
def test_rows_are_read_as_they_are_asked_for(tmp_path: Path, name: str) -> None:
    """The memory does not grow with the file."""
    delimiter = "\t" if name.endswith("tsv") else ","
    rows = ((number, "세부사업명", "부처") for number in range(100_000))
    file = written(tmp_path / name, csv_bytes([["가", "나", "다"], *rows], delimiter=delimiter))
    tracemalloc.start()
    with open_table(file, Layout()) as table:
        count = sum(1 for _ in table.rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 8_000_000
