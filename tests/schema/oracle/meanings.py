"""What the fields mean that are no plain column or foreign key, by ``Type.field``; ``Fact`` stands for every fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.schema.oracle import changes, searching
from tests.schema.oracle.claims import preferred
from tests.schema.oracle.differences import designation_changes
from tests.schema.oracle.discrepancies import discrepancies
from tests.schema.oracle.rows import computed
from tests.schema.oracle.scalars import plain

if TYPE_CHECKING:
    from tests.schema.oracle.rows import Row, Rows

Arguments: TypeAlias = "Mapping[str, Any]"
Meaning: TypeAlias = "Callable[[Rows, Row, Arguments], Any]"

ZEROS = {"WON": 0, "THOUSAND": 3, "MILLION": 6, "EOK": 8, "JO": 12}


def related(table: str, column: str) -> Meaning:
    """Return the meaning "the rows of ``table`` whose ``column`` names this row"."""
    return lambda rows, row, _arguments: rows.where(table, column, row["id"])


def linked(table: str, mine: str, theirs: str) -> Meaning:
    """Return the meaning "what rows of ``table`` tie to this row", each once."""

    def meaning(rows: Rows, row: Row, _arguments: Arguments) -> list[Row]:
        ids = dict.fromkeys(link[theirs] for link in rows.where(table, mine, row["id"]))
        return [found for identifier in ids if (found := rows.seen(identifier))]

    return meaning


def money(column: str) -> Meaning:
    """Return the meaning "this amount, in the unit asked for"."""

    def meaning(_rows: Rows, row: Row, arguments: Arguments) -> Decimal:
        return _in_unit(row[column], arguments)

    return meaning


def _successions(rows: Rows, row: Row, _arguments: Arguments) -> list[Row]:
    return [each for each in rows.tables["successions"] if row["id"] in (each["predecessor_id"], each["successor_id"])]


def _contacts(rows: Rows, row: Row, _arguments: Arguments) -> list[Row]:
    units = rows.where("units", "organization_id", row["id"])
    return [contact for unit in units for contact in rows.where("contacts", "unit_id", unit["id"])]


def _release(rows: Rows, row: Row, _arguments: Arguments) -> Row:
    (release,) = rows.where("releases", "number", row["released_in"])
    return release


def _statute_count(rows: Rows, row: Row, _arguments: Arguments) -> int:
    coverages = rows.where("area_coverages", "area_id", row["id"])
    return len({regime["statute_id"] for each in coverages if (regime := rows.seen(each["regime_id"]))})


def _priority(rows: Rows, row: Row, arguments: Arguments) -> bool:
    statutes = {regime["statute_id"] for regime in rows.tables["regimes"]}
    return _statute_count(rows, row, arguments) == len(statutes)


def _why(rows: Rows, row: Row, _arguments: Arguments) -> list[Row]:
    coverages = rows.where("area_coverages", "area_id", row["id"])
    statutes = {regime["statute_id"] for each in coverages if (regime := rows.seen(each["regime_id"]))}
    return [
        computed("StatuteCoverage", f"{row['id']}+{statute}", area_id=row["id"], statute_id=statute)
        for statute in statutes
    ]


def _coverages(rows: Rows, row: Row, _arguments: Arguments) -> list[Row]:
    regimes = {regime["id"] for regime in rows.where("regimes", "statute_id", row["statute_id"])}
    return [each for each in rows.where("area_coverages", "area_id", row["area_id"]) if each["regime_id"] in regimes]


def _overlaps(rows: Rows, _row: Row, arguments: Arguments) -> list[Row]:
    lists = {area["id"]: set[str]() for area in rows.tables["common_areas"]}
    for coverage in rows.tables["area_coverages"]:
        lists[coverage["area_id"]].add(coverage["regime_id"])
    return [rows.by_id[area] for area, covering in lists.items() if covering >= set(arguments["regimes"])]


def _published_count(rows: Rows, row: Row, _arguments: Arguments) -> int | None:
    parts = [
        (rows.by_id[part["statistic_id"]]["reference_on"], part)
        for part in rows.where("statistic_components", "regime_id", row["id"])
        if rows.by_id[part["statistic_id"]]["measure"] == "technologies"
    ]
    if not parts:
        return None
    dated = [day for day, _ in parts if day is not None]
    latest = [part for day, part in parts if day == (max(dated) if dated else None)]
    return round_half_up(min(latest, key=lambda part: str(part["id"]))["value"])


def round_half_up(number: Decimal) -> int:
    """Round to the nearest integer, halves away from zero, as PostgreSQL does."""
    whole = int(abs(number) + Decimal("0.5"))
    return -whole if number < 0 else whole


def _amount_text(_rows: Rows, row: Row, _arguments: Arguments) -> str:
    won, parts = abs(row["amount"]), []
    for name, size in (("조", 10**12), ("억", 10**8), ("만", 10**4), ("", 1)):
        count, won = divmod(won, size)
        if count:
            parts.append(f"{count:,}{name}")
    text = " ".join(parts) or "0"
    space = "" if text[-1].isdigit() else " "
    return ("△" if row["amount"] < 0 else "") + text + space + "원"


def _ministry(rows: Rows, _row: Row, arguments: Arguments) -> Row | None:
    bearers = [
        (
            (rows.by_id[name["organization_id"]]["valid_to"] is not None),
            name["kind"] != "OFFICIAL",
            name["organization_id"],
        )
        for name in rows.where("organization_names", "name", arguments["name"])
        if (bearer := rows.seen(name["organization_id"])) and bearer["@type"] == "Ministry"
    ]
    return rows.by_id[min(bearers)[2]] if bearers else None


def _technology(rows: Rows, _row: Row, arguments: Arguments) -> Row | None:
    found = rows.seen(arguments["id"])
    return found if found and found["@type"] == "Technology" else None


def _organization_name(rows: Rows, row: Row, _arguments: Arguments) -> str:
    """Return the name borne on the day asked of: a former one says so only where it is known until when it was."""
    borne = [
        (name["valid_to"] or date.max, name["valid_to"] is None, name["id"], name["name"])
        for name in rows.where("organization_names", "organization_id", row["id"])
        if name["kind"] == "OFFICIAL" or (name["kind"] == "FORMER" and name["valid_to"] is not None)
    ]
    return str(row["name"] if rows.day is None or not borne else min(borne)[-1])


def _source(rows: Rows, row: Row, _arguments: Arguments) -> Row | None:
    key = str(row["id"]).partition(":")[2]
    return rows.by_id.get(f"document:{key.partition('/')[0]}") if "/" in key else None


def _gross(_rows: Rows, allocations: Sequence[Row], arguments: Arguments) -> Decimal:
    return _in_unit(sum(row["amount"] for row in allocations), arguments)


def _distinct(rows: Rows, allocations: Sequence[Row], arguments: Arguments) -> Decimal:
    allocated: dict[str, int] = defaultdict(int)
    for row in allocations:
        allocated[row["budget_line_id"]] += row["amount"]
    return _in_unit(sum(min(rows.by_id[line]["amount"], won) for line, won in allocated.items()), arguments)


def _in_unit(won: int, arguments: Arguments) -> Decimal:
    unit = plain(arguments.get("unit") or "WON")
    return Decimal(won).scaleb(-ZEROS[unit])


TOTALS: dict[str, tuple[str, Callable[[Rows, Sequence[Row], Arguments], Decimal]]] = {
    "BudgetAllocation.gross": ("amount", _gross),
    "BudgetAllocation.distinct": ("amount", _distinct),
}
"""What else rows come to, by ``Type.field``, with the leaf whose kinds must not be mixed."""


MEANINGS: dict[str, Meaning] = {
    "Query.ministry": _ministry,
    "Query.technology": _technology,
    "Query.overlaps": _overlaps,
    "Query.designationChanges": designation_changes,
    "Query.discrepancies": discrepancies,
    "Query.search": searching.search,
    "SearchHit.type": lambda _rows, row, _: searching.type_found(row["node_id"]),
    "SearchHit.before": lambda _rows, row, _: searching.parts(row)[0],
    "SearchHit.matched": lambda _rows, row, _: searching.parts(row)[1],
    "SearchHit.after": lambda _rows, row, _: searching.parts(row)[2],
    "Query.release": lambda rows, _, arguments: next(iter(rows.where("releases", "number", arguments["number"])), None),
    # Questions are asked by anyone here; who says who they are is in tests/api/test_credentials.py.
    "Query.viewer": lambda *_: {
        "@type": "Viewer",
        "id": "viewer:",
        "name": None,
        "organization_id": None,
        "scopes": [],
        "persisted_only": False,
    },
    "Query.changes": changes.changes,
    "Query.diff": changes.diff,
    "Release.publisher": lambda rows, row, _: rows.by_id.get(row["publisher_id"]),
    "Release.source": lambda rows, row, _: rows.by_id.get(row["source_id"]),
    "Release.changes": changes.of_release,
    "Change.type": changes.type_of,
    "Change.release": _release,
    "Change.fields": changes.fields,
    "Fact.owner": lambda rows, row, _: rows.by_id.get(row["owner_id"]),
    "Fact.release": _release,
    "Fact.source": _source,
    "Fact.claims": related("claims", "subject_id"),
    "Claim.preferred": lambda rows, row, _: row["id"] == preferred(rows, row["subject_id"], row["attribute"]),
    "Organization.name": _organization_name,
    "Organization.children": related("organizations", "parent_id"),
    "Organization.successions": _successions,
    "Organization.predecessors": linked("successions", "successor_id", "predecessor_id"),
    "Organization.successors": linked("successions", "predecessor_id", "successor_id"),
    "Organization.contacts": _contacts,
    "Organization.policyInstruments": related("policy_instruments", "actor_id"),
    "Organization.memberships": related("memberships", "organization_id"),
    "Organization.participations": related("participations", "organization_id"),
    "Organization.documents": related("documents", "publisher_id"),
    "Ministry.statutes": related("statutes", "ministry_id"),
    "Ministry.projects": related("projects", "ministry_id"),
    "Ministry.budgetLines": related("budget_lines", "ministry_id"),
    "Body.fields": linked("body_fields", "body_id", "field_id"),
    "TechnologyField.bodies": linked("body_fields", "field_id", "body_id"),
    "Regime.publishedCount": _published_count,
    "CommonArea.statuteCount": _statute_count,
    "CommonArea.priority": _priority,
    "CommonArea.why": _why,
    "StatuteCoverage.coverages": _coverages,
    "CommonArea.sectorFields": lambda rows, row, _: rows.where("sector_fields", "sector", row["sector"]),
    "Passage.supportedClaims": related("claims", "passage_id"),
    "BudgetLine.amount": money("amount"),
    "BudgetLine.amountText": _amount_text,
    "BudgetAllocation.amount": money("amount"),
    "PolicyAllocation.amount": money("amount"),
    "BudgetSummary.total": money("total"),
    "BudgetSummary.gross": money("gross"),
    "BudgetSummary.distinct": money("distinct"),
}
