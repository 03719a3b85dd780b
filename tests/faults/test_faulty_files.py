"""Files that are not taken: the person at the terminal reads a sentence, and the facts stay as they were."""

from __future__ import annotations

import gzip
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import xlsxwriter

from tests.conftest import new_database
from tests.faults.desk import HEAD, Desk, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

pytestmark = pytest.mark.slow

REFUSED = 1_000_000
MOST_MEGABYTES = 300


@pytest.fixture(scope="module")
def desk(server_url: sa.URL, dataset_template: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that has imported a small list."""
    with new_database(server_url, str(dataset_template.database)) as url:
        desk = Desk(url, tmp_path_factory.mktemp("desk"))
        desk.whole(desk.written("a", 10))
        yield desk


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def packed(file: Path, content: bytes) -> Path:
    target = file.with_suffix(".csv.gz")
    target.write_bytes(content)
    return target


def rewritten(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def workbook(file: Path) -> Path:
    """Write a workbook whose only amount is a formula that was never calculated."""
    target = file.with_suffix(".xlsx")
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.split(","))
        sheet.write_row(1, 0, ["1", 2026, "REQUEST", "과기1", "회계"])
        sheet.write_formula(1, 5, "=A1*2", value="")
    return target


FAULTS: dict[str, tuple[Callable[[Path], Path], list[str]]] = {
    "cut in half": (lambda file: rewritten(file, half(file.read_bytes())), ["the file ends amid this row", "cut off"]),
    "packed and cut in half": (
        lambda file: packed(file, half(gzip.compress(file.read_bytes()))),
        ["the gzip file is cut off", "hand it in again"],
    ),
    "another encoding": (
        lambda file: rewritten(file, file.read_text("utf-8").encode("utf-16")),
        ["is not UTF-8 (line 1, byte 1)", "give its encoding"],
    ),
    "another encoding further down": (
        lambda file: rewritten(file, file.read_bytes() + "1,2026,REQUEST,과기1,\ud55c계,1".encode("johab")),
        ["is not UTF-8 (line 1002", "save it as UTF-8"],
    ),
    "a formula never calculated": (workbook, ["1 of 1 rows are refused", "b.xlsx.refused.csv"]),
    "a bomb": (
        lambda file: packed(file, gzip.compress(b"1,2\n" * 2**22) * 999),
        ["unpacks to more than 200 times its size", "hand it in unpacked"],
    ),
    "no file": (lambda file: file.with_suffix(".txt"), ["b.txt cannot be read: No such file or directory."]),
    "a folder": (lambda file: file.parent, ["cannot be read: Is a directory."]),
    "a column more": (
        lambda file: rewritten(file, file.read_bytes().replace(HEAD.encode(), f"{HEAD},새 열".encode())),
        ["The mapping says nothing of the columns '새 열'", "name them in ignored"],
    ),
    "another file": (
        lambda file: rewritten(file, b"a,b\n1,2\n"),
        ["The file has no column '연도'. It has: a, b."],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_told_and_the_state_stays(desk: Desk, fault: str) -> None:
    make, words = FAULTS[fault]
    before = desk.state()
    text = desk.refused(make(desk.written("b", 1_000)))
    assert [word for word in words if word not in text] == [], text
    assert desk.state() == before


UNMATCHED = """
[[claims]]
name = "said"
subject = { find = "Project", match = { number = { column = "번호" } }, unmatched = "list" }
[claims.values]
name = { column = "회계" }
"""
"""What makes every row of a file name a project that is not there, which is listed, and published all the same."""


@pytest.mark.parametrize("kind", ["refused", "unmatched"])
def test_a_report_that_cannot_be_written(
    server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path, kind: str
) -> None:
    """Nothing is published of a file of which it cannot be said what is left out."""
    with new_database(server_url, str(dataset_template.database)) as url:
        desk = Desk(url, tmp_path, more=UNMATCHED if kind == "unmatched" else "")
        file, before = desk.written("b", 10), desk.state()
        if kind == "refused":
            rewritten(file, f"{HEAD}\n1,2026,REQUEST,과기1,회계,삼천\n".encode())
        report = tmp_path / f"b.csv.{kind}.csv"
        report.mkdir()
        told = [desk.refused(file)]
        report.rmdir()
        report.symlink_to("missing/report.csv")
        told.append(desk.refused(file))
        reasons = ["Is a directory", "No such file or directory"]
        full = Path("/dev/full")
        if full.is_char_device():
            report.unlink()
            report.symlink_to(full)
            told.append(desk.refused(file))
            reasons.append("No space left on device")
        for text, reason in zip(told, reasons, strict=True):
            assert f"{report} cannot be written: {reason}." in text
            assert "nothing is published" in text
        assert desk.state() == before
        report.unlink()
        if kind == "refused":
            assert "1 of 1 rows are refused" in desk.refused(file)
        else:
            desk.whole(file)
        assert report.stat().st_size


def largest(process: subprocess.Popen[bytes]) -> float:
    """Return the most megabytes that a process is seen to have until it ends."""
    most, seen = 0.0, psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            most = max(most, seen.memory_info().rss / 2**20)
        time.sleep(0.1)
    return most


def test_a_million_refused_rows(desk: Desk) -> None:
    """All of them are reported, and none is kept in memory."""
    file, before = desk.folder / "b.csv", desk.state()
    with file.open("w", encoding="utf-8") as target:
        target.write(f"{HEAD}\n")
        target.writelines(f"{n},2026,REQUEST,과기1,회계,삼천\n" for n in range(REFUSED))
    with desk.begun(file) as process:
        # What the system itself counts as the most begins with the memory of the process that has started this one.
        most = largest(process)
        text = told(process)
    assert process.returncode == 1
    assert "1,000,000 of 1,000,000 rows are refused" in text
    assert "Traceback" not in text
    assert most < MOST_MEGABYTES
    with (desk.folder / "b.csv.refused.csv").open(encoding="utf-8-sig") as report:
        lines = list(report)
    assert (len(lines), lines[-1].split(",")[:3]) == (1 + REFUSED, [f"{REFUSED + 1}", "금액", "삼천"])
    assert desk.state() == before


def test_a_million_rows_of_one_fact(desk: Desk) -> None:
    """Half of them say otherwise than the rest: that is one refusal, which names the first of them."""
    file, before = desk.folder / "b.csv", desk.state()
    with file.open("w", encoding="utf-8") as target:
        target.write(f"{HEAD}\n")
        target.writelines(f"1,2026,REQUEST,과기1,회계,{n}\n" for n in range(REFUSED))
    assert "1 of 1,000,000 rows are refused" in desk.refused(file)
    report = (desk.folder / "b.csv.refused.csv").read_text("utf-8-sig")
    named = ", ".join(map(str, range(2, 22)))
    assert f"the rows {named} and others state the same fact differently" in report
    assert desk.state() == before
