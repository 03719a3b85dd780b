"""The leak matrix: by no route to any type can a stranger tell that rows are there which are hidden from them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from db.viewers import ANYONE, Scope, Viewer
from tests.attacks.planted import Planted, planted_worlds
from tests.attacks.routes import Ask, asks
from tests.schema.oracle.agreement import error_of
from tests.schema.oracle.world import ALL_SEEING, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import sqlalchemy as sa

ALL = frozenset({Scope.SENSITIVE, Scope.CONFIDENTIAL, Scope.PUBLISH})
PARTS = 8
STRANGERS = ("anyone", "publisher", "other", "homeless")
TELLING = {"list", "edge", "aggregate", "groups", "countDistinct", "order", "filter", "node"}
TELLING |= {
    "nodes",
    "technology",
    "overlaps",
    "designationChanges",
    "discrepancies",
    "search",
    "release",
    "changes",
    "diff",
}
"""Routes by which whoever may see the planted rows does see them, so that the comparison is able to fail."""


@pytest.fixture(scope="module")
def planted(server_url: sa.URL, empty_template: sa.URL) -> Iterator[Planted]:
    with planted_worlds(server_url, empty_template) as planted:
        yield planted


def stranger(name: str, planted: Planted) -> Viewer:
    other = next(
        key for key in ("ministry:0", "ministry:1", "institution:1") if key not in (*planted.hidden, planted.owner)
    )
    viewers = {
        "anyone": ANYONE,
        "publisher": Viewer("publisher", planted.owner, frozenset({Scope.PUBLISH})),
        "other": Viewer("other", other, ALL),
        "homeless": Viewer("homeless", None, ALL),
    }
    return viewers[name]


def told(world: World, viewer: Viewer, ask: Ask) -> Any:
    result = replace(world, viewer=viewer).ask(ask.text, ask.variables)
    return orjson.dumps(result.data), sorted((str(error_of(error)), error.message) for error in result.errors or ())


@pytest.mark.slow
def test_no_stranger_can_tell(planted: Planted) -> None:
    """By no route to no type, of which each is asked in one way here and in every way below."""
    first = {(ask.route, ask.type): ask for ask in asks(planted.hidden)}
    assert leaks(planted, first.values(), ["anyone"]) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_stranger_can_tell_by_any_document(planted: Planted, part: int) -> None:
    """By none of the documents, of which each part has every so many: so the processes of a run share them."""
    assert leaks(planted, islice(asks(planted.hidden), part, None, PARTS), STRANGERS) == []


def leaks(planted: Planted, asked: Iterable[Ask], names: Iterable[str]) -> list[tuple[str, str, str]]:
    viewers = [stranger(name, planted) for name in names]
    return [
        (ask.route, ask.type, ask.text)
        for ask in asked
        for viewer in viewers
        if told(planted.full, viewer, ask) != told(planted.without, viewer, ask)
    ]


@pytest.mark.slow
def test_every_route_would_tell(planted: Planted) -> None:
    """Whoever may see the planted rows meets them by every route, and by lists of every type."""
    met: dict[str, set[str]] = defaultdict(set)
    every: set[str] = set()
    insider = Viewer("insider", planted.owner, ALL)
    for ask in asks(planted.hidden):
        every.update([ask.type] if ask.route == "list" else [])
        if ask.route in TELLING - met.keys() or ask.route == "list":
            seen = {
                told(planted.full, viewer, ask) != told(planted.without, viewer, ask)
                for viewer in (insider, ALL_SEEING)
            }
            assert len(seen) == 1, "the insider's organization owns all that is planted"
            met[ask.route].update([ask.type] if True in seen else [])
            if not met[ask.route]:
                del met[ask.route]
    assert met.keys() == TELLING
    assert met["list"] == every
