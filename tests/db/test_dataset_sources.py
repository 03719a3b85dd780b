"""The built-in dataset against its sources: every hash, everything said to be printed, and a claim for every fact."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from db import models
from db.dataset import DATASET, load_dataset
from db.dataset.entries import HASHES, read_contents, read_toml
from db.dataset.hash_passages import cited_lines, passages, read_lines

ROOT = Path(__file__).parents[2]
TEXTS = ROOT.parent / "shared"
PRESS_RELEASE = "document:press-release-2026-06-18"

needs_texts = pytest.mark.skipif(
    not (TEXTS / "seeds").is_dir(), reason="the source texts are not beside the checkout (../shared/seeds)"
)


@pytest.fixture(scope="module")
def facts() -> list[models.Fact]:
    """Return the built-in dataset."""
    return load_dataset()


@pytest.fixture(scope="module")
def cited_text(facts: list[models.Fact]) -> dict[str, str]:
    """Return the text of every passage that has lines, by identifier."""
    files = read_toml(DATASET / HASHES)["files"]
    lines = {document: read_lines(TEXTS / path) for document, path in files.items()}
    return {
        passage.id: "\n".join(lines[passage.document_id][passage.first_line - 1 : passage.last_line])
        for passage in facts
        if isinstance(passage, models.Passage) and passage.first_line is not None
    }


def test_every_fact_has_a_claim(facts: list[models.Fact]) -> None:
    """Nothing in the dataset stands without a document that says so."""
    claimed = {fact.subject_id for fact in facts if isinstance(fact, models.Claim)}
    assert [
        fact.id for fact in facts if not isinstance(fact, models.Claim | models.Passage) and fact.id not in claimed
    ] == []


def test_no_sentence_is_stored(facts: list[models.Fact]) -> None:
    """The dataset holds names, titles, dates, figures and phrases, and no sentence of a source."""
    titles = {fact.title for fact in facts if isinstance(fact, models.Document)}
    for fact in facts:
        for column in sa.inspect(type(fact)).column_attrs:
            text = getattr(fact, column.key)
            if isinstance(text, str) and text not in titles:
                assert not text.rstrip("\"”’'").endswith("다."), f"{fact.id}: {column.key}"


@needs_texts
def test_hashes_are_those_of_the_texts() -> None:
    """The written hashes are what the command would write now: none is wrong, missing or stale."""
    files = read_toml(DATASET / HASHES)["files"]
    assert (DATASET / HASHES).read_text("utf-8") == passages(files, cited_lines(read_contents(DATASET)), TEXTS)


@needs_texts
def test_claims_quote_their_lines(facts: list[models.Fact], cited_text: dict[str, str]) -> None:
    """What a claim gives as printed stands in the lines that it cites."""
    for claim in facts:
        if isinstance(claim, models.Claim) and claim.passage_id in cited_text:
            assert (claim.as_printed or "") in cited_text[claim.passage_id], claim.id


@needs_texts
def test_facts_quote_their_lines(facts: list[models.Fact], cited_text: dict[str, str]) -> None:
    """What a fact gives as printed stands in the lines of the press release that its claims cite."""
    texts: dict[str, str] = {}
    for claim in facts:
        if isinstance(claim, models.Claim):
            texts[claim.subject_id] = texts.get(claim.subject_id, "") + cited_text.get(claim.passage_id, "\f") + "\n"
    for fact in facts:
        if isinstance(fact, models.Claim | models.Passage | models.Document):
            continue
        for column in sa.inspect(type(fact)).column_attrs:
            printed = getattr(fact, column.key) if column.key.endswith("as_printed") else None
            for part in printed if isinstance(printed, list) else [printed or ""]:
                assert part in texts[fact.id] or "\f" in texts[fact.id], f"{fact.id}: {column.key}: {part}"
