"""JSON: where the records stand, and what stands above them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from db.importing.files import FileError
from db.importing.layout import Layout
from tests.db.importing.writing import read, written

if TYPE_CHECKING:
    from pathlib import Path

MAP: dict[str, Any] = {
    "meta": {"title": "체계", "laws": [{"id": "nst"}]},
    "sectors": [
        {
            "subsectors": [
                {"name": "1-1", "items": [{"name": "가", "specs": {"nst": "깊이"}}, {"name": "나", "tags": ["x", 1]}]},
                {"name": "1-2"},
            ],
            "name": "반도체",
        },
        {"name": "양자", "subsectors": [{"name": "2-1", "items": [{"name": "다", "laws": {"nst": {"ok": True}}}]}]},
    ],
}


def json_of(folder: Path, content: Any) -> Path:
    """Write a JSON file and return it."""
    return written(folder / "a.json", json.dumps(content, ensure_ascii=False))


def test_records_below_objects(tmp_path: Path) -> None:
    """Values of the objects above are columns too, named by their step; nested objects are joined by dots."""
    columns, rows = read(json_of(tmp_path, MAP), rows="sectors[].subsectors[].items[]")
    records = [{name: value for name, value in zip(columns, row, strict=True) if value is not None} for _, row in rows]
    above = {"$.meta.title": "체계", "$.meta.laws": [{"id": "nst"}]}
    assert records == [
        above | {"sectors.name": "반도체", "subsectors.name": "1-1", "name": "가", "specs.nst": "깊이"},
        above | {"sectors.name": "반도체", "subsectors.name": "1-1", "name": "나", "tags": ["x", 1]},
        above | {"sectors.name": "양자", "subsectors.name": "2-1", "name": "다", "laws.nst.ok": True},
    ]
    assert [number for number, _ in rows] == [1, 2, 3]


def test_an_object_on_the_way(tmp_path: Path) -> None:
    """A step without brackets leads through an object."""
    content = {"data": {"year": 2026, "items": [{"가": 1}]}}
    assert read(json_of(tmp_path, content), rows="data.items[]") == (("data.year", "가"), [(1, [2026, 1])])


def test_lists_below_the_list_at_the_top(tmp_path: Path) -> None:
    """The list at the top has no name of its own."""
    content = [{"name": "반도체", "items": [{"name": "가"}]}]
    assert read(json_of(tmp_path, content), rows="[].items[]") == (("$.name", "name"), [(1, ["반도체", "가"])])


def test_a_list_without_records_is_an_empty_table(tmp_path: Path) -> None:
    """It was found: that it is empty is for the caller to judge."""
    assert read(json_of(tmp_path, [])) == ((), [])


@pytest.mark.parametrize("path", ["", "items", "items[", ".items[]", "items[].", "a..b[]", "[]items[]", "items[0]"])
def test_a_path_must_lead_to_a_list(path: str) -> None:
    """A path of another form is refused with the layout."""
    with pytest.raises(ValidationError):
        Layout(rows=path)


@pytest.mark.parametrize(
    ("content", "path", "words"),
    [
        (MAP, "[]", "must be a list: say in rows where the records stand"),
        (MAP, "sector[].items[]", "no list stands at sector[].items[]"),
        (MAP, "meta[]", "$.meta: must be a list"),
        (MAP, "sectors[].name.x[]", "$.sectors[1].name: must be an object"),
        ([{"가": 1}, 2], "[]", "$[2]: must be an object with named members"),
        ([{"a": {"b": 1}, "a.b": 2}], "[]", "two members make the column 'a.b'"),
        ({"x": [{"n": 1, "y": [{"x.n": 2}]}]}, "x[].y[]", "an object above makes the same column x.n"),
    ],
)
def test_records_that_cannot_be_told_apart(tmp_path: Path, content: Any, path: str, words: str) -> None:
    """What stands elsewhere than the path says is refused with its place."""
    with pytest.raises(FileError) as refused:
        read(json_of(tmp_path, content), rows=path)
    assert words in str(refused.value)
    assert str(refused.value).startswith("a.json: ")
