"""``nextgraph history`` and ``nextgraph undo``, as a person runs them on a database of their own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from api.cli import commands
from api.terminal import Stopped
from db import releases
from db.connection import engine
from tests.conftest import new_database
from tests.db.facts import ministry

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa


@pytest.fixture(scope="module")
def published(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    """The built-in facts, and two releases that touch one ministry; to be copied from."""
    with new_database(server_url, str(dataset_template.database)) as url:
        asyncio.run(publish(url))
        yield url


@pytest.fixture
def url(server_url: sa.URL, published: sa.URL) -> Iterator[str]:
    with new_database(server_url, str(published.database)) as copy:
        yield copy.render_as_string(hide_password=False)


async def publish(url: sa.URL) -> None:
    async with engine(url) as pool:
        await releases.publish(pool, "새 부처", put=[ministry("new", "가나부")])
        about = releases.About("ministry:msit", "정부조직 개편", "document:x", "개편.csv")
        await releases.publish(pool, "이름 바꿈", put=[ministry("new", "다라부")], about=about)


def run(*arguments: str, url: str, typed: str = "") -> str:
    """Run a command in this process and return what it prints; what it refuses is raised."""
    result = CliRunner().invoke(commands, [*arguments, "--database-url", url], input=typed)
    if isinstance(result.exception, Stopped):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_history_tells_every_version_field_by_field(url: str) -> None:
    first, *fields, second, publisher, reason, source, file, changed = told(url)
    assert (first.split()[0], first.split()[-1]) == ("2", "ADDED")
    assert "새 부처" in first
    assert "   name: (none) -> 가나부" in fields
    assert second.startswith("3 ")
    assert second.endswith("이름 바꿈  CHANGED")
    assert changed == "   name: 가나부 -> 다라부"
    assert (publisher, reason) == ("   published for: ministry:msit", "   reason: 정부조직 개편")
    assert (source, file) == ("   source: document:x", "   file: 개편.csv")


def told(url: str) -> list[str]:
    return run("history", "ministry:new", url=url).splitlines()


def test_undo_shows_asks_and_publishes(url: str) -> None:
    """An answer of no publishes nothing; afterwards the history shows the undo, which can be undone."""
    shown = "Rows that it changed would be as before: 1\n  ministry:new\n"
    refused = run("undo", "3", url=url, typed="n\n")
    assert refused.startswith(shown)
    assert refused.endswith("Nothing was published.\n")
    assert run("undo", "3", url=url, typed="y\n").endswith("Published as release 4.\n")
    again = run("undo", "4", "--yes", "--reason", "되돌린 것이 잘못", url=url)
    assert again == f"{shown}Published as release 5.\n"
    lines = told(url)
    assert lines[-1] == "   name: 가나부 -> 다라부"
    assert lines[-2] == "   reason: 되돌린 것이 잘못"
    assert "4번 판 되돌림 | Undo of release 4  CHANGED" in lines[-3]


def test_a_removed_fact_keeps_its_history(url: str) -> None:
    run("undo", "3", "--yes", url=url)
    shown = run("undo", "2", url=url, typed="y\n")
    assert shown.startswith("Rows that it added would go: 1\n  ministry:new\n")
    lines = run("history", "ministry:new", url=url).splitlines()
    assert [line.split()[-1] for line in lines if not line.startswith(" ")] == [
        "ADDED",
        "CHANGED",
        "CHANGED",
        "REMOVED",
    ]
    assert "   name: 가나부 -> (none)" in lines


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("history", "nonsense"), "nonsense is not an identifier of any fact"),
        (("history", "ministry:nobody"), "No release has ever brought ministry:nobody"),
        (("undo", "9", "--yes"), "There is no release 9; the newest is 3"),
        (("undo", "2", "--yes"), r"release 3 \(이름 바꿈\) touched ministry:new later"),
    ],
)
def test_refusals_are_sentences(url: str, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Stopped, match=sentence):
        run(*arguments, url=url)
