"""Files and kept queries know no more than /graphql: a stranger gets the same with hidden rows as without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from api.files import walking
from db.viewers import Scope
from schema import contract
from schema.limits import Limits
from tests.api.holding import made_key
from tests.attacks.planted import Planted, planted_worlds
from tests.attacks.serving import serving
from tests.schema.oracle.world import plain_lists
from tests.wide import MANY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from tests.schema.oracle.world import World

LISTS = tuple(plain_lists(contract().schema.query_type))
FORMATS = ("csv", "ndjson", "jsonld")
SCOPES = (Scope.SENSITIVE, Scope.CONFIDENTIAL)


@pytest.fixture(scope="module")
def planted(server_url: sa.URL, empty_template: sa.URL) -> Iterator[Planted]:
    with planted_worlds(server_url, empty_template) as planted:
        yield planted


def queries() -> dict[str, str]:
    """Return a query for every list, with the claims of its rows where they have some."""
    executor, found = contract().executor, {}
    for root in LISTS:
        text = f"query Of_{root} {{ {root} {{ totalCount nodes {{ id claims {{ nodes {{ id }} }} }} }} }}"
        without = f"query Of_{root} {{ {root} {{ totalCount nodes {{ id }} }} }}"
        found[root] = without if executor.document(text).errors else text
    return found


def told(world: World, folder: Path, key: dict[str, str] | None = None) -> dict[str, bytes]:
    """Return what every route says of every list."""
    found: dict[str, bytes] = {}
    with serving(world.database.url, Limits(quota=MANY), persisted_dir=folder) as client:
        for root, text in queries().items():
            for format_ in FORMATS:
                table = {} if format_ == "jsonld" else {"table": root}
                asked = {"query": text, **table}
                answer = client.get(f"/files/{format_}", params=asked, headers=key)
                assert answer.status_code == 200, answer.text
                found[f"{format_} {root}"] = answer.content
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
    assert not [route for route, text in full.items() if any(f'"{name}"'.encode() in text for name in planted.hidden)]


@pytest.mark.slow
def test_whoever_may_see_them_does(planted: Planted, tmp_path: Path) -> None:
    """The comparison is able to fail: every list has hidden rows, and shows them to whom they belong."""
    (tmp_path / "documents.json").write_bytes(orjson.dumps(queries()))
    key = {"Authorization": f"Bearer {made_key(planted.full.database.url, planted.owner, SCOPES)}"}
    own, strange = told(planted.full, tmp_path, key), told(planted.full, tmp_path)
    # Releases are for everyone.
    assert {route.split()[1] for route in own if own[route] == strange[route]} == {"releases"}
