"""What the published files come to, asked of the contract and reckoned from the files by other means."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from db.connection import engine
from db.importing.importer import Choices, import_file
from db.importing.mapping import known_datasets, read_mapping
from tests.db.builtin import SHARED
from tests.schema.oracle.world import World, published_world
from tests.schema.sql.asking import data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

FILES = {
    "rnd-budget-2026": SHARED / "data" / "rnd-budget-2026.csv",
    "tax-strategic": SHARED / "data" / "tax-national-strategic-technologies.csv",
    "tax-growth": SHARED / "data" / "tax-new-growth-technologies.csv",
}
LISTS = {"tax-strategic": "regime:tax-nst", "tax-growth": "regime:tax-ngt"}
DAYS = ("2017-01-01", "2019-12-31", "2020-12-31", "2021-12-31", "2022-12-31", "2023-07-01", "2025-06-30", "2026-11-22")

pytestmark = pytest.mark.skipif(
    not all(path.is_file() for path in FILES.values()),
    reason="The published files are not at hand: they are published elsewhere and no part of this repository.",
)


@pytest.fixture(scope="module")
def imported(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[World]:
    """The built-in dataset, and what the published files bring."""
    with published_world(server_url, _publish, dataset_template) as world:
        yield world


async def _publish(url: sa.URL) -> None:
    async with engine(url) as pool:
        for dataset, path in FILES.items():
            outcome = await import_file(pool, path, read_mapping(known_datasets()[dataset]), Choices())
            assert outcome.release is not None


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_allocation_by_project(imported: World) -> None:
    """The totals of the published table, whose field columns are whole millions; those of the reference are not."""
    text = """{
        projects: budgetLines(where: {level: {eq: PROJECT}}) { aggregate { count sum { amount(unit: MILLION) } } }
        parts: budgetLines(where: {level: {eq: PART}}) { aggregate { count } }
        ministries: budgetLines(where: {level: {eq: MINISTRY}}) { aggregate { sum { amount(unit: MILLION) } } }
        fields: budgetAllocations(where: {budgetLine: {level: {eq: PROJECT}}}) {
          aggregate { gross(unit: MILLION) distinct(unit: MILLION) } }
        reference: budgetSummaries { nodes { gross(unit: MILLION) distinct(unit: MILLION) total(unit: MILLION) } }
        policyAreas { totalCount }
    }"""
    found = data(imported, text)
    assert found["projects"]["aggregate"] == {"count": 1236, "sum": {"amount": "30280992"}}
    assert found["ministries"]["aggregate"] == {"sum": {"amount": "30280992"}}
    assert found["parts"]["aggregate"] == {"count": 2589}
    assert found["policyAreas"]["totalCount"] == 8
    (reference,) = found["reference"]["nodes"]
    assert reference == {"total": "30280992", "gross": "9435629", "distinct": "8395276"}
    printed = _number_by_field(rows(FILES["rnd-budget-2026"]))
    fields = found["fields"]["aggregate"]
    assert (int(fields["gross"]), int(fields["distinct"])) == printed
    assert int(fields["gross"]) - int(reference["gross"]) == int(fields["distinct"]) - int(reference["distinct"]) == 4


def test_what_does_not_agree_in_the_allocation(imported: World) -> None:
    text = """query($check: Check!) { discrepancies(where: {check: {eq: $check}}, first: 1000) {
        totalCount nodes { difference subject { id } } } }"""

    def found(check: str) -> Any:
        return data(imported, text, {"check": check})["discrepancies"]

    assert found("NUMBER_USED_TWICE")["totalCount"] == 1
    assert found("NO_PARTS")["totalCount"] == 1
    # Five more are off by one to four million, as rounded amounts are.
    assert max(abs(int(node["difference"])) // 10**6 for node in found("PARTS_DIFFER")["nodes"]) == 1000
    projects = [node for node in found("OVER_ALLOCATED")["nodes"] if "/" in node["subject"]["id"]]
    assert len([node for node in projects if "part-" not in node["subject"]["id"]]) == 122


def _number_by_field(table: list[dict[str, str]]) -> tuple[int, int]:
    names = list(table[0])
    fields = names[names.index("인공지능") : names.index("기초")]
    gross = distinct = 0
    for row in table:
        if row["번호(세부)"]:
            allocated = sum(_number(row[name]) for name in fields)
            gross += allocated
            distinct += min(allocated, _number(row["26년 예산"]))
    return gross, distinct


def _number(cell: str) -> int:
    return int(cell.replace(",", "") or 0)


def test_a_part_stands_below_the_project_above_it(imported: World) -> None:
    text = """{ projects(where: {parent: {number: {eq: "26019.0"}}}, orderBy: [{number: ASC}]) {
        nodes { parent { committee ministry { name } } budgetLines { nodes { amount(unit: MILLION) } } } } }"""
    nodes = data(imported, text)["projects"]["nodes"]
    assert [node["budgetLines"]["nodes"][0]["amount"] for node in nodes] == ["4560", "1344", "234"]
    assert {node["parent"]["ministry"]["name"] for node in nodes} == {"개인정보 보호위원회"}
    assert {node["parent"]["committee"] for node in nodes} == {"인공지능ICT"}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("dataset", LISTS)
def test_any_day_gives_the_list_then_in_force(imported: World, dataset: str, day: str) -> None:
    text = """query($regime: ID!, $day: Date!) {
        technologies(asOf: $day, where: {regime: {id: {eq: $regime}},
            designations: {some: {change: {ne: REMOVED}}}}) { totalCount } }"""
    found = data(imported, text, {"regime": LISTS[dataset], "day": day})["technologies"]["totalCount"]
    assert found == _in_force(rows(FILES[dataset]), day)
    if day == DAYS[-1]:
        assert found == {"tax-strategic": 81, "tax-growth": 284}[dataset]


def _in_force(table: list[dict[str, str]], day: str) -> int:
    """Count the items whose latest version by that day is no deletion; a deletion names the last day of the item."""
    items: list[list[dict[str, str]]] = []
    for row in table:
        if row["status"] == "신설":
            items.append([])
        items[-1].append(row)
    count = 0
    for versions in items:
        state: Any = None
        for version in versions:
            begun = version["apply_date"] < day if version["status"] == "삭제" else version["apply_date"] <= day
            state = version["status"] if begun else state
        count += state is not None and state != "삭제"
    return count


def test_what_a_list_said_of_an_item(imported: World) -> None:
    text = """{ technologies(where: {name: {startsWith: "차세대 메모리반도체(STT-MRAM"}}) {
        nodes { status designations(orderBy: [{validFrom: ASC}]) {
          nodes { name section locator change promulgatedOn validFrom validTo } } } } }"""
    (found,) = data(imported, text)["technologies"]["nodes"]
    assert found["status"] == "DESIGNATED"
    first, *_, last = found["designations"]["nodes"]
    assert (first["section"], first["locator"], first["change"]) == ("1. 반도체", "나.", "ADDED")
    assert (first["promulgatedOn"], first["validFrom"], first["validTo"]) == ("2022-02-15", "2021-07-01", "2022-12-31")
    assert last["validTo"] is None
