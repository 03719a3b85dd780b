"""What changed in a list: the newest designation of each technology at two times, compared part by part."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from db.models import DesignationState
from tests.schema.oracle.rows import computed, in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.schema.oracle.rows import Row, Rows

State = dict[str, Any]
ABSENT: State = dict.fromkeys([*DesignationState.PARTS, "technology_id", "reference"])


def designation_changes(rows: Rows, _row: Row, arguments: Mapping[str, Any]) -> list[Row]:
    """Return a row for each technology that the two states of the list do not agree on."""
    first, second = (
        _list(rows, arguments["regime"], arguments.get(day), arguments.get(release))
        for day, release in (("from", "fromRelease"), ("to", "toRelease"))
    )
    found = [(first.get(key, ABSENT), second.get(key, ABSENT)) for key in first | second]
    return [_difference(before, after) for before, after in found if _differ(before, after)]


def _list(rows: Rows, regime: str, day: date | None, release: int | None) -> dict[str, State]:
    then = rows.at(release)
    listed = {row["id"]: row for row in then.tables["technologies"] if row["regime_id"] == regime}
    states = {}
    for key, found in groupby(sorted(then.tables["designations"], key=_technology), key=_technology):
        said = [row for row in found if in_force(row, day)]
        if said and key in listed:
            newest = max(said, key=_age)
            state = {part: newest[part] for part in DesignationState.PARTS if part != "name"}
            state |= {"name": listed[key]["name"], "technology_id": key}
            still = rows.by_id.get(newest["id"]) == newest
            states[key] = state | {"reference": newest["id"] if still else None}
    return states


def _technology(designation: Row) -> str:
    return str(designation["technology_id"])


def _age(designation: Row) -> tuple[Any, ...]:
    days: Iterable[date | None] = (designation["valid_from"], designation["promulgated_on"])
    return (*((day is not None, day or date.min) for day in days), designation["id"])


def _is_listed(state: State) -> bool:
    return state["technology_id"] is not None and state["change"] != "REMOVED"


def _differ(before: State, after: State) -> bool:
    return (_is_listed(before) or _is_listed(after)) and any(
        before[part] != after[part] for part in DesignationState.PARTS
    )


def _difference(before: State, after: State) -> Row:
    kind = "CHANGED" if _is_listed(before) and _is_listed(after) else "ADDED" if _is_listed(after) else "REMOVED"
    technology = before["technology_id"] or after["technology_id"]
    parts = {
        f"{time}_{part}": state[part]
        for time, state in (("before", before), ("after", after))
        for part in DesignationState.PARTS
    }
    return computed(
        "DesignationDifference",
        f"difference:{technology}",
        kind=kind,
        name=before["name"] if after["name"] is None else after["name"],
        technology_id=technology,
        designation_before_id=before["reference"],
        designation_after_id=after["reference"],
        **parts,
    )
