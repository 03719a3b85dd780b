"""Who may import over HTTP, and that it is their own organization's facts alone that they add, change and remove."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from api.app import create_app
from api.settings import Settings
from db.connection import engine
from db.models import BudgetLine, fact_tables
from db.models.base import Grade
from db.releases import publish
from db.viewers import Scope
from tests.api.holding import OWNER, made_key
from tests.api.running import running
from tests.api.test_import_endpoint import ROW, lines, newest, refused, sent
from tests.benchmarks.importing import MAPPING
from tests.conftest import execute, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

OTHER = "ministry:motie"
THEIRS = ROW.replace("1,", "9,", 1)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("mappings")
    (folder / "made-up.toml").write_text(f'dataset = "made-up"\nowner = "과학기술정보통신부"\n{MAPPING}', "utf-8")
    (folder / "unowned.toml").write_text(f'dataset = "unowned"\n{MAPPING}', "utf-8")
    return Settings(mappings_dir=folder)


@pytest.fixture
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


@pytest.fixture
def client(url: sa.URL, settings: Settings) -> Iterator[httpx.Client]:
    with running(create_app(url, settings)) as connected:
        yield connected


def by(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_who_may_not(url: sa.URL, client: httpx.Client) -> None:
    nobody = sent(client, lines(ROW))
    assert "scope PUBLISH" in refused(nobody, 401, "UNAUTHENTICATED")["detail"]
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="nextgraph"'
    for given in ("", "Bearer", "Bearer wrong", "Basic bmV4dDpncmFwaA==", f"Bearer ngk_{'a' * 16}_wrong"):
        response = sent(client, lines(ROW), headers={"Authorization": given})
        refused(response, 401, "CREDENTIALS_REFUSED")
        assert response.headers["WWW-Authenticate"].startswith('Bearer realm="nextgraph", error="invalid_token"')
    reader = made_key(url, scopes=[Scope.SENSITIVE, Scope.EVERYTHING])
    response = sent(client, lines(ROW), headers=by(reader))
    refused(response, 403, "FORBIDDEN")
    assert response.headers["WWW-Authenticate"].endswith('error="insufficient_scope", scope="PUBLISH"')
    refused(client.get("/import/made-up"), 405, "METHOD_NOT_ALLOWED")
    assert newest(url) == 1


@pytest.mark.slow
def test_a_dataset_belongs_to_its_owner(url: sa.URL, client: httpx.Client) -> None:
    other, own = made_key(url, OTHER), made_key(url)
    error = refused(sent(client, lines(ROW), headers=by(other)), 422, "IMPORT_REFUSED")
    assert "belongs to ministry:msit" in error["detail"]
    error = refused(sent(client, lines(ROW), headers=by(own), params={"as": OTHER}), 422, "IMPORT_REFUSED")
    assert f"allowed for {OWNER} alone" in error["detail"]
    assert newest(url) == 1
    assert sent(client, lines(ROW), headers=by(own)).json()["release"]["number"] == 2
    assert execute(url, "SELECT publisher_id FROM releases WHERE number = 2") == [(OWNER,)]


def test_facts_that_nobody_owns_are_not_one_s_own(url: sa.URL, client: httpx.Client) -> None:
    response = sent(client, lines(ROW), dataset="unowned", headers=by(made_key(url)))
    refusals = refused(response, 422, "IMPORT_REFUSED")["refusals"]
    (found,) = [each for each in refusals["first"] if each["row"] == 2]
    assert (found["column"], found["cell"]) == ("owner_id", "budget-line:unowned/1")
    assert "would belong to no organization" in found["reason"]
    assert newest(url) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("grade", "body", "row", "reason"),
    [
        (Grade.OPEN, lines(ROW), 0, "may remove facts of ministry:msit only"),
        (Grade.OPEN, lines(ROW, THEIRS.replace("1000", "7")), 3, "may change facts of ministry:msit only"),
        (Grade.CONFIDENTIAL, lines(ROW), None, ""),
    ],
)
def test_another_organization_s_facts_stay(
    url: sa.URL, client: httpx.Client, grade: Grade, body: bytes, row: int | None, reason: str
) -> None:
    """Also in a dataset that is one's own; what not everyone may know of is counted and not named."""
    key = by(made_key(url))
    assert sent(client, lines(ROW, THEIRS), "first", headers=key).json()["release"]["number"] == 2
    give_away(url, "budget-line:made-up/9", grade)
    for parameters in ({}, {"dryRun": "true"}):
        error = refused(sent(client, body, "second", headers=key, params=parameters), 422, "IMPORT_REFUSED")
        assert "1 facts are not those of ministry:msit" in error["detail"]
        first = error["refusals"]["first"]
        named = [] if row is None else [(row, "budget-line:made-up/9")]
        assert [(each["row"], each["cell"]) for each in first] == named
        assert all(reason in each["reason"] for each in first)
        assert "made-up/9" not in error["detail"]
    assert newest(url) == 3
    added = sent(client, lines(ROW.replace("1000", "5")), "third", headers=key, params={"partial": "true"})
    assert added.json()["release"]["number"] == 4, "what is one's own can be changed beside it"


def give_away(url: sa.URL, identifier: str, grade: Grade) -> None:
    """Publish, as the operator may, that a fact is another organization's."""

    async def publish_it() -> None:
        table = fact_tables()["budget_lines"]
        async with engine(url) as pool, pool.begin() as connection:
            row = (await connection.execute(sa.select(table).where(table.c.id == identifier))).mappings().one()
            fact = BudgetLine(**{**row, "owner_id": OTHER, "grade": grade})
            await publish(connection, "given away", put=[fact])

    asyncio.run(publish_it())


@pytest.mark.slow
def test_a_key_of_an_import_is_its_organization_s(url: sa.URL, client: httpx.Client) -> None:
    """What another was answered under the same Idempotency-Key is neither told nor in the way."""
    own, other = by(made_key(url)), by(made_key(url, OTHER))
    assert sent(client, lines(ROW), "same", headers=own).status_code == 200
    refused(sent(client, lines(ROW), "same", headers=other), 422, "IMPORT_REFUSED")
    again = by(made_key(url))
    assert sent(client, lines(ROW), "same", headers=again).json()["release"]["number"] == 2
