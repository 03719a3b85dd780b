"""Facts to publish in tests, and what the tables must hold afterwards, reckoned in plain Python."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from db.models import Fact, FuzzyDate, Ministry, OrganizationName, fact_tables
from db.models.base import Bound, Grade, Precision
from db.models.identity import model_of
from db.models.missions import MilestoneStatus
from db.models.organizations import NameKind, OrganizationKind, OrganizationType
from db.models.sources import Certainty, Derivation, DocumentKind, Standing
from db.releases import latest, state
from tests.schema.oracle.openness import exposures, obey

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.releases import State

Row = dict[str, Any]
ORGANIZATIONS = ["ministry:a", "ministry:b", "institution:c"]
DOCUMENTS = ["document:a", "document:b"]
PASSAGES = ["passage:a", "passage:b"]
REFERENCES = {
    "organizations": {"owner_id": "organizations", "parent_id": "organizations"},
    "organization_names": {"owner_id": "organizations", "organization_id": "organizations"},
    "documents": {"owner_id": "organizations", "publisher_id": "organizations"},
    "passages": {"owner_id": "organizations", "document_id": "documents"},
    "claims": {"owner_id": "organizations", "passage_id": "passages"},
    "milestones": {"owner_id": "organizations"},
    "statistics": {"owner_id": "organizations"},
}
"""The columns that name other rows, in the tables that these facts fill."""


async def current(connection: AsyncConnection) -> tuple[int, State]:
    """Return the number of the newest release, and all facts."""
    number = await latest(connection)
    return number, await state(connection, number)


def ministry(key: str, name: Any = "가나부") -> Ministry:
    """Make a ministry, open to all."""
    return Ministry(id=f"ministry:{key}", grade=Grade.OPEN, kind=OrganizationKind.MINISTRY, name=name)


def name_of(organization: str, key: str, name: str = "가나부") -> OrganizationName:
    """Make an official name of an organization, open to all."""
    return OrganizationName(
        id=f"name:{key}", grade=Grade.OPEN, organization_id=organization, name=name, kind=NameKind.OFFICIAL
    )


def fact_of(identifier: str, row: Row) -> Fact:
    """Make a fact of a row; a milestone's due date goes in as the one value that it is."""
    values = {column: value for column, value in row.items() if column not in {"id", "type"}}
    if "due_as_printed" in values:
        parts = {part: values.pop(f"due_{part}") for part in FuzzyDate.PARTS}
        values["due"] = FuzzyDate(**parts)
    model = model_of(identifier)
    assert model is not None
    return model(id=identifier, **values)


def table_of(identifier: str) -> str:
    """Return the name of the table that an identifier's rows stand in."""
    model = model_of(identifier)
    assert model is not None
    return str(model.__tablename__)


def _row(table: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    empty = {column.name: st.none() for column in fact_tables()[table].columns if column.name != "released_in"}
    shared = {"grade": st.sampled_from(Grade), "owner_id": st.none() | st.sampled_from(ORGANIZATIONS)}
    return st.fixed_dictionaries(empty | shared | values)


NAMES = st.sampled_from(["가", "나", "a\tb\\N"])
DAYS = st.none() | st.sampled_from([date(2023, 9, 22), date(2026, 6, 18)])
ROWS = {
    "organizations": _row(
        "organizations",
        kind=st.sampled_from(OrganizationKind),
        name=NAMES,
        parent_id=st.none() | st.sampled_from(ORGANIZATIONS),
        valid_from=DAYS,
    ),
    "organization_names": _row(
        "organization_names",
        organization_id=st.sampled_from(ORGANIZATIONS),
        name=NAMES,
        kind=st.sampled_from(NameKind),
    ),
    "documents": _row(
        "documents",
        title=NAMES,
        kind=st.sampled_from(DocumentKind),
        standing=st.sampled_from(Standing),
        publisher_id=st.none() | st.sampled_from(ORGANIZATIONS),
        published_on=DAYS,
        distributed_at=st.none() | st.just(datetime(2026, 6, 18, 14, 0, tzinfo=UTC)),
    ),
    "passages": _row(
        "passages",
        document_id=st.sampled_from(DOCUMENTS),
        locator=NAMES,
        first_line=st.none() | st.integers(1, 2**31 - 1),
    ),
    "claims": _row(
        "claims",
        subject_id=st.sampled_from(ORGANIZATIONS),
        passage_id=st.sampled_from(PASSAGES),
        certainty=st.sampled_from(Certainty),
        derivation=st.sampled_from(Derivation),
        alternatives=st.lists(NAMES, max_size=2),
    ),
    "milestones": _row(
        "milestones",
        title=NAMES,
        status=st.sampled_from(MilestoneStatus),
        due_as_printed=st.none() | st.just("~'26.下"),
        due_earliest=DAYS,
        due_precision=st.none() | st.sampled_from(Precision),
        due_bound=st.none() | st.sampled_from(Bound),
    ),
    "statistics": _row(
        "statistics",
        measure=NAMES,
        name=NAMES,
        value=st.sampled_from([Decimal("8.6"), Decimal(10) ** 20, Decimal("-0.001")]),
        unit=NAMES,
        as_printed=NAMES,
    ),
}
NAMED = ["name:a", "name:b", "claim:a", "claim:b", "milestone:a", "statistic:a"]
EVERY = [*ORGANIZATIONS, *DOCUMENTS, *PASSAGES, *NAMED]

Release = dict[str, Row | None]
"""What a release does: rows to put by identifier, None to remove."""


def _lawful(release: dict[str, Row]) -> Release:
    said = {key: dict(row) for key, row in release.items()}
    obey(said, lambda identifier: identifier > "m")
    return dict(said)


first_release: st.SearchStrategy[Release] = st.fixed_dictionaries({key: ROWS[table_of(key)] for key in EVERY}).map(
    _lawful
)


@st.composite
def later_release(draw: st.DrawFn) -> Release:
    """Draw a release that may well be one to refuse."""
    touched = draw(st.lists(st.sampled_from(EVERY), min_size=1, max_size=5, unique=True))
    return {key: draw(ROWS[table_of(key)] if draw(st.integers(0, 2)) else st.none()) for key in touched}


def after(before: State, release: Release, number: int) -> State | None:
    """Reckon the state that a release leads to, or None where it must be refused."""
    result = {table: dict(rows) for table, rows in before.items()}
    for key, wanted in release.items():
        rows = result[table_of(key)]
        if wanted is None:
            if rows.pop(key, None) is None:
                return None
            continue
        row = wanted | {"id": key}
        if table_of(key) == "organizations":
            row["type"] = OrganizationType[key.partition(":")[0].upper()]
        if {**rows.get(key, {}), "released_in": number} != {**row, "released_in": number}:
            rows[key] = {**row, "released_in": number}
    whole = all(
        row[column] is None or row[column] in result[target]
        for table, references in REFERENCES.items()
        for row in result[table].values()
        for column, target in references.items()
    )
    facts = {identifier: row for rows in result.values() for identifier, row in rows.items()}
    return result if whole and not any(exposures(facts)) else None
