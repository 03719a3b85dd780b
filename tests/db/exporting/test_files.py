"""The files of an export take their names when they are whole, or are gone."""

from __future__ import annotations

import errno
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.exporting.files import ExportStopped, mapping_beside, taking_place, write_mapping

if TYPE_CHECKING:
    from pathlib import Path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_both_take_their_names_together(tmp_path: Path) -> None:
    with taking_place(tmp_path / "facts.csv.gz", force=False) as (data, mapping):
        assert data.name.endswith("-facts.csv.gz")
        data.write_text("facts")
        mapping.write_text("mapping")
        assert not (tmp_path / "facts.csv.gz").exists()
    assert contents(tmp_path) == {"facts.csv.gz": "facts", "facts.csv.gz.toml": "mapping"}


@pytest.mark.parametrize(
    "failure", [KeyboardInterrupt(), ValueError(), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_failure_leaves_what_was_there(tmp_path: Path, failure: BaseException) -> None:
    file = tmp_path / "facts.csv"
    file.write_text("mine")

    def fail() -> None:
        with taking_place(file, force=True) as (data, mapping):
            data.write_text("half")
            mapping.write_text("whole")
            raise failure

    with pytest.raises((KeyboardInterrupt, ValueError)) as raised:
        fail()
    assert contents(tmp_path) == {"facts.csv": "mine"}
    if isinstance(failure, OSError):
        assert isinstance(raised.value, ExportStopped)
        assert str(raised.value) == f"{file} cannot be written: No space left on device."


def test_a_file_that_comes_meanwhile_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "facts.csv"

    def write() -> None:
        with taking_place(file, force=False) as (data, mapping):
            data.write_text("facts")
            mapping.write_text("mapping")
            file.write_text("mine")

    with pytest.raises(ExportStopped, match="is there already"):
        write()
    assert contents(tmp_path) == {"facts.csv": "mine"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_a_mapping_says_any_title(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    file = mapping_beside(tmp_path_factory.mktemp("mapping") / "facts.csv")
    write_mapping(file, "facts.csv", "made-up", title, 7)
    assert tomllib.loads(file.read_text("utf-8")) == {"dataset": "made-up", "title": title, "exact": True}
