"""What the published files come to, asked of the contract and reckoned from the files by other means."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from db.connection import engine
from db.importing.importer import Choices, Watcher, import_file
from db.importing.mapping import known_datasets, read_mapping
from tests.db.builtin import SHARED
from tests.schema.oracle.world import World, published_world
from tests.schema.sql.asking import data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from db.importing.facts import Refusal

FILES = {
    "rnd-budget-2026": SHARED / "data" / "rnd-budget-2026.csv",
    "tax-strategic": SHARED / "data" / "tax-national-strategic-technologies.csv",
    "tax-growth": SHARED / "data" / "tax-new-growth-technologies.csv",
    "technology-map-2026-04": SHARED / "data" / "technology-map-2026-04.json",
}
LISTS = {"tax-strategic": "regime:tax-nst", "tax-growth": "regime:tax-ngt"}
DAYS = ("2017-01-01", "2019-12-31", "2020-12-31", "2021-12-31", "2022-12-31", "2023-07-01", "2025-06-30", "2026-11-22")

SCOPES = {
    "strategic": ("NST", 79),
    "tax_strategic": ("TAX_NST", 58),
    "tax_growth": ("TAX_NGT", 108),
    "advanced": ("NHST", 21),
    "protection": ("NCT", 49),
}
"""The lists of the map, each with its regime's code here and how many areas it says something of."""
UNMATCHED: list[Refusal] = []
"""What named no technology while the files were imported."""

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
            watcher = Watcher(unmatched=UNMATCHED.append)
            outcome = await import_file(pool, path, read_mapping(known_datasets()[dataset]), Choices(), watcher)
            assert outcome.release is not None
        again = await import_file(pool, FILES["tax-growth"], read_mapping(known_datasets()["tax-growth"]), Choices())
        assert again.release is None


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


def areas() -> list[dict[str, Any]]:
    content = json.loads(FILES["technology-map-2026-04"].read_text("utf-8"))
    return [item for sector in content["sectors"] for below in sector["subsectors"] for item in below["items"]]


def said_of_areas(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what is answered of every coverage, by the name of its area and the code of its regime."""
    text = """query($after: String) { areaCoverages(first: 200, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { scope area { name } regime { code }
        items(first: 100) { nodes { source { id } technology { name status } } }
        claims(where: {attribute: {eq: "scope"}}) { nodes {
          preferred asPrinted source { id } passage { locator document { title standing } } } } } } }"""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        answer = data(world, text, {"after": page["endCursor"]})["areaCoverages"]
        page = answer["pageInfo"]
        found |= {(node["area"]["name"], node["regime"]["code"]): node for node in answer["nodes"]}
    return found


def test_the_map_says_what_is_built_in_of_137_areas(imported: World) -> None:
    """Fourteen areas lie in all four statutes and eight in all five lists, in the file as in the facts."""
    text = """{ commonAreas(first: 200) { totalCount nodes { name note coverages { nodes { regime { code } } } } }
        priority: commonAreas(where: {priority: {eq: true}}) { totalCount }
        all: overlaps(regimes: ["regime:nst", "regime:tax-nst", "regime:tax-ngt", "regime:nhst", "regime:nct"]) {
          totalCount } }"""
    found = data(imported, text)
    assert (found["commonAreas"]["totalCount"], found["priority"]["totalCount"]) == (137, 14)
    assert found["all"]["totalCount"] == 8
    facts = {
        _alike(node["name"]): ({each["regime"]["code"] for each in node["coverages"]["nodes"]}, node["note"])
        for node in found["commonAreas"]["nodes"]
    }
    printed = {
        _alike(area["name"]): (
            {code for law, (code, _) in SCOPES.items() if area["laws"][law]},
            _composed(area["note"]) or None,
        )
        for area in areas()
    }
    assert facts == printed
    statutes = {code: "tax" if code.startswith("TAX") else code for code, _ in SCOPES.values()}
    assert sum(len({statutes[code] for code in covered}) == 4 for covered, _ in printed.values()) == 14
    assert sum(len(covered) == 5 for covered, _ in printed.values()) == 8


def test_the_map_brings_the_scope_texts(imported: World) -> None:
    """315 texts under five regimes, read from the file by other means, each as a claim of the map's document."""
    found = {(_alike(area), code): node for (area, code), node in said_of_areas(imported).items()}
    assert len(found) == 315
    for law, (code, count) in SCOPES.items():
        texts = {_alike(area["name"]): area["specs"][law] for area in areas() if area["specs"][law]}
        assert len(texts) == count
        for name, text in texts.items():
            node = found[name, code]
            assert node["scope"] == _composed(text)
            (claim,) = node["claims"]["nodes"]
            assert claim["preferred"] is True
            assert claim["asPrinted"] == _composed(text)
            assert claim["source"] == {"id": "document:technology-map-2026-04"}
            assert claim["passage"]["document"]["standing"] == "UNOFFICIAL"
            assert claim["passage"]["locator"].endswith(f": specs.{law}")


@pytest.mark.parametrize(
    ("law", "dataset", "lines", "tied"),
    [("tax_strategic", "tax-strategic", 101, 82), ("tax_growth", "tax-growth", 303, 297)],
)
def test_lines_of_scope_texts_are_items_of_a_list_or_listed(
    imported: World, law: str, dataset: str, lines: int, tied: int
) -> None:
    """Each line either begins with the name of one current item, and is tied to it, or is reported with its area."""
    names: dict[str, int] = {}
    for row in last_versions(rows(FILES[dataset])):
        if row["status"] != "삭제":
            names[_alike(row["tech_name"])] = names.get(_alike(row["tech_name"]), 0) + 1
    expected: dict[str, set[str]] = {}
    listed: list[tuple[int, str]] = []
    count = 0
    for number, area in enumerate(areas(), 1):
        for line in (area["specs"][law] or "").splitlines():
            head = re.sub(r"^(\s|▶|\(공통\))*", "", unicodedata.normalize("NFC", line)).split(":")[0].strip()
            count += bool(head)
            if head and names.get(_alike(head)) == 1:
                expected.setdefault(_alike(area["name"]), set()).add(_alike(head))
            elif head:
                listed.append((number, head[:200]))
    code = SCOPES[law][0]
    found = {
        _alike(area): {_alike(item["technology"]["name"]) for item in node["items"]["nodes"]}
        for (area, regime), node in said_of_areas(imported).items()
        if regime == code and node["items"]["nodes"]
    }
    assert found == expected
    reported = [(each.row, each.cell) for each in UNMATCHED if each.column == f"specs.{law}"]
    assert sorted(reported) == sorted(listed)
    assert count == lines
    assert sum(map(len, found.values())) == tied == lines - len(reported)


def last_versions(table: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the last version of each item of a list."""
    following = [*table[1:], {"status": "신설"}]
    return [row for row, after in zip(table, following, strict=True) if after["status"] == "신설"]


def _composed(text: str | None) -> str:
    return unicodedata.normalize("NFC", text or "").strip()


def _alike(name: str) -> str:
    """Return what two spellings of a name share, without spaces and anything like a middle dot."""
    wide = unicodedata.normalize("NFKC", re.sub("[·ㆍ‧∙・･•⋅․\\s]", "", name))
    return wide.replace(" ", "").casefold()
