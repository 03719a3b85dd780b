"""``nextgraph decide``, and reports of imports, as a person runs them on a database of their own."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from api.cli import commands
from api.terminal import Stopped
from tests.conftest import new_database
from tests.contract.answers import answered
from tests.db.importing.claiming import OLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

SUBJECT = "statistic:next-technologies"
BY = ("--by", "과기정통부", "--reason", "전문위원회 확인")


@pytest.fixture
def fresh(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as copy:
        yield copy


def run(*arguments: str, url: sa.URL, typed: str = "") -> str:
    """Run a command in this process and return what it prints; what it refuses is raised."""
    given = [*arguments, "--database-url", url.render_as_string(hide_password=False)]
    result = CliRunner().invoke(commands, given, input=typed)
    if isinstance(result.exception, Stopped):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_a_decision_shows_asks_and_publishes(fresh: sa.URL) -> None:
    decision = ("decide", SUBJECT, "value", "--value", "56", *BY)
    refused = run(*decision, url=fresh, typed="n\n")
    assert f"  ~ {SUBJECT} value: 55 -> 56" in refused
    assert refused.endswith("Nothing was published.\n")
    assert run(*decision, url=fresh, typed="y\n").endswith("Published as release 2.\n")
    text = f"""{{ node(id: "{SUBJECT}") {{ ... on Statistic {{ value claims(where: {{attribute: {{eq: "value"}}}}) {{
        nodes {{ value derivation note preferred passage {{ document {{ title publisher {{ name }} }} }} }} }} }} }}
        discrepancies(checks: [CLAIMS_DIFFER]) {{ nodes {{ expected expectedBy found foundBy decided }} }} }}"""
    found = answered(fresh, text)[0]["data"]
    msit = "과학기술정보통신부"
    assert found["node"]["value"] == "56"
    (made,) = [claim for claim in found["node"]["claims"]["nodes"] if claim["preferred"]]
    assert made == {
        "value": "56",
        "derivation": "DECIDED",
        "note": "전문위원회 확인",
        "preferred": True,
        "passage": {"document": {"title": f"{msit}의 결정 | Decisions of {msit}", "publisher": {"name": msit}}},
    }
    (finding,) = found["discrepancies"]["nodes"]
    assert finding == {"expected": "56", "expectedBy": [msit], "found": "55", "foundBy": [msit], "decided": True}


def test_a_decision_for_a_claim_takes_its_value_and_is_undone(fresh: sa.URL) -> None:
    run("decide", SUBJECT, "value", "--value", "56", *BY, "--yes", url=fresh)
    claim = "claim:statistic-next-technologies-1"
    shown = run("decide", SUBJECT, "value", "--claim", claim, *BY, "--yes", url=fresh)
    assert f"  ~ {SUBJECT} value: 56 -> 55" in shown
    run("undo", "3", "--yes", url=fresh)
    lines = run("history", SUBJECT, url=fresh).splitlines()
    assert lines[-1] == "   value: 55 -> 56"
    run("undo", "4", "--yes", url=fresh)
    # A number is never given twice, also after what bore it is gone.
    run("decide", SUBJECT, "value", "--value", "57", *BY, "--yes", url=fresh)
    assert "ADDED" in run("history", "claim:decision-3", url=fresh)


REFUSED = {
    "no such fact": (("statistic:none", "value", "--value", "1", *BY), "There is no statistic:none."),
    "no identifier": (("x", "value", "--value", "1", *BY), "x is not an identifier of any fact"),
    "no such field": (
        (SUBJECT, "valu", "--value", "1", *BY),
        f"{SUBJECT} has no 'valu' to decide on. It has: asPrinted",
    ),
    "no value": ((SUBJECT, "value", *BY), "Give either --claim"),
    "no number": ((SUBJECT, "value", "--value", "쉰여섯", *BY), "--value 쉰여섯: this is no number"),
    "no member": ((SUBJECT, "stage", "--value", "중간", *BY), "--value 중간: this is none of"),
    "no row": (
        ("technology:next-2026-memory-semiconductors", "fieldId", "--value", "field:x", *BY),
        "can be no fieldId",
    ),
    "no such claim": ((SUBJECT, "value", "--claim", "claim:none", *BY), "--claim claim:none: there is no such claim."),
    "another's claim": (
        (SUBJECT, "value", "--claim", "claim:ministry-msit-1", *BY),
        "--claim claim:ministry-msit-1: it speaks of ministry:msit",
    ),
    "nobody": ((SUBJECT, "value", "--value", "1", "--by", "없는부", "--reason", "x"), "--by 없는부: no Organization"),
    "no reason": (
        (SUBJECT, "value", "--value", "1", "--by", "과기정통부", "--reason", " "),
        "--reason: a decision needs",
    ),
}


@pytest.fixture(scope="module")
def untouched(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as copy:
        yield copy


@pytest.mark.parametrize("case", REFUSED)
def test_a_decision_that_cannot_be_made_says_why(untouched: sa.URL, case: str) -> None:
    arguments, message = REFUSED[case]
    with pytest.raises(Stopped) as error:
        run("decide", *arguments, "--yes", url=untouched)
    assert message in str(error.value)


def test_what_is_unmatched_is_reported(fresh: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    listing = OLDER.mapping.replace('find = "Project"', 'find = "Project", unmatched = "list"')
    (tmp_path / "mapping.toml").write_text(listing, "utf-8")
    (tmp_path / "file.csv").write_text("번호,이름,전문위\n9,가,\n", "utf-8")
    printed = run("import", "file.csv", "--mapping", "mapping.toml", "--yes", url=fresh)
    assert "Named no fact, or several, and are left out: 1. See file.csv.unmatched.csv." in printed
    with (tmp_path / "file.csv.unmatched.csv").open(encoding="utf-8-sig", newline="") as report:
        rows = list(csv.reader(report))
    reason = "no Project has number = 9: correct the row, or bring the fact first"
    assert rows == [["행 row", "열 column", "값 value", "사유 reason"], ["2", "number", "9", reason]]
    assert not (tmp_path / "file.csv.refused.csv").exists()


def test_a_long_text_is_shown_in_one_line(fresh: sa.URL) -> None:
    text = "가나다라마 " * 30 + "\n끝"
    arguments = ("decide", SUBJECT, "note", "--value", text, "--by", "과기정통부", "--reason", "길이")
    (line,) = [line for line in run(*arguments, url=fresh, typed="n\n").splitlines() if f"{SUBJECT} note" in line]
    assert line.endswith(f"{('가나다라마 ' * 30)[:80]}… (181 characters)")
