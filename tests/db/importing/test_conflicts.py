"""What happens between the reading of a file and its publication: others publish, and facts come and go."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from db import releases
from db.connection import engine
from db.importing.importer import Choices, ImportStopped, Watcher, import_file
from db.importing.mapping import Mapping, Read
from db.releases import ReleaseError
from tests.conftest import new_database
from tests.db.facts import ministry, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.importing.difference import Difference
    from db.importing.facts import Refusal
    from db.models import Fact

pytestmark = pytest.mark.anyio


def mapping(dataset: str, *facts: dict[str, Any]) -> Read:
    document = {"title": dataset, "standing": "UNOFFICIAL"}
    said = {"dataset": dataset, "title": dataset, "document": document, "facts": facts}
    return Read(mapping=Mapping.model_validate(said), sha256=dataset)


NAMES = mapping(
    "names",
    {
        "type": "OrganizationName",
        "key": "{name}",
        "values": {
            "organization_id": {"column": "of", "find": "Ministry"},
            "name": {"column": "name"},
            "kind": "OFFICIAL",
        },
    },
)
"""A mapping by which each row is a name of a ministry."""
STATUTES = mapping(
    "acts",
    {
        "type": "Statute",
        "key": "{name}",
        "values": {"law_id": {"column": "of"}, "name": {"column": "name"}, "short_name": "법"},
    },
)
"""A mapping by which each row is an act, with a number that no other may have."""


@pytest.fixture
def url(server_url: sa.URL, tables: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(tables.database)) as fresh:
        yield fresh


class Meanwhile:
    """Lets others publish while a person is asked to agree to an import, and notes what the person is told."""

    def __init__(self, url: sa.URL) -> None:
        self._url = url
        self.refusals: list[Refusal] = []
        self.differences: list[Difference] = []

    def watcher(self, *steps: Callable[[AsyncEngine], Any]) -> Watcher:
        """Return a watcher who agrees each time, after the next of some steps was taken."""
        waiting = list(steps)

        def agrees() -> bool:
            if waiting:
                # In a thread of its own: this one waits for the answer, as for a person at the terminal.
                with ThreadPoolExecutor() as others:
                    others.submit(asyncio.run, self._do(waiting.pop(0))).result()
            return True

        return Watcher(self.refusals.append, found=self.differences.append, agrees=agrees)

    async def _do(self, step: Callable[[AsyncEngine], Any]) -> None:
        async with engine(self._url) as pool:
            await asyncio.wait_for(step(pool), 20)


def putting(*facts: Fact, remove: tuple[str, ...] = ()) -> Callable[[AsyncEngine], Any]:
    return lambda pool: releases.publish(pool, "다른 판", put=facts, remove=remove)


async def bring(url: sa.URL, folder: Path, lines: list[str], read: Read, watcher: Watcher) -> Any:
    """Import a file of some lines."""
    file = folder / "list.csv"
    file.write_text("\n".join(["of,name", *lines, ""]), "utf-8")
    async with engine(url) as pool:
        return await import_file(pool, file, read, Choices(), watcher)


@pytest.fixture
async def two_ministries(url: sa.URL) -> None:
    async with engine(url) as pool:
        await releases.publish(pool, "1", put=[ministry("a", "가부"), ministry("b", "나부")])


@pytest.mark.usefixtures("two_ministries")
async def test_a_fact_that_is_removed_meanwhile_refuses_the_rows_that_name_it(url: sa.URL, tmp_path: Path) -> None:
    meanwhile = Meanwhile(url)
    gone = putting(remove=("ministry:b",))
    with pytest.raises(ImportStopped, match="1 values do not fit what is there by now"):
        await bring(url, tmp_path, ["가부,하나", "나부,둘"], NAMES, meanwhile.watcher(gone))
    assert [(each.row, each.column, each.cell) for each in meanwhile.refusals] == [(3, "organization_id", "ministry:b")]
    async with engine(url) as pool, pool.connect() as connection:
        assert await releases.latest(connection) == 2


@pytest.mark.usefixtures("two_ministries")
async def test_a_value_that_another_takes_refuses_its_row(url: sa.URL, tmp_path: Path) -> None:
    meanwhile = Meanwhile(url)
    with pytest.raises(ImportStopped, match="2 values do not fit"):
        await bring(url, tmp_path, ["1,하나", "2,둘", "2,셋"], STATUTES, meanwhile.watcher())
    assert [(each.row, each.column, each.cell) for each in meanwhile.refusals] == [
        (3, "law_id", "2"),
        (4, "law_id", "2"),
    ]
    # Two rows may exchange such a value, and one may take over what another leaves.
    await bring(url, tmp_path, ["1,하나", "2,둘"], STATUTES, meanwhile.watcher())
    await bring(url, tmp_path, ["2,하나", "1,셋"], STATUTES, meanwhile.watcher())


@pytest.mark.usefixtures("two_ministries")
async def test_what_others_refer_to_is_not_removed(url: sa.URL, tmp_path: Path) -> None:
    """The sentence names the key, for no row of the file is at fault."""
    read = mapping(
        "offices", {"type": "Ministry", "key": "{of}", "values": {"kind": "MINISTRY", "name": {"column": "name"}}}
    )
    meanwhile = Meanwhile(url)
    await bring(url, tmp_path, ["1,하나", "2,둘"], read, meanwhile.watcher())
    async with engine(url) as pool:
        await releases.publish(pool, "names", put=[name_of("ministry:offices/2", "x", "둘째")])
    with pytest.raises(ReleaseError, match=r"organization_names.*ministry:offices/2"):
        await bring(url, tmp_path, ["1,하나"], read, meanwhile.watcher())
    assert meanwhile.refusals == []


@pytest.mark.usefixtures("two_ministries")
async def test_who_agreed_is_asked_again_where_the_difference_changed(url: sa.URL, tmp_path: Path) -> None:
    """And only there; others publish while the question stands, also while it stands a second time."""
    meanwhile = Meanwhile(url)
    lines = ["가부,one", "나부,two"]
    outcome = await bring(url, tmp_path, lines, NAMES, meanwhile.watcher(putting(ministry("c"))))
    assert outcome.release.number == 3
    assert [each["organization_names"].added for each in meanwhile.differences] == [2]
    changed = Meanwhile(url)
    moved = putting(name_of("ministry:b", "names/one", "one"))
    outcome = await bring(url, tmp_path, [*lines, "나부,three"], NAMES, changed.watcher(moved, putting(ministry("d"))))
    assert outcome.release.number == 6
    assert [(each["organization_names"].added, each["organization_names"].changed) for each in changed.differences] == [
        (1, 0),
        (1, 1),
    ]
