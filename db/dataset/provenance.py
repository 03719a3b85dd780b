"""Passages and claims, made from the sources of the dataset's entries."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db import models
from db.dataset.sources import WHOLE_DOCUMENT, Source, Spot
from db.models.base import Grade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.dataset.place import Place


@dataclass
class Provenance:
    """The passages and claims made so far; one passage per spot, however many claims rest on it."""

    hashes: Mapping[str, Mapping[str, str]]
    owners: Mapping[str, str | None]
    passages: dict[Spot, models.Passage] = field(default_factory=dict)
    claims: dict[str, models.Claim] = field(default_factory=dict)
    identifiers: Counter[str] = field(default_factory=Counter)

    def add_claim(self, subject_id: str, grade: Grade, source: Source, place: Place) -> None:
        """Add the claim that a source makes about a subject, and its passage if it is the first to rest there."""
        passage = self.passages.get(source.spot) or self.add_passage(source.spot, place)
        identifier = source.claim_id or self.identifier(f"claim:{subject_id.replace(':', '-')}", numbered=True)
        if identifier in self.claims:
            raise place.error("source.id", f"{identifier!r} is defined twice")
        self.claims[identifier] = models.Claim(
            id=identifier,
            grade=grade,
            owner_id=passage.owner_id,
            subject_id=subject_id,
            passage_id=passage.id,
            **{**source.claim, "alternatives": list(source.claim["alternatives"])},
        )

    def add_passage(self, spot: Spot, place: Place) -> models.Passage:
        """Add the passage at a spot."""
        if spot.document_id not in self.owners:
            raise place.error("source.document", f"no entry defines {spot.document_id!r}")
        hashed = None
        if spot.first_line is not None:
            hashed = self.hashes.get(spot.document_id, {}).get(spot.lines)
            if hashed is None:
                sentence = f"passages.toml has no hash for lines {spot.lines} of {spot.document_id!r}"
                raise place.error("source", f"{sentence}; write it with: python -m db.dataset.hash_passages FOLDER")
        passage = models.Passage(
            id=self.identifier(f"passage:{spot.document_id.partition(':')[2]}-{suffix(spot)}"),
            grade=Grade.OPEN,
            owner_id=self.owners[spot.document_id],
            document_id=spot.document_id,
            locator=spot.locator,
            first_line=spot.first_line,
            last_line=spot.last_line,
            sha256=hashed,
        )
        self.passages[spot] = passage
        return passage

    def identifier(self, stem: str, *, numbered: bool = False) -> str:
        """Return an identifier from its stem: the first of its kind bears no number unless all do."""
        self.identifiers[stem] += 1
        number = self.identifiers[stem]
        return f"{stem}-{number}" if numbered or number > 1 else stem


def suffix(spot: Spot) -> str:
    """Return what tells a passage from the others of its document: ``L25``, or the ASCII that its locator holds."""
    if spot.first_line is not None:
        return f"L{spot.lines}"
    if spot.locator == WHOLE_DOCUMENT:
        return "whole"
    return "-".join(re.findall(r"[a-z0-9]+", spot.locator.lower())) or "place"
