"""What an entry's ``source`` says: which document, at which place, prints what, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from db.dataset.values import attributes, stored_columns
from db.models import Claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.dataset.place import Place

WHOLE_DOCUMENT = "전체"
CLAIM_DEFAULTS = {"certainty": "CLEAR", "derivation": "VERBATIM"}
CLAIM_KEYS = stored_columns(Claim).keys() - {"id", "subject_id", "passage_id", "grade", "owner_id"}
PLACE_KEYS = {"document", "line", "lines", "locator"}
SPEAKS_OF_THE_PARENT = {"attribute": None, "as_printed": None, "value": None, "alternatives": (), "note": None}


@dataclass(frozen=True)
class Spot:
    """A place in a document: lines of its text, or a locator where it has no line numbers."""

    document_id: str
    first_line: int | None
    last_line: int | None
    locator: str

    @property
    def lines(self) -> str:
        """The lines as hashes and identifiers name them: ``25`` or ``58-60``."""
        return f"{self.first_line}" if self.first_line == self.last_line else f"{self.first_line}-{self.last_line}"


@dataclass(frozen=True)
class Source:
    """A spot, and what is claimed on its strength."""

    spot: Spot
    claim: Mapping[str, Any] = field(hash=False)
    claim_id: str | None = None

    @classmethod
    def read(cls, spec: Any, place: Place) -> Source:
        """Return the source that a table describes."""
        if not isinstance(spec, dict):
            raise place.error("source", "must be a table")
        for key in spec:
            if key not in PLACE_KEYS | CLAIM_KEYS | {"id"}:
                known = ", ".join(sorted(PLACE_KEYS | CLAIM_KEYS))
                raise place.error(f"source.{key}", f"unknown key; a source has {known}")
        claim = CLAIM_DEFAULTS | {key: value for key, value in spec.items() if key in CLAIM_KEYS}
        unknown_yet = {"id": "", "subject_id": "", "passage_id": "", "grade": "OPEN"}
        read = attributes(Claim, claim | unknown_yet, place)
        return cls(spot(spec, place), {key: read[key] for key in sorted(CLAIM_KEYS)}, spec.get("id"))

    def inherited(self) -> Source:
        """Return what a child inherits: the place and how sure the reading is, not the words about the parent."""
        return replace(self, claim={**self.claim, **SPEAKS_OF_THE_PARENT}, claim_id=None)


def spot(spec: Mapping[str, Any], place: Place) -> Spot:
    """Return the spot that the keys of a source name."""
    document = spec.get("document")
    if not isinstance(document, str):
        raise place.error("source.document", "must name a document")
    if len(spec.keys() & {"line", "lines", "locator"}) > 1:
        raise place.error("source", "gives line, lines or locator, only one of them")
    if "line" not in spec and "lines" not in spec:
        locator = spec.get("locator", WHOLE_DOCUMENT)
        if not isinstance(locator, str):
            raise place.error("source.locator", "must be a string")
        return Spot(document, None, None, locator)
    lines = spec.get("lines", [spec.get("line")] * 2)
    if not (isinstance(lines, list) and len(lines) == 2 and all(type(line) is int for line in lines)):
        raise place.error("source.lines", "must be the numbers of the first and the last line")
    first, last = lines
    if not 1 <= first <= last:
        raise place.error("source.lines", "lines count from 1, the first before the last")
    return Spot(document, first, last, f"{first}행" if first == last else f"{first}–{last}행")


def read_sources(row: Mapping[str, Any], place: Place, *, alone: bool = False) -> list[Source]:
    """Return the sources that a row gives under ``source`` or ``sources``; ``alone`` admits no other key."""
    if alone and row.keys() - {"source", "sources"}:
        raise place.error(", ".join(sorted(row.keys() - {"source", "sources"})), "unknown key; defaults hold a source")
    if "source" in row and "sources" in row:
        raise place.error("source", "gives source or sources, not both")
    return [Source.read(spec, place) for spec in row.get("sources", [row["source"]] if "source" in row else [])]
