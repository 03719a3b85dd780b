"""Ten fields, 55 technologies, 137 common areas: as the reference tables have them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from db.models import AreaCoverage, CommonArea, FieldScheme, Regime, SectorField, Technology, TechnologyField, Threshold
from db.models.technologies import Comparator, TechnologyStatus
from tests.db.builtin import all_of, one, reference

LISTS = {
    "strategic": "nst",
    "tax_strategic": "tax-nst",
    "tax_growth": "tax-ngt",
    "advanced": "nhst",
    "protection": "nct",
}
NEXT, EARLIER = "scheme:next-2026", "scheme:nst-2024"


def fields_of(scheme: str) -> list[TechnologyField]:
    return sorted((f for f in all_of(TechnologyField) if f.scheme_id == scheme), key=lambda f: f.ordinal)


def coverage() -> dict[str, set[str]]:
    """Return the keys of the regimes that cover each area."""
    regimes: dict[str, set[str]] = {area.id: set() for area in all_of(CommonArea)}
    for covered in all_of(AreaCoverage):
        regimes[covered.area_id].add(covered.regime_id.partition(":")[2])
    return regimes


def test_announced_is_not_designated() -> None:
    assert one(FieldScheme, NEXT).status is TechnologyStatus.ANNOUNCED
    assert {technology.status for technology in all_of(Technology)} == {TechnologyStatus.ANNOUNCED}
    earlier = one(FieldScheme, EARLIER)
    assert (earlier.status, earlier.valid_from) == (TechnologyStatus.DESIGNATED, date(2024, 2, 1))


def test_ten_fields_in_the_order_of_print() -> None:
    assert [(field.ordinal, field.name) for field in fields_of(NEXT)] == [
        (1, "인공지능"),
        (2, "첨단로봇·모빌리티"),
        (3, "차세대보안·네트워크"),
        (4, "혁신·미래 소재"),
        (5, "미래에너지·원자력"),
        (6, "양자"),
        (7, "반도체·디스플레이"),
        (8, "첨단바이오"),
        (9, "차세대전지"),
        (10, "우주항공·해양"),
    ]


def test_the_names_of_the_attachment_find_their_fields() -> None:
    aliases = {alias: field.name for field in fields_of(NEXT) for alias in field.aliases}
    assert aliases["반도체"] == "반도체·디스플레이"
    assert aliases["에너지"] == "미래에너지·원자력"
    assert aliases["첨단로봇"] == "첨단로봇·모빌리티"


def test_fields_and_technologies_are_those_of_the_list() -> None:
    rows = reference("next-technologies")
    names = {name: field for field in fields_of(NEXT) for name in [field.name, *field.aliases]}
    assert {row["field"]: row["field_en"] for row in rows} == {
        name: field.name_en for name, field in names.items() if name in {row["field"] for row in rows}
    }
    assert sorted((t.field_id, t.ordinal, t.name) for t in all_of(Technology)) == sorted(
        (names[row["field"]].id, int(row["technology_order"]), row["technology"]) for row in rows
    )
    assert len(rows) == 55


def test_a_technology_is_of_the_fostering_act_and_has_no_english_name() -> None:
    assert {(t.regime_id, t.name_en) for t in all_of(Technology)} == {("regime:nst", None)}


def test_twelve_fields_of_the_earlier_scheme() -> None:
    printed = list(reference("budget-2026-by-ministry-and-field")[0])[3:]
    assert [field.name for field in fields_of(EARLIER)] == printed
    assert len(printed) == 12


def test_the_areas_are_those_of_the_map() -> None:
    rows = reference("designations")
    stored = [(a.ordinal, a.sector_ordinal, a.sector, a.subsector, a.name) for a in all_of(CommonArea)]
    assert stored == [
        (n, int(row["sector_order"]), row["sector"], row["subsector"], row["technology"])
        for n, row in enumerate(rows, 1)
    ]
    assert len(stored) == 137
    assert len({area.sector for area in all_of(CommonArea)}) == 19


def test_each_area_is_covered_by_the_lists_of_the_map() -> None:
    covered = coverage()
    assert [covered[area.id] for area in all_of(CommonArea)] == [
        {regime for column, regime in LISTS.items() if row[column] == "1"} for row in reference("designations")
    ]


def test_fourteen_areas_lie_in_all_four_statutes_and_eight_in_all_five_lists() -> None:
    statute = {regime.id.partition(":")[2]: regime.statute_id for regime in all_of(Regime)}
    statutes = [{statute[regime] for regime in regimes} for regimes in coverage().values()]
    assert sum(len(of_area) == 4 for of_area in statutes) == 14
    assert sum(len(regimes) == 5 for regimes in coverage().values()) == 8


def test_the_fields_of_a_sector_are_those_of_the_map() -> None:
    stored = {(s.sector_ordinal, s.sector, s.regime_id): (s.names, s.note) for s in all_of(SectorField)}
    expected = {}
    for row in reference("sector-fields"):
        for column, regime in LISTS.items():
            cell = row[f"{column}_field"]
            if cell.startswith("("):
                names, note = [], cell.strip("()")
            else:
                names, note = cell.replace(" / ", ", ").split(", "), None
            if cell != "-":
                expected[int(row["sector_order"]), row["sector"], f"regime:{regime}"] = (names, note)
    assert stored == expected


def test_one_area_has_five_limits() -> None:
    limits: dict[str, Counter[str]] = {}
    for threshold in all_of(Threshold):
        assert threshold.coverage_id is not None
        covered = one(AreaCoverage, threshold.coverage_id)
        limits.setdefault(covered.area_id, Counter())[covered.regime_id] = int(threshold.value)
        assert threshold.goal == (covered.regime_id == "regime:nst")
    assert limits == {
        "area:dram": {
            "regime:nct": 30,
            "regime:nhst": 16,
            "regime:tax-nst": 15,
            "regime:tax-ngt": 12,
            "regime:nst": 10,
        },
        "area:nand-flash": {
            "regime:nct": 64,
            "regime:nhst": 128,
            "regime:tax-nst": 170,
            "regime:tax-ngt": 220,
            "regime:nst": 1000,
        },
    }


def test_a_finer_process_is_a_smaller_figure_and_a_taller_stack_a_larger_one() -> None:
    comparators = {(threshold.unit, threshold.comparator) for threshold in all_of(Threshold)}
    assert comparators == {("nm", Comparator.LTE), ("단", Comparator.GTE)}
    assert all(isinstance(threshold.value, Decimal) for threshold in all_of(Threshold))
