"""The conventions of the dataset's files, and the error that each departure from them gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from db import models
from db.dataset import DatasetError, load_dataset
from db.dataset.hash_passages import main as hash_passages
from db.models.base import Bound, Grade, Precision
from db.models.organizations import NameKind, OrganizationType
from db.models.sources import Certainty, ClaimReason, Derivation

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = """
[defaults]
source = { document = "document:release", line = 2 }

[[documents]]
id = "document:release"
title = "보도자료"
kind = "PRESS_RELEASE"
standing = "OFFICIAL"
publisher_id = "ministry:msit"

[[documents]]
id = "document:law"
title = "법령"
kind = "STATUTE"
standing = "DERIVED"
source = { document = "document:law", locator = "제8조제1항" }
"""

MINISTRY = """
[[organizations]]
id = "ministry:msit"
kind = "MINISTRY"
name = "과학기술정보통신부"
source = { document = "document:release", line = 1, as_printed = "과학기술정보통신부", attribute = "name" }
names = [
    { name = "과기정통부", kind = "SHORT", valid_from = 2017-07-26 },
    { key = "former", name = "미래창조과학부", kind = "FORMER", source = { document = "document:law" } },
]
"""

PASSAGES = """
[files]
"document:release" = "release.txt"

["document:release"]
"1" = "aa"
"2" = "bb"
"1-2" = "cc"
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Return a folder with a small dataset."""
    write(tmp_path, documents=DOCUMENTS, organizations=MINISTRY, passages=PASSAGES)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    """Write TOML files, each under the name of its argument."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")


def facts_by_id(folder: Path) -> dict[str, models.Fact]:
    """Return the facts of a folder by identifier."""
    return {fact.id: fact for fact in load_dataset(folder)}


def claims_about(folder: Path, subject_id: str) -> list[models.Claim]:
    """Return the claims about a fact."""
    return [fact for fact in load_dataset(folder) if isinstance(fact, models.Claim) and fact.subject_id == subject_id]


def test_prefix_chooses_the_class(dataset: Path) -> None:
    """An entry of organizations is a ministry or an institution by its identifier."""
    ministry = facts_by_id(dataset)["ministry:msit"]
    assert isinstance(ministry, models.Ministry)
    assert ministry.type is OrganizationType.MINISTRY
    assert ministry.grade is Grade.OPEN
    assert ministry.name_en is None


def test_children_take_their_parent(dataset: Path) -> None:
    """A child is numbered by position or named by its key, and points to its parent."""
    facts = facts_by_id(dataset)
    first, keyed = facts["name:msit-1"], facts["name:msit-former"]
    assert isinstance(first, models.OrganizationName)
    assert isinstance(keyed, models.OrganizationName)
    assert (first.organization_id, first.kind, first.valid_from) == ("ministry:msit", NameKind.SHORT, date(2017, 7, 26))
    assert keyed.kind is NameKind.FORMER


def test_children_of_the_same_kind(dataset: Path) -> None:
    """A relation from a table to itself holds children too, and a time that no source gives is null."""
    below = '{ key = "y", name = "나", kind = "COUNCIL", children = [{ name = "다", kind = "COUNCIL" }] }'
    write(dataset, bodies=f"[[bodies]]\nid = 'body:x'\nname = '가'\nkind = 'ALLIANCE'\nchildren = [{below}]")
    bodies = [fact for fact in load_dataset(dataset) if isinstance(fact, models.Body)]
    assert [(body.id, body.parent_id) for body in bodies] == [
        ("body:x", None),
        ("body:x-y", "body:x"),
        ("body:x-y-1", "body:x-y"),
    ]
    assert bodies[0].established is None


def test_source_becomes_claim_and_passage(dataset: Path) -> None:
    """A source is a claim about the entry that rests on one passage per spot."""
    (claim,) = claims_about(dataset, "ministry:msit")
    passage = facts_by_id(dataset)[claim.passage_id]
    assert isinstance(passage, models.Passage)
    assert (claim.id, claim.attribute, claim.as_printed) == ("claim:ministry-msit-1", "name", "과학기술정보통신부")
    assert (claim.certainty, claim.derivation, claim.alternatives) == (Certainty.CLEAR, Derivation.VERBATIM, [])
    assert (passage.id, passage.locator, passage.sha256) == ("passage:release-L1", "1행", "aa")
    assert (passage.document_id, passage.first_line, passage.last_line) == ("document:release", 1, 1)


def test_child_inherits_the_place_only(dataset: Path) -> None:
    """A child without a source rests on its parent's passage, without the words about the parent."""
    (inherited,) = claims_about(dataset, "name:msit-1")
    (own,) = claims_about(dataset, "name:msit-former")
    assert (inherited.passage_id, inherited.attribute, inherited.as_printed) == ("passage:release-L1", None, None)
    assert own.passage_id == "passage:law-whole"


def test_default_source_and_locator(dataset: Path) -> None:
    """An entry without a source takes its file's default; a locator names its passage."""
    (defaulted,) = claims_about(dataset, "document:release")
    (located,) = claims_about(dataset, "document:law")
    assert defaulted.passage_id == "passage:release-L2"
    assert located.passage_id == "passage:law-8-1"


def test_owner_is_the_publishing_ministry(dataset: Path) -> None:
    """The first source's publisher owns a row if it is a ministry."""
    facts = facts_by_id(dataset)
    assert facts["ministry:msit"].owner_id == "ministry:msit"
    assert facts["passage:release-L1"].owner_id == "ministry:msit"
    assert facts["name:msit-former"].owner_id is None


def test_values(dataset: Path) -> None:
    """Fuzzy dates, decimals, spans of lines, doubts and explicit claims are read as written."""
    write(
        dataset,
        missions="""
[[targets]]
id = "target:renewable"
title = "재생에너지 보급"
qualitative = false
value = 100.5
due = { as_printed = "'26. 下", earliest = 2026-07-01, latest = 2026-12-31, precision = "HALF", bound = "IN" }
sources = [
    { document = "document:release", lines = [1, 2], certainty = "AMBIGUOUS", reason = "ROUNDED", alternatives = ["a"]},
    { document = "document:release", line = 1, id = "claim:chosen" },
]

[[claims]]
subject_id = "target:renewable"
document = "document:release"
line = 2
attribute = "due"
""",
    )
    facts = facts_by_id(dataset)
    target = facts["target:renewable"]
    assert isinstance(target, models.Target)
    assert target.value == Decimal("100.5")
    assert target.due is not None
    assert (target.due.precision, target.due.bound, target.due.latest) == (Precision.HALF, Bound.IN, date(2026, 12, 31))
    doubtful, chosen, explicit = claims_about(dataset, "target:renewable")
    assert (doubtful.passage_id, doubtful.reason, doubtful.alternatives) == (
        "passage:release-L1-2",
        ClaimReason.ROUNDED,
        ["a"],
    )
    assert chosen.id == "claim:chosen"
    assert (explicit.id, explicit.attribute) == ("claim:target-renewable-2", "due")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[planets]]\nid = 'planet:x'", r"extra.toml: \[\[planets\]\]: unknown table"),
        ("people = 3", r"extra.toml: \[\[people\]\]: must be an array of tables"),
        ("people = = 3", r"extra.toml: .*line 1"),
        ("[defaults]\ngrade = 'OPEN'", r"\[\[defaults\]\] defaults: grade: unknown key"),
        ("[[people]]\nname = '가'", r"extra.toml: \[\[people\]\] entry 1: id: must be a global identifier"),
        ("[[people]]\nid = 'ministry:x'\nname = '가'", r"ministry:x: id: its kind does not belong to the table people"),
        ("[[organizations]]\nid = 'organization:x'", r"organization:x: id: its kind does not belong"),
        ("[[people]]\nid = 'person:x'\nname = '가'\nage = 3", r"extra.toml: \[\[people\]\] person:x: age: unknown key"),
        ("[[people]]\nid = 'person:x'", r"person:x: name: a Person must have it"),
        ("[[people]]\nid = 'person:x'\nname = 3", r"person:x: name: must be a str, not 3"),
        ("[[people]]\nid = 'person:x'\nname = '가'\ncontacts = ['나']", r"person:x: contacts: must be an array"),
        ("[[people]]\nid = 'person:x'\nname = '가'\ngrade = 'SECRET'", r"person:x: grade: 'SECRET' is none of OPEN"),
        ("[[people]]\nid = 'person:x'\nname = '가'\nowner_id = 'ministry:y'", r"owner_id: no entry of organizations"),
        ("[[people]]\nid = 'person:x'\nname = '가'\n" * 2, r"person:x: id: 'person:x' is defined twice"),
        (
            "[[bodies]]\nid = 'body:x'\nname = '가'\nkind = 'COMMITTEE'\nestablished = '2026'",
            r"established: must be an",
        ),
        (
            "[[bodies]]\nid = 'body:x'\nname = '가'\nkind = 'COMMITTEE'\nestablished = {year = 2026}",
            r"body:x: established.year: unknown key",
        ),
        (
            "[[bodies]]\nid = 'body:x'\nname = '가'\nkind = 'COMMITTEE'\nmemberships = [{member_as_printed = 3}]",
            r"\[\[bodies.memberships\]\] membership:x-1: member_as_printed: must be a str",
        ),
        (
            "[[bodies]]\nid = 'body:x'\nname = '가'\nkind = 'SUMMIT'\nmeetings = [{key = '제8차', name = '나'}]",
            r"\[\[bodies.meetings\]\] meeting:x-제8차: id: must be meeting:, then a key in ASCII",
        ),
        (
            "[[targets]]\nid = 'target:x'\ntitle = '가'\nqualitative = true\nvalue = 'many'",
            r"target:x: value: 'many' is not a number",
        ),
        (
            "[[events]]\nid = 'event:x'\nname = '가'\nplace = '나'\nstarts_at = 2026-06-18T14:00:00",
            r"event:x: starts_at: must say its offset",
        ),
        ("[[claims]]\ndocument = 'document:law'", r"\[\[claims\]\] entry 1: subject_id: a claim must name"),
        (
            "[[claims]]\nsubject_id = 'person:x'\ndocument = 'document:law'",
            r"subject_id: no entry defines 'person:x'",
        ),
    ],
)
def test_errors(dataset: Path, text: str, message: str) -> None:
    """A departure from the conventions names file, table, entry and key."""
    write(dataset, extra=text)
    with pytest.raises(DatasetError, match=message):
        load_dataset(dataset)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("3", "source: must be a table"),
        ("{ line = 1 }", "source.document: must name a document"),
        ("{ document = 'document:none' }", "source.document: no entry defines 'document:none'"),
        ("{ document = 'document:release', page = 1 }", "source.page: unknown key"),
        ("{ document = 'document:release', line = 1, locator = '가' }", "only one of them"),
        ("{ document = 'document:release', locator = 1 }", "source.locator: must be a string"),
        ("{ document = 'document:release', line = '1' }", "source.lines: must be the numbers"),
        ("{ document = 'document:release', lines = [2, 1] }", "source.lines: lines count from 1"),
        ("{ document = 'document:release', line = 3 }", "has no hash for lines 3 of 'document:release'"),
        ("{ document = 'document:release', line = 1, certainty = 'SURE' }", "certainty: 'SURE' is none of CLEAR"),
        ("{ document = 'document:release', line = 1, attribute = 'age' }", "a Person has no attribute 'age'"),
        ("{ document = 'document:release', line = 1, id = 'claim:ministry-msit-1' }", "is defined twice"),
    ],
)
def test_source_errors(dataset: Path, source: str, message: str) -> None:
    """A source that cannot be followed is an error at its entry."""
    write(dataset, people=f"[[people]]\nid = 'person:x'\nname = '가'\nsource = {source}")
    with pytest.raises(DatasetError, match=rf"people.toml: \[\[people\]\] person:x: .*{message}"):
        load_dataset(dataset)


def test_source_or_sources(dataset: Path) -> None:
    """An entry gives one source or a list, not both."""
    write(dataset, people="[[people]]\nid = 'person:x'\nname = '가'\nsource = {}\nsources = []")
    with pytest.raises(DatasetError, match="person:x: source: gives source or sources, not both"):
        load_dataset(dataset)


def test_hashes_are_written_from_the_texts(dataset: Path) -> None:
    """The command writes the hash of every cited line and keeps the table of files."""
    (dataset / "release.txt").write_text("가\n나\n", "utf-8")
    for _ in range(2):
        hash_passages(dataset, dataset)
    facts = load_dataset(dataset)
    assert {fact.id: fact.sha256 for fact in facts if isinstance(fact, models.Passage) and fact.first_line} == {
        "passage:release-L1": "64ee5293d31bc58b72d76ae9a86a902e90442428e29f24f4ecb257ba841cdd36",
        "passage:release-L2": "1098bbe54520ab2a367cb44888f829c7bb843cf525e6721b99f022c9953abd4d",
    }


@pytest.mark.parametrize(
    ("document", "line", "message"), [("release", 3, "line 3 is beyond"), ("law", 1, "which file")]
)
def test_hashing_refuses_what_is_not_there(dataset: Path, document: str, line: int, message: str) -> None:
    """A cited line must be in a text, and its document among the files."""
    (dataset / "release.txt").write_text("가\n나", "utf-8")
    source = f"{{ document = 'document:{document}', line = {line} }}"
    write(dataset, people=f"[[people]]\nid = 'person:x'\nname = '가'\nsource = {source}")
    with pytest.raises(DatasetError, match=message):
        hash_passages(dataset, dataset)
