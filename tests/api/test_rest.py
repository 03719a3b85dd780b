"""Kept queries without GraphQL: parameters become variables, answers are the same, and OpenAPI describes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.persisted import identifier_of
from api.settings import Settings
from tests.api.files.test_files import csv_rows
from tests.api.holding import made_key
from tests.api.running import running
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    import sqlalchemy as sa

QUERIES = (
    """query Lines($year: Int!, $stages: [Stage!]!, $where: BudgetLineWhere!, $some: Boolean = false, $first: Int) {
      budgetLines(where: {and: [{fiscalYear: {eq: $year}}, {stage: {in: $stages}}, $where]}, first: $first) {
        totalCount nodes { id stage amount(unit: MILLION) account @include(if: $some) ministry { name } } } }""",
    "query Lists($year: Int!, $first: Int = 5) { "
    "budgetLines(where: {fiscalYear: {eq: $year}}, first: $first) { totalCount nodes { id stage project { name } } } }",
    "query Named($name: String!) { ministry(name: $name) { name validFrom names { nodes { name kind } } } }",
    "query Anyone { organizations { nodes { name ... on Ministry { protocolOrder } } } viewer { name } }",
    "query Papers($since: Date) "
    "{ documents(where: {publishedOn: {gte: $since}}) { nodes { id title publishedOn release { publishedAt } } } }",
    "query Wrong { nothing }",
    "query Twice { ministries { totalCount } }",
    "query Twice { statutes { totalCount } }",
)

CONFORMS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def rest(url: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("documents")
    (folder / "documents.json").write_bytes(orjson.dumps({str(number): text for number, text in enumerate(QUERIES)}))
    with running(create_app(url, Settings(persisted_dir=folder, persisted="required"))) as connected:
        yield connected


def described(rest: httpx.Client) -> Any:
    return rest.get("/rest/openapi.json").json()


def test_the_answer_is_that_of_the_query(rest: httpx.Client) -> None:
    response = rest.get("/rest/Lists", params={"year": "2026", "first": "3"})
    asked = {"query": QUERIES[1], "variables": {"year": 2026, "first": 3}}
    assert response.json() == rest.post("/graphql", json=asked).json()
    assert len(response.json()["data"]["budgetLines"]["nodes"]) == 3
    again = rest.get(
        "/rest/Lists", params={"year": "2026", "first": "3"}, headers={"If-None-Match": response.headers["etag"]}
    )
    assert again.status_code == 304


def test_default_values_and_texts(rest: httpx.Client) -> None:
    assert len(rest.get("/rest/Lists?year=2026").json()["data"]["budgetLines"]["nodes"]) == 5
    found = rest.get("/rest/Named", params={"name": "재정부"}).json()["data"]["ministry"]
    assert found["name"] == "재정경제부"


def test_lists_objects_and_truth_values(rest: httpx.Client) -> None:
    where = '{"ministry": {"name": {"contains": "과학"}}}'
    given: dict[str, Any] = {"year": 2026, "stages": ["RND_ALLOCATION", "REQUEST"], "where": where}
    plain = rest.get("/rest/Lines", params=given).json()["data"]["budgetLines"]["nodes"]
    assert {line["ministry"]["name"] for line in plain} == {"과학기술정보통신부"}
    assert "account" not in plain[0]
    more = rest.get("/rest/Lines", params={**given, "some": "true"}).json()["data"]["budgetLines"]["nodes"]
    assert "account" in more[0]
    none = rest.get("/rest/Lines", params={**given, "stages": "REQUEST"}).json()["data"]["budgetLines"]["nodes"]
    assert none != plain


def test_days_and_files(rest: httpx.Client) -> None:
    whole = rest.get("/rest/Papers").json()["data"]["documents"]["nodes"]
    late = rest.get("/rest/Papers?since=2026-01-01").json()["data"]["documents"]["nodes"]
    assert 0 < len(late) < len(whole)
    rows = csv_rows(rest.get("/rest/Papers?since=2026-01-01", headers={"Accept": "text/csv"}).content)
    assert [row["id"] for row in rows] == [each["id"] for each in late]
    named = rest.get("/rest/Papers?heads=ko", headers={"Accept": "text/csv"})
    assert named.text.startswith("\ufeff식별자,")
    assert rest.get("/rest/Papers?heads=ko").status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/rest/None", 404, "NOT_FOUND"),
        ("/rest/Twice", 409, "CONFLICT"),
        ("/rest/Lists", 400, "BAD_INPUT"),
        ("/rest/Lists?year=x", 400, "BAD_INPUT"),
        ("/rest/Lists?year=2026&year=2027", 400, "BAD_INPUT"),
        ("/rest/Lists?year=2026&month=1", 400, "BAD_INPUT"),
        ("/rest/Lists?year=99999999999", 400, "BAD_INPUT"),
        ("/rest/Lists?year=2026&first=1001", 400, "BAD_INPUT"),
        ("/rest/Papers?since=someday", 400, "BAD_INPUT"),
        ("/rest/Wrong", 400, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_refusals_are_problems(rest: httpx.Client, path: str, status: int, code: str) -> None:
    response = rest.get(path)
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"


def test_which_of_two_documents_is_meant_can_be_said(rest: httpx.Client) -> None:
    refused = rest.get("/rest/Twice")
    named = re.findall(r"sha256:[0-9a-f]{64}", refused.json()["detail"])
    assert len(named) == 2
    answers = [rest.get("/rest/Twice", params={"documentId": each}).json()["data"] for each in named]
    assert sorted(key for answer in answers for key in answer) == ["ministries", "statutes"]
    single = rest.get("/rest/Lists?year=2026").json()
    assert rest.get("/rest/Lists", params={"year": "2026", "documentId": identifier_of(QUERIES[1])}).json() == single
    other = rest.get("/rest/Lists", params={"year": "2026", "documentId": named[0]})
    assert (other.status_code, other.json()["code"]) == (404, "DOCUMENT_NOT_FOUND")
    which, *others = described(rest)["paths"]["/rest/Twice"]["get"]["parameters"]
    assert (which["name"], which["required"], sorted(which["schema"]["enum"]), others) == (
        *("documentId", True, sorted(named)),
        [],
    )


def test_the_operator_hears_of_two_documents_with_one_name(
    url: sa.URL, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "one.json").write_bytes(orjson.dumps({"a": QUERIES[-1], "b": QUERIES[1]}))
    create_app(url, Settings(persisted_dir=tmp_path))
    assert caplog.messages == []
    (tmp_path / "two.json").write_bytes(orjson.dumps({"c": QUERIES[-2]}))
    create_app(url, Settings(persisted_dir=tmp_path))
    (told,) = caplog.messages
    assert told.startswith("2 kept documents have a query Twice: sha256:")


def test_only_reading(rest: httpx.Client) -> None:
    assert rest.post("/rest/Lists?year=2026").status_code == 405


def test_who_asks_is_told(rest: httpx.Client, url: sa.URL) -> None:
    key = {"Authorization": f"Bearer {made_key(url, persisted_only=True)}"}
    assert rest.get("/rest/Anyone").json()["data"]["viewer"]["name"] is None
    assert rest.get("/rest/Anyone", headers=key).json()["data"]["viewer"]["name"]
    assert rest.get("/rest/Anyone", headers={"Authorization": "Bearer no"}).status_code == 401


def test_description(rest: httpx.Client) -> None:
    found = described(rest)
    assert found["openapi"] == "3.1.0"
    assert sorted(found["paths"]) == [
        *("/rest/Anyone", "/rest/Lines", "/rest/Lists", "/rest/Named", "/rest/Papers", "/rest/Twice"),
    ]
    year, first = found["paths"]["/rest/Lists"]["get"]["parameters"]
    assert (year["name"], year["required"], year["schema"]["type"]) == ("year", True, "integer")
    assert (first["name"], first["required"], first["schema"]["default"]) == ("first", False, 5)


@pytest.mark.slow
def test_answers_are_as_described(rest: httpx.Client) -> None:
    """A program that makes requests from the description finds no answer that is not in it."""
    schema = schemathesis.openapi.from_url(f"{rest.base_url}/rest/openapi.json")
    statuses: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        statuses[operation.path] = tried(operation.as_strategy())
    assert statuses.keys() == described(rest)["paths"].keys()
    assert all(200 in seen for seen in statuses.values()), statuses


def tried(cases: Any) -> set[int]:
    """Send requests, see that their answers are as described, and return their statuses."""
    seen: set[int] = set()

    @seed(1)
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def conforms(case: Any) -> None:
        response = case.call()
        case.validate_response(response, checks=CONFORMS)
        seen.add(response.status_code)

    conforms()
    return seen
