"""What a viewer may see of a history: every version of every row is judged by its own grade and owner."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from db.viewers import ANYONE, Scope, Viewer
from tests.schema.oracle.rows import History

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.schema.oracle.rows import Row
    from tests.schema.oracle.world import World

    Versions = Mapping[str, list[tuple[Row, int | None]]]

GRADES = {"SENSITIVE": {Scope.SENSITIVE, Scope.CONFIDENTIAL}, "CONFIDENTIAL": {Scope.CONFIDENTIAL}}
"""By which scopes a viewer sees what of the viewer's organization is not open."""


def as_seen_by(world: World, viewer: Viewer) -> World:
    """Return the same database as another viewer sees it."""
    seen = History(_seen(world.history.versions, viewer))
    return replace(world, viewer=viewer, history=seen, hidden=world.history)


def may_see(viewer: Viewer, grade: str, owner: str | None) -> bool:
    """Return whether a viewer may see a fact of a grade and an owner."""
    if grade == "OPEN" or Scope.EVERYTHING in viewer.scopes:
        return True
    return owner is not None and owner == viewer.organization and bool(GRADES[grade] & viewer.scopes)


def _seen(versions: Versions, viewer: Viewer) -> Versions:
    facts = {
        table: [(row, end) for row, end in rows if may_see(viewer, row["grade"], row["owner_id"])]
        for table, rows in versions.items()
        if table != "releases"
    }
    seen = [version for rows in facts.values() for version in rows]
    begun = {(row["released_in"], row["id"]) for row, _ in seen}
    ended = {(end, row["id"]) for row, end in seen if end is not None}
    written, removed = Counter(number for number, _ in begun), Counter(number for number, _ in ended - begun)
    releases: list[tuple[Row, int | None]] = [
        ({**_masked(row, viewer), "rows_written": written[row["number"]], "rows_removed": removed[row["number"]]}, None)
        for row, _ in versions["releases"]
    ]
    return {**facts, "releases": releases}


def _masked(release: Row, viewer: Viewer) -> Row:
    if may_see(viewer, "SENSITIVE", release["publisher_id"]):
        return release
    return {**release, "file_name": None, "file_sha256": None}


def viewers_of(history: History) -> dict[str, Viewer]:
    """Return viewers of whom those with an organization are of the two that own most of what is not open."""
    rows = [row for table, versions in history.versions.items() if table != "releases" for row, _ in versions]
    owned = Counter(row["owner_id"] for row in rows if row["grade"] != "OPEN" and row["owner_id"])
    return viewers(sorted(owned, key=lambda owner: (-owned[owner], owner)))


def viewers(organizations: Iterable[str]) -> dict[str, Viewer]:
    """Return someone of each kind: who says nothing, who belongs to an organization or to none, and who sees all."""
    first, second, *_ = organizations
    return {
        "anyone": ANYONE,
        "publisher": Viewer("publisher", first, frozenset({Scope.PUBLISH})),
        "sensitive": Viewer("sensitive", first, frozenset({Scope.SENSITIVE})),
        "confidential": Viewer("confidential", first, frozenset({Scope.CONFIDENTIAL, Scope.PUBLISH})),
        "other": Viewer("other", second, frozenset({Scope.SENSITIVE, Scope.CONFIDENTIAL})),
        "homeless": Viewer("homeless", None, frozenset({Scope.SENSITIVE, Scope.CONFIDENTIAL})),
        "everything": Viewer("everything", None, frozenset({Scope.EVERYTHING})),
    }
