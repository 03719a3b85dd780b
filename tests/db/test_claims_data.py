"""The places where the press release contradicts itself or is damaged are kept as claims."""

from __future__ import annotations

from db.models import Claim, Document, Passage
from db.models.sources import Certainty, ClaimReason, Derivation, Standing
from tests.db.builtin import all_of, one

RELEASE = "document:press-release-2026-06-18"


def inconsistency(number: int) -> Claim:
    return one(Claim, f"claim:inconsistency-{number:02}")


def test_twenty_eight_inconsistencies_of_the_release() -> None:
    numbered = [claim for claim in all_of(Claim) if claim.id.startswith("claim:inconsistency-")]
    assert [claim.id for claim in numbered] == [f"claim:inconsistency-{number:02}" for number in range(1, 29)]
    assert {one(Passage, claim.passage_id).document_id for claim in numbered} == {RELEASE}
    assert all(claim.note for claim in numbered)
    # Two places lost a separator; every other reason stands once, and nothing here lacks a print.
    reasons = [claim.reason for claim in numbered]
    assert len(set(reasons)) == 27
    assert set(reasons) == set(ClaimReason) - {ClaimReason.NOT_IN_SOURCE}


def test_an_unusual_short_name_has_a_probable_bearer() -> None:
    claim = inconsistency(1)
    assert (claim.subject_id, claim.as_printed, claim.value) == ("ministry:mofe", "재정부", "재정경제부")
    assert (claim.certainty, claim.derivation) == (Certainty.PROBABLE, Derivation.INFERRED)


def test_one_person_is_printed_in_two_ways() -> None:
    claim = inconsistency(4)
    assert (claim.as_printed, claim.value, claim.certainty) == ("유홍립", "유홍림", Certainty.CONFLICTING)
    assert claim.alternatives == ["유홍립"]


def test_a_misprint_is_kept_beside_the_name() -> None:
    claim = inconsistency(5)
    assert (claim.as_printed, claim.value) == ("두산에너지빌리티", "두산에너빌리티")
    assert claim.reason is ClaimReason.MISPRINT


def test_a_dash_or_a_middle_dot() -> None:
    claim = inconsistency(9)
    assert (claim.subject_id, claim.certainty) == ("mission:power-grid-ccus", Certainty.AMBIGUOUS)
    assert claim.reason is ClaimReason.AMBIGUOUS_DASH
    assert claim.alternatives


def test_a_claim_spans_a_broken_sentence() -> None:
    passage = one(Passage, inconsistency(25).passage_id)
    assert (passage.first_line, passage.last_line) == (58, 60)


def test_third_party_lists_are_marked_unofficial() -> None:
    for key in ("next-technologies-list", "common-area-map-2026-03", "common-area-sector-fields"):
        assert one(Document, f"document:{key}").standing is Standing.UNOFFICIAL
