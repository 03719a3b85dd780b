"""Four statutes hold five lists; the days and numbers are those of the national law information system."""

from __future__ import annotations

from datetime import date

from db.models import Claim, Provision, Regime, Statute, StatuteVersion
from db.models.base import Bound, Precision
from db.models.sources import Derivation
from db.models.statutes import RegimePurpose, RevisionKind
from tests.db.builtin import all_of, one


def test_the_statutes_bear_their_law_identifiers() -> None:
    assert {statute.id.partition(":")[2]: statute.law_id for statute in all_of(Statute)} == {
        "nst-fostering-act": "014409",
        "tax-restriction-act": "001584",
        "high-tech-industries-act": "014238",
        "industrial-technology-protection-act": "010306",
        "semiconductor-act": "015044",
    }


def test_four_statutes_hold_five_lists() -> None:
    regimes = all_of(Regime)
    assert {regime.code for regime in regimes} == {"NST", "TAX_NST", "TAX_NGT", "NHST", "NCT"}
    assert len({regime.statute_id for regime in regimes}) == 4
    assert not [regime for regime in regimes if regime.statute_id == "statute:semiconductor-act"]
    assert {regime.code for regime in regimes if regime.purpose is RegimePurpose.TAX} == {"TAX_NST", "TAX_NGT"}


def test_one_term_belongs_to_two_lists() -> None:
    assert {regime.code for regime in all_of(Regime) if regime.term == "국가전략기술"} == {"NST", "TAX_NST"}


def test_the_fostering_act_holds_from_september_2023_to_its_sunset() -> None:
    act = one(Statute, "statute:nst-fostering-act")
    assert (act.name, act.short_name) == ("국가전략기술 육성에 관한 특별법", "국가전략기술육성법")
    assert act.ministry_id == "ministry:msit"
    assert (act.valid_from, act.valid_to) == (date(2023, 9, 22), date(2042, 12, 31))
    assert act.in_force is not None
    assert (act.in_force.as_printed, act.in_force.precision) == ("’23.9 시행", Precision.MONTH)
    assert (act.in_force.earliest, act.in_force.latest) == (date(2023, 9, 1), date(2023, 9, 30))


def test_the_semiconductor_act_comes_into_force_in_august_2026() -> None:
    act = one(Statute, "statute:semiconductor-act")
    assert (act.short_name, act.name_en, act.valid_from) == ("반도체 특별법", None, date(2026, 8, 11))
    assert act.in_force is not None
    assert (act.in_force.as_printed, act.in_force.bound) == ("’26.8. 시행예정", Bound.IN)


def test_a_day_that_no_source_prints_is_marked_as_inferred() -> None:
    inferred = {
        (claim.subject_id, claim.value)
        for claim in all_of(Claim)
        if claim.attribute == "valid_from" and claim.derivation is Derivation.INFERRED
    }
    assert inferred >= {("statute:nst-fostering-act", "2023-09-22"), ("statute:semiconductor-act", "2026-08-11")}


def test_versions_bear_number_serial_and_days() -> None:
    versions = {
        (version.statute_id.partition(":")[2], version.promulgation_number): (
            version.promulgated_on,
            version.in_force_on,
            version.sequence_number,
        )
        for version in all_of(StatuteVersion)
    }
    assert versions == {
        ("nst-fostering-act", "제19236호"): (date(2023, 3, 21), date(2023, 9, 22), None),
        ("nst-fostering-act", "제20726호"): (date(2025, 1, 31), None, None),
        ("nst-fostering-act", "제21065호"): (date(2025, 10, 1), date(2025, 10, 1), "276211"),
        ("tax-restriction-act", "제21927호"): (date(2026, 9, 15), date(2027, 3, 16), "289553"),
        ("high-tech-industries-act", "제21331호"): (date(2026, 2, 10), date(2026, 2, 10), "283295"),
        ("industrial-technology-protection-act", "제8062호"): (date(2006, 10, 27), date(2007, 4, 28), "75897"),
        ("semiconductor-act", "제21337호"): (date(2026, 2, 10), date(2026, 8, 11), None),
        ("semiconductor-act", "제21467호"): (date(2026, 3, 17), date(2026, 9, 18), "284355"),
    }


def test_the_first_version_is_the_enactment() -> None:
    enacted = {version.id for version in all_of(StatuteVersion) if version.revision is RevisionKind.ENACTED}
    assert enacted == {
        "statute-version:nst-fostering-act-19236",
        "statute-version:industrial-technology-protection-act-8062",
        "statute-version:semiconductor-act-21337",
    }


def test_the_provisions_that_tie_the_acts_together() -> None:
    locators = {(provision.statute_id, provision.locator) for provision in all_of(Provision)}
    assert locators >= {
        ("statute:nst-fostering-act", "제4조제2항"),
        ("statute:nst-fostering-act", "제8조제1항"),
        ("statute:nst-fostering-act", "제11조"),
        ("statute:nst-fostering-act", "제12조제3항"),
        ("statute:nst-fostering-act", "제13조제7항"),
        ("statute:high-tech-industries-act", "제11조제7항"),
        ("statute:tax-restriction-act", "시행령 별표 7"),
        ("statute:tax-restriction-act", "시행령 별표 7의2"),
    }


def test_english_titles_stand_only_where_a_translation_is_established() -> None:
    assert {statute.id for statute in all_of(Statute) if statute.name_en is None} == {"statute:semiconductor-act"}
    assert {regime.code for regime in all_of(Regime) if regime.term_en is None} == {"TAX_NST", "TAX_NGT"}
