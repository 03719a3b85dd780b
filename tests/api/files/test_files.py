"""Files of answers: the same values as the JSON answer has, to the last row, and safe to open."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import orjson
import pyarrow.parquet
import pytest
from pyld import jsonld

from api.files import walking
from api.files.delimited import unguarded
from api.files.formats import FORMATS, accepted

if TYPE_CHECKING:
    import httpx

LINES = """{ budgetLines { totalCount nodes {
  id fiscalYear stage amount(unit: MILLION) ministry { name } projectCount
  allocations(orderBy: [{amount: DESC}]) { totalCount nodes { amount field { name } } } } } }"""
DOCUMENTS = "{ documents { nodes { id title publishedOn } } }"
FORMATS_OF_ONE = [name for name, each in FORMATS.items() if each.holds_one]


def got(client: httpx.Client, format_: str, query: str, **more: Any) -> httpx.Response:
    return client.get(f"/files/{format_}", params={"query": query, **more})


def made(client: httpx.Client, format_: str, query: str, **more: Any) -> bytes:
    response = got(client, format_, query, **more)
    assert response.status_code == 200, response.text
    return response.content


def answered(client: httpx.Client, query: str) -> Any:
    answer = client.post("/graphql", json={"query": query}).json()
    assert "errors" not in answer, answer
    return answer["data"]


def whole(client: httpx.Client, query: str) -> Any:
    """Return the answer with every list to its end, in one page."""
    nested = query.replace("allocations(", "allocations(first: 40, ")
    return answered(client, nested.replace("budgetLines {", "budgetLines(first: 200) {"))


def csv_rows(content: bytes) -> list[dict[str, str | None]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{name: unguarded(text) for name, text in row.items()} for row in rows]


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book}


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have lists take several pages, at the root and below rows."""
    monkeypatch.setattr(walking, "ROOT_PAGE", 7)
    monkeypatch.setattr(walking, "NESTED_PAGE", 2)


def test_csv_has_every_row_of_the_answer(client: httpx.Client) -> None:
    lines = whole(client, LINES)["budgetLines"]
    rows = csv_rows(made(client, "csv", LINES, table="budgetLines"))
    assert rows == [
        {
            "id": line["id"],
            "fiscalYear": str(line["fiscalYear"]),
            "stage": line["stage"],
            "amount": line["amount"],
            "ministry.name": line["ministry"]["name"],
            "projectCount": None if line["projectCount"] is None else str(line["projectCount"]),
            "allocations.totalCount": str(line["allocations"]["totalCount"]),
        }
        for line in lines["nodes"]
    ]
    assert len(rows) == lines["totalCount"] > 25


def test_rows_of_a_nested_list_begin_with_the_row_above(client: httpx.Client) -> None:
    rows = csv_rows(made(client, "csv", LINES, table="budgetLines.allocations"))
    assert [(row["id"], row["amount"], row["allocations.amount"], row["allocations.field.name"]) for row in rows] == [
        (line["id"], line["amount"], each["amount"], each["field"]["name"])
        for line in whole(client, LINES)["budgetLines"]["nodes"]
        for each in line["allocations"]["nodes"]
    ]
    assert rows


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("table", ["budgetLines", "budgetLines.allocations", "answer"])
def test_pages_are_followed_to_their_end_at_every_depth(
    client: httpx.Client, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = made(client, "csv", LINES, table=table)
    monkeypatch.undo()
    assert followed == made(client, "csv", LINES, table=table)


@pytest.mark.usefixtures("small_pages")
def test_a_list_that_says_how_many_rows_it_wants_has_so_many(client: httpx.Client) -> None:
    query = "query Few($n: Int) { budgetLines(first: 3) { nodes { id allocations(first: $n) { nodes { amount } } } } }"
    assert len(csv_rows(made(client, "csv", query, table="budgetLines"))) == 3
    most = csv_rows(made(client, "csv", query, table="budgetLines.allocations", variables='{"n": 1}'))
    every = csv_rows(made(client, "csv", query, table="budgetLines.allocations", variables='{"n": null}'))
    assert len({row["id"] for row in most}) == len(most) < len(every)


def test_a_list_begins_behind_the_cursor_that_is_given(client: httpx.Client) -> None:
    page = answered(client, "{ budgetLines(first: 4) { pageInfo { endCursor } } }")
    cursor = page["budgetLines"]["pageInfo"]["endCursor"]
    rows = csv_rows(made(client, "csv", f'{{ budgetLines(after: "{cursor}") {{ nodes {{ id }} }} }}'))
    every = csv_rows(made(client, "csv", "{ budgetLines { nodes { id } } }"))
    assert rows == every[4:]


@pytest.mark.usefixtures("small_pages")
def test_groups_fragments_and_directives(client: httpx.Client) -> None:
    query = """
      query ($no: Boolean!) { organizations { nodes { ...Named ... on Ministry { protocolOrder }
        ... @include(if: $no) { nameEn } } groups(by: [{grade: VALUE}]) { nodes { count key { grade } } } } }
      fragment Named on Organization { id name names(first: 1) { nodes { name } } }"""
    variables = '{"no": false}'
    rows = csv_rows(made(client, "csv", query, table="organizations", variables=variables))
    assert list(rows[0]) == ["id", "name", "protocolOrder"]
    assert {row["protocolOrder"] is None for row in rows} == {True, False}
    (group,) = csv_rows(made(client, "csv", query, table="organizations.groups", variables=variables))
    assert group == {"count": str(len(rows)), "key.grade": "OPEN"}


def test_workbook_has_the_values_of_the_answer(client: httpx.Client) -> None:
    found = sheets(made(client, "xlsx", LINES))
    lines = whole(client, LINES)["budgetLines"]
    head, *rows = found["budgetLines"]
    assert head[:5] == ("식별자", "회계연도", "예산 단계", "금액 (백만원)", "소관부처 · 정식 명칭")
    assert [(row[0], row[1], Decimal(str(row[3])), row[4], row[5]) for row in rows] == [
        (line["id"], line["fiscalYear"], Decimal(line["amount"]), line["ministry"]["name"], line["projectCount"])
        for line in lines["nodes"]
    ]
    assert len(found["budgetLines.allocations"]) - 1 == sum(
        len(line["allocations"]["nodes"]) for line in lines["nodes"]
    )
    assert found["answer"][1] == (lines["totalCount"],)
    about = {row[0]: row[1] for row in found["자료 정보"]}
    assert about["질의 | Query"] == LINES
    assert about["판 | Release"] == "1"


def test_days_of_a_workbook_are_days(client: httpx.Client) -> None:
    _, *rows = sheets(made(client, "xlsx", DOCUMENTS))["documents"]
    expected = answered(client, DOCUMENTS.replace("documents {", "documents(first: 1000) {"))["documents"]["nodes"]
    assert [(row[0], row[1], row[2] and row[2].date()) for row in rows] == [
        (each["id"], each["title"], each["publishedOn"] and date.fromisoformat(each["publishedOn"]))
        for each in expected
    ]
    assert any(row[2] for row in rows)


def test_lines_of_json(client: httpx.Client) -> None:
    rows = [orjson.loads(line) for line in made(client, "ndjson", LINES, table="budgetLines").splitlines()]
    lines = whole(client, LINES)["budgetLines"]["nodes"]
    assert [(row["id"], row["fiscalYear"], row["amount"], row["ministry.name"]) for row in rows] == [
        (line["id"], line["fiscalYear"], line["amount"], line["ministry"]["name"]) for line in lines
    ]


def test_parquet_read_back(client: httpx.Client) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(made(client, "parquet", LINES, table="budgetLines")))
    lines = [orjson.loads(line) for line in made(client, "ndjson", LINES, table="budgetLines").splitlines()]
    assert table.to_pylist() == lines
    days = pyarrow.parquet.read_table(io.BytesIO(made(client, "parquet", DOCUMENTS)))
    assert str(days.schema.field("publishedOn").type) == "date32[day]"
    assert days.schema.metadata[b"query"] == DOCUMENTS.encode()


def test_linked_data_expands(client: httpx.Client) -> None:
    document = orjson.loads(made(client, "jsonld", LINES))
    expanded = jsonld.expand(document)
    lines = whole(client, LINES)["budgetLines"]["nodes"]
    nodes = [node for node in expanded if node["@type"] == ["urn:nextgraph:schema:BudgetLine"]]
    term = "urn:nextgraph:schema:"
    amount = {"@type": "http://www.w3.org/2001/XMLSchema#decimal", "@value": lines[0]["amount"]}
    assert [node["@id"] for node in nodes] == [f"urn:nextgraph:{line['id']}" for line in lines]
    assert nodes[0][f"{term}amount"] == [amount]
    below = nodes[0][f"{term}allocations"][0][f"{term}nodes"][0]["@list"]
    assert [each[f"{term}amount"][0]["@value"] for each in below] == [
        each["amount"] for each in lines[0]["allocations"]["nodes"]
    ]


def test_heads_and_encoding(client: httpx.Client) -> None:
    content = made(client, "csv", LINES, table="budgetLines", heads="ko", encoding="cp949")
    head = content.decode("cp949").splitlines()[0]
    assert "회계연도" in head
    assert "금액 (백만원)" in head
    assert made(client, "csv", LINES, table="budgetLines").startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("format_", FORMATS_OF_ONE)
def test_several_tables_are_not_cut_down_to_one(client: httpx.Client, format_: str) -> None:
    response = got(client, format_, LINES)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == "BAD_INPUT"
    assert "budgetLines, budgetLines.allocations, answer" in problem["detail"]


@pytest.mark.parametrize(
    ("path", "given", "status", "code"),
    [
        ("/files/doc", {"query": DOCUMENTS}, 404, "NOT_FOUND"),
        ("/files/csv", {"query": DOCUMENTS, "table": "x"}, 400, "BAD_INPUT"),
        ("/files/csv", {"query": DOCUMENTS, "heads": "x"}, 400, "BAD_INPUT"),
        ("/files/xlsx", {"query": DOCUMENTS, "table": "documents"}, 400, "BAD_INPUT"),
        ("/files/xlsx", {"query": DOCUMENTS, "encoding": "cp949"}, 400, "BAD_INPUT"),
        ("/files/csv", {"query": "{ documents { nodes { none } } }"}, 400, "GRAPHQL_VALIDATION_FAILED"),
        ("/files/csv", {"query": "{"}, 400, "GRAPHQL_PARSE_FAILED"),
        ("/files/csv", {"query": "query ($a: Int!) { documents(first: $a) { nodes { id } } }"}, 400, "BAD_INPUT"),
        ("/files/csv", {"query": "{ documents(first: 1001) { nodes { id } } }"}, 400, "BAD_INPUT"),
        ("/files/csv", {"query": '{ nodes(ids: ["document:none"]) { id } }'}, 404, "NOT_FOUND"),
        ("/files/csv", {"documentId": "none"}, 404, "DOCUMENT_NOT_FOUND"),
        ("/files/csv", {}, 400, "BAD_REQUEST"),
    ],
)
def test_what_cannot_be_a_file(client: httpx.Client, path: str, given: dict[str, str], status: int, code: str) -> None:
    response = client.get(path, params=given)
    assert (response.status_code, response.json().get("code")) == (status, code), response.text


def test_a_file_where_one_is_accepted(client: httpx.Client) -> None:
    response = client.post("/graphql", json={"query": DOCUMENTS}, headers={"Accept": "text/csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content == made(client, "csv", DOCUMENTS)
    refused = client.post("/graphql", json={"query": "{"}, headers={"Accept": "text/csv"})
    assert refused.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


def test_which_format_is_accepted() -> None:
    for format_ in FORMATS.values():
        assert accepted(format_.media) is format_
    for plain in (None, "*/*", "application/json", "application/json, text/csv;q=0.5", "text/html"):
        assert accepted(plain) is None
    assert accepted("application/json;q=0.5, text/csv") is FORMATS["csv"]


def test_names_and_release(client: httpx.Client) -> None:
    response = got(client, "csv", "query Papers { documents { nodes { id } } }")
    assert response.headers["nextgraph-release"] == "1"
    names = response.headers["content-disposition"]
    assert 'filename="Papers.csv"' in names
    assert "filename*=UTF-8''%" in names
