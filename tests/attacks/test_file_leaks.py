"""Files and kept queries know no more than /graphql: a stranger gets the same with hidden rows as without them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import orjson
import pyarrow.parquet
import pytest

from api.files import walking
from api.files.formats import FORMATS
from db.viewers import Scope
from schema import contract
from schema.limits import Limits
from tests.api.holding import made_key
from tests.attacks.planted import Planted, planted_worlds
from tests.attacks.serving import serving
from tests.conftest import execute
from tests.schema.oracle.world import plain_lists
from tests.wide import MANY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from tests.schema.oracle.world import World

LISTS = tuple(plain_lists(contract().schema.query_type))
REDACTED = "{ releases { nodes { id number fileName fileSha256 source { id title } } } }"
SECRET = "비밀.xlsx"
MADE_AT = "만든 때 | Made at"
SCOPES = (Scope.SENSITIVE, Scope.CONFIDENTIAL)


@pytest.fixture(scope="module")
def planted(server_url: sa.URL, empty_template: sa.URL) -> Iterator[Planted]:
    with planted_worlds(server_url, empty_template) as planted:
        ((document,),) = execute(
            planted.full.database.url,
            "SELECT min(p.document_id) FROM claims c JOIN passages p ON p.id = c.passage_id "
            "JOIN documents d ON d.id = p.document_id WHERE d.grade <> 'OPEN'",
        )
        secret = f"file_name = '{SECRET}', file_sha256 = '{'0' * 64}', source_id = '{document}'"
        for world, said in ((planted.without, ""), (planted.full, f", {secret}")):
            execute(world.database.url, f"UPDATE releases SET publisher_id = '{planted.owner}'{said} WHERE number > 1")
        # One of the hidden claims speaks of a row that everyone sees.
        open_row = "(SELECT min(id) FROM technologies WHERE grade = 'OPEN')"
        claim = "(SELECT min(c.id) FROM claims c JOIN passages p ON p.id = c.passage_id "
        claim += f"WHERE c.grade <> 'OPEN' AND p.document_id = '{document}')"
        execute(planted.full.database.url, f"UPDATE claims SET subject_id = {open_row} WHERE id = {claim}")
        yield planted


def queries() -> dict[str, str]:
    """Return a query for every list, with the claims of its rows where they have some."""
    executor, found = contract().executor, {}
    for root in LISTS:
        text = f"query Of_{root} {{ {root} {{ totalCount nodes {{ id claims {{ nodes {{ id }} }} }} }} }}"
        without = f"query Of_{root} {{ {root} {{ totalCount nodes {{ id }} }} }}"
        found[root] = without if executor.document(text).errors else text
    return {**found, "releases": f"query Of_releases {REDACTED}"}


def content(format_: str, file: bytes) -> bytes:
    """Return what a reader finds in a file: those that are packed differ by the moment at which they were made."""
    if format_ == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(file))
        rows = [[sheet.title, *row] for sheet in book for row in sheet.iter_rows(values_only=True)]
        return orjson.dumps([row for row in rows if row[1] != MADE_AT], default=str)
    if format_ == "parquet":
        table = pyarrow.parquet.read_table(io.BytesIO(file))
        metadata = {key.decode(): value.decode("latin-1") for key, value in table.schema.metadata.items()}
        return orjson.dumps([table.to_pylist(), str(table.schema), metadata], default=str)
    return file


def told(world: World, folder: Path, key: dict[str, str] | None = None) -> dict[str, bytes]:
    """Return what every route says of every list."""
    found: dict[str, bytes] = {}
    with serving(world.database.url, Limits(quota=MANY), persisted_dir=folder) as client:
        for root, text in queries().items():
            for format_ in FORMATS:
                table = {"table": root} if FORMATS[format_].holds_one else {}
                asked = {"query": text, **table}
                answer = client.get(f"/files/{format_}", params=asked, headers=key)
                assert answer.status_code == 200, answer.text
                found[f"{format_} {root}"] = content(format_, answer.content)
            kept = client.get(f"/rest/Of_{root}", headers=key)
            assert kept.status_code == 200, kept.text
            found[f"rest {root}"] = kept.content
    return found


@pytest.mark.slow
def test_no_stranger_can_tell_by_a_file(planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With small pages, so that the cursors and the places below rows are those of hidden rows too."""
    monkeypatch.setattr(walking, "ROOT_PAGE", 5)
    monkeypatch.setattr(walking, "NESTED_PAGE", 2)
    (tmp_path / "documents.json").write_bytes(orjson.dumps(queries()))
    full, without = told(planted.full, tmp_path), told(planted.without, tmp_path)
    assert [route for route in full if full[route] != without[route]] == []
    secrets = [*(f'"{name}"' for name in planted.hidden), SECRET, "0" * 64]
    assert not [route for route, text in full.items() if any(each.encode() in text for each in secrets)]


@pytest.mark.slow
def test_whoever_may_see_them_does(planted: Planted, tmp_path: Path) -> None:
    """The comparison is able to fail: every list has hidden rows, and shows them to whom they belong."""
    (tmp_path / "documents.json").write_bytes(orjson.dumps(queries()))
    key = {"Authorization": f"Bearer {made_key(planted.full.database.url, planted.owner, SCOPES)}"}
    own, strange = told(planted.full, tmp_path, key), told(planted.full, tmp_path)
    assert [route for route in own if own[route] == strange[route]] == []
    # So do sources: a hidden document is one of a row that everyone sees.
    documents = [f'"{name}"'.encode() for name in planted.hidden if name.startswith("document:")]
    assert any(document in own["xlsx technologies"] for document in documents)
