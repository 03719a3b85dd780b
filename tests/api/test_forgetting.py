"""``nextgraph forget``, as a person runs it on a copy of the built-in facts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from api.terminal import Stopped
from db.connection import engine
from tests.api.test_history import run
from tests.conftest import new_database
from tests.db.test_forgetting import everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator

REASON = ("--reason", "본인의 요청")


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[str]:
    with new_database(server_url, str(dataset_template.database)) as copy:
        yield copy.render_as_string(hide_password=False)


def found(url: str, name: str) -> list[str]:
    async def look() -> list[str]:
        async with engine(sa.make_url(url)) as pool, pool.connect() as connection:
            return await everywhere(connection, (name,))

    return asyncio.run(look())


def test_it_shows_asks_and_forgets(url: str) -> None:
    """Whoever the press release names: as a contact, in the list of attendees, and in a claim about the event."""
    shown = run("forget", "person:gim-gisu", *REASON, url=url, typed="n\n")
    assert "  person:gim-gisu: name (versions: 1)" in shown
    assert "  claim:inconsistency-06: as_printed, value (versions: 1)" in shown
    assert shown.endswith("Nothing was forgotten.\n")
    assert "people" in found(url, "김기수")
    assert run("forget", "person:gim-gisu", *REASON, url=url, typed="y\n").endswith("as release 2 says.\n")
    assert found(url, "김기수") == []
    told = run("history", "person:gim-gisu", url=url)
    assert "개인정보 삭제 | Personal data of person:gim-gisu forgotten  CHANGED" in told
    assert "   reason: 본인의 요청\n   name: (삭제됨 1) -> (삭제됨)" in told
    with pytest.raises(Stopped, match="Nothing is left of person:gim-gisu"):
        run("forget", "person:gim-gisu", *REASON, "--yes", url=url)


@pytest.mark.parametrize(("person", "name"), [("person:yu-hongrim", "유홍림"), ("person:ryu-jini", "류진이")])
def test_nobody_of_the_built_in_facts_is_left_behind(url: str, person: str, name: str) -> None:
    assert "claims" in found(url, name)
    run("forget", person, *REASON, "--yes", url=url)
    assert found(url, name) == []


def test_who_cannot_be_forgotten(url: str) -> None:
    with pytest.raises(Stopped, match="ministry:msit is not an identifier of a person"):
        run("forget", "ministry:msit", *REASON, "--yes", url=url)
