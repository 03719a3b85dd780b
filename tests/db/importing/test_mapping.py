"""Mappings: what is wrong with one is told with its place, before a row is read where that can be."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from db.importing.chains import chained
from db.importing.expressions import directory_key
from db.importing.facts import Facts
from db.importing.mapping import Mapping, MappingError, known_datasets, read_mapping
from db.importing.names import Directory
from db.importing.tables import Table
from db.importing.totals import Totals

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """
dataset = "list-2027"
title = "목록"
owner = "과학기술정보통신부"
grade = "OPEN"
ignored = ["비고"]

[document]
title = "목록"
kind = "DATASET"
standing = "OFFICIAL"

[file]
header_rows = 1

[chain]
begins = { column = "상태", equals = "신설" }

[[totals]]
when = [{ column = "사업명", equals = "합계" }]
columns = ["금액"]

[[facts]]
type = "Project"
key = "{번호}"
when = [{ column = "사업명", filled = true }]

[facts.values]
fiscal_year = 2027
name = { column = "사업명" }
ministry_id = { column = "부처", find = "Ministry", within = { kind = "MINISTRY" } }

[[facts]]
name = "line"
type = "BudgetLine"
key = "{번호}-{each}"
each = { columns = ["금액"], empty = "skip" }

[facts.values]
fiscal_year = 2027
stage = "REQUEST"
level = "PROJECT"
ministry_id = { column = "부처", find = "Ministry" }
project_id = { fact = "Project", key = "{번호}" }
amount = { column = "each.value", unit = "THOUSAND" }
printed_unit = "THOUSAND"
"""
COLUMNS = ("번호", "상태", "사업명", "부처", "금액", "비고")
UNKNOWN = "Extra inputs are not permitted"
FAULTS = [
    ('title = "목록"\nowner', "title = \nowner", "list.toml: ", "line 3"),
    ('dataset = "list-2027"', "", "list.toml: dataset: ", "required"),
    ('"list-2027"', '"List 2027"', "list.toml: dataset: ", "pattern"),
    ('title = "목록"\nowner', 'titel = "목록"\ntitle = "목록"\nowner', "list.toml: titel: ", UNKNOWN),
    ('"OPEN"', '"SECRET"', "list.toml: grade: ", "'SECRET' is none of OPEN, SENSITIVE, CONFIDENTIAL"),
    ('kind = "DATASET"', 'kind = "TABLE"', "list.toml: document.kind: ", "'TABLE' is none of PRESS_RELEASE"),
    ('"OFFICIAL"', '"official"', "list.toml: document.standing: ", "none of OFFICIAL, DERIVED, UNOFFICIAL"),
    ("header_rows = 1", "header_rows = 0", "list.toml: file.header_rows: ", "greater than or equal to 1"),
    ("header_rows = 1", 'encoding = "hangul"', "list.toml: file.encoding: ", "no encoding of text"),
    ("header_rows = 1", 'rows = "a.b"', "list.toml: file.rows: ", "must end with []"),
    (', equals = "신설"', "", "list.toml: chain.begins: ", "either filled or equals"),
    ("filled = true", 'filled = true, equals = "가"', "list.toml: facts.0.when.0: ", "either filled or equals"),
    ('when = [{ column = "사업명", equals = "합계" }]', "when = []", "list.toml: totals.0.when: ", "at least 1"),
    ('columns = ["금액"]\n', "columns = []\n", "list.toml: totals.0.columns: ", "at least 1"),
    ('name = "line"', 'name = "Project"', "list.toml: ", "two facts are named Project"),
    ('fact = "Project"', 'fact = "project"', "list.toml: ", "line refers to project, and no fact"),
    ('name = { column = "사업명" }', "name = {}", "list.toml: facts.0.values.name.0: ", "exactly one of column"),
    ('name = { column = "사업명" }', 'name = { column = "가", constant = "나" }', "facts.0.values.name.0: ", "one of"),
    ('name = { column = "사업명" }', 'name = { colum = "사업명" }', "facts.0.values.name.0.colum: ", UNKNOWN),
    (', key = "{번호}" }', " }", "list.toml: facts.1.values.project_id.0: ", "fact and key go together"),
    (', find = "Ministry", within', ", within", "list.toml: facts.0.values.ministry_id.0: ", "within says where find"),
    (', unit = "THOUSAND"', ', unit = "BILLION"', "list.toml: facts.1.values.amount.0.unit: ", "Input should be"),
    ('["금액"], empty = "skip"', "[]", "list.toml: facts.1.each.columns: ", "at least 1"),
    ('empty = "skip"', 'empty = "drop"', "list.toml: facts.1.each.empty: ", "'skip' or 'keep'"),
]
PROJECT_ID = 'project_id = { fact = "Project", key = "{번호}" }'
FAULTS_OF_COLUMNS = [
    ('type = "Project"', 'type = "Projekt"\nname = "Project"', "facts.Project: There is no type 'Projekt'."),
    ('key = "{번호}"\nwhen', 'key = "{번호2}"\nwhen', "facts.Project: The file has no column '번호2'. It has: 번호"),
    ("filled = true", "filled = true }, { column = '가', filled = true", "facts.Project: The file has no column '가'."),
    ('{ column = "사업명" }\n', '{ column = "이름" }\n', "facts.Project: values.name: The file has no column '이름'."),
    ("fiscal_year = 2027\nname", "year = 2027\nname", "facts.Project: Project has no 'year'. It has: committee"),
    ('name = { column = "사업명" }\n', "", "facts.Project: A Project needs 'name', and the mapping gives it no value."),
    ('"REQUEST"', '"요구"', "facts.line: values.stage: The constant '요구' for stage: this is none of REQUEST"),
    (
        'project_id = { fact = "Project", key = "{번호}" }',
        'account = { column = "번호", unit = "EOK" }',
        "account: unit",
    ),
    (PROJECT_ID, 'account = { column = "번호", days = 1 }', "account: format"),
    ('ignored = ["비고"]', "", "The mapping says nothing of the columns '비고': map them, or name them in ignored."),
    ('columns = ["금액"]\n', 'columns = ["합"]\n', "totals.0: The file has no column '합'."),
    ('{ column = "상태"', '{ column = "변경"', "chain.begins: the file has no column '변경'."),
]


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, old
    return SOUND.replace(old, new)


def mapping_of(text: str, folder: Path) -> Mapping:
    path = folder / "list.toml"
    path.write_text(text, "utf-8")
    return read_mapping(path).mapping


def use(mapping: Mapping) -> Facts:
    """Do with a mapping what can be done with the columns of a file alone."""
    table = Table(COLUMNS, iter(()))
    Totals(mapping.totals, table.columns)
    assert mapping.chain
    values = [value for fact in mapping.facts for alternatives in fact.values.values() for value in alternatives]
    nothing_known = {directory_key(value): Directory(value.find) for value in values if value.find}
    return Facts(mapping, chained(table, mapping.chain).columns, nothing_known, None)


def test_sound_mapping_is_used(tmp_path: Path) -> None:
    assert [table.name for table in use(mapping_of(SOUND, tmp_path)).tables] == ["projects", "budget_lines"]


@pytest.mark.parametrize(("old", "new", "place", "reason"), FAULTS)
def test_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, place: str, reason: str) -> None:
    with pytest.raises(MappingError) as told:
        mapping_of(changed(old, new), tmp_path)
    assert [line for line in str(told.value).splitlines() if place in line and reason in line], told.value


@pytest.mark.parametrize(("old", "new", "reason"), FAULTS_OF_COLUMNS)
def test_fault_that_the_columns_show_is_told_with_its_place(tmp_path: Path, old: str, new: str, reason: str) -> None:
    mapping = mapping_of(changed(old, new), tmp_path)
    with pytest.raises(MappingError) as told:
        use(mapping)
    assert reason in str(told.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = changed('"OPEN"', '"SECRET"').replace('"OFFICIAL"', '"official"').replace("ignored", "ignore")
    with pytest.raises(MappingError) as told:
        mapping_of(text, tmp_path)
    assert [line.split(": ")[1] for line in str(told.value).splitlines()] == ["grade", "document.standing", "ignore"]


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_bytes(SOUND.encode("cp949"))
    with pytest.raises(MappingError, match=r"^list\.toml: .*utf-8"):
        read_mapping(path)


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"list\.toml cannot be read: No such file"):
        read_mapping(tmp_path / "list.toml")


def test_short_and_long_forms_are_one(tmp_path: Path) -> None:
    """A constant, a table and a list of one table are written for the same."""
    short = mapping_of(SOUND, tmp_path).facts[0].values["fiscal_year"]
    for form in ("{ constant = 2027 }", "[{ constant = 2027 }]", "[2027]"):
        text = SOUND.replace("fiscal_year = 2027\nname", f"fiscal_year = {form}\nname")
        assert text != SOUND
        assert mapping_of(text, tmp_path).facts[0].values["fiscal_year"] == short


@pytest.mark.parametrize("dataset", known_datasets())
def test_mapping_of_the_program_is_named_for_its_dataset(dataset: str) -> None:
    assert read_mapping(known_datasets()[dataset]).mapping.dataset == dataset


KEYS = [
    ("26017.0", "26017.0"),
    ("H-01_", "H-01_"),
    ("9" * 81, "9" * 81),
    *((key, hashlib.sha256(key.encode()).hexdigest()[:20]) for key in ("9" * 82, "가 나", "a/b", ".5", "a b")),
]


@pytest.mark.parametrize(("key", "shown"), KEYS)
def test_key_that_stands_well_in_an_address_is_kept(tmp_path: Path, key: str, shown: str) -> None:
    text = SOUND.replace('column = "부처", find = "Ministry"', 'constant = "ministry:a"').replace(
        ', within = { kind = "MINISTRY" }', ""
    )
    facts = use(mapping_of(text.replace('["비고"]', '["비고", "부처"]'), tmp_path))
    row = [key, "신설", "가 사업", "가부", "1,000", None]
    made, refused = facts.made(2, [*row, *row, *row])
    assert refused == []
    assert made[0][1][0] == f"project:list-2027/{shown}"
