"""``nextgraph keys`` as the operator runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api import test_cli
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa


run = test_cli.run


@pytest.fixture(scope="module")
def address(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[str]:
    with new_database(server_url, str(dataset_template.database)) as url:
        yield url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_key_is_made_listed_and_revoked(run: test_cli.Run, address: str) -> None:
    there = ("--database-url", address)
    assert "There are no keys" in run("keys", "list", *there).output
    made = run(
        "keys",
        "create",
        "--name",
        "예산 시스템",
        "--organization",
        "과기1",
        "--scope",
        "PUBLISH",
        "--scope",
        "SENSITIVE",
        *there,
    )
    assert made.code == 0, made.errors
    begin, identifier, secret = made.output.strip().split("_", 2)
    assert (begin, len(identifier), len(secret)) == ("ngk", 16, 43)
    assert "shown this once" in made.errors
    listed = run("keys", "list", *there).output
    for said in (identifier, "valid", "ministry:msit", "PUBLISH SENSITIVE", "until 20", "예산 시스템"):
        assert said in listed
    assert secret not in listed
    ended = run("keys", "revoke", identifier, *there)
    assert ended.code == 0
    assert f"{identifier}  revoked" in ended.output
    again = run("keys", "revoke", identifier, *there)
    assert f"{identifier}  revoked" in again.output
    endless = run(
        "keys", "create", "--name", "a", "--organization", "ministry:motie", "--days", "0", "--persisted-only", *there
    )
    assert "without end" in endless.errors
    assert "(no scopes)  (persisted documents only)" in endless.errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "--name", "a", "--organization", "없는부"), "organization: '없는부'"),
        (("create", "--name", "a", "--organization", "과기1", "--scope", "ALL"), "There is no scope 'ALL'; known are"),
        (("create", "--name", "a\nb", "--organization", "과기1"), "is no name"),
        (("revoke", "nothing"), "There is no key nothing"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: test_cli.Run,
    address: str,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    ended = run("keys", *arguments, "--database-url", address)
    assert words in str(ended.code)
    assert "Traceback" not in ended.errors
