"""The sources that a file names are those that the claims of its rows, and the datasets that brought them, lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from pyld import jsonld

from api.files import sources, walking
from tests.api.files.test_files import answered, made, sheets

if TYPE_CHECKING:
    import httpx

ROWS = """{ statutes { nodes { name ministry { name } provisions(first: 5) { nodes { locator } } } }
  terms(first: 60) { nodes { form } } }"""
PROVENANCE = "id source { ...Told } claims(first: 20) { nodes { passage { document { ...Told } } } }"
ASKED = f"""{{
  statutes(first: 20) {{ nodes {{
    {PROVENANCE} ministry {{ {PROVENANCE} }} provisions(first: 5) {{ nodes {{ {PROVENANCE} }} }} }} }}
  terms(first: 60) {{ nodes {{ {PROVENANCE} }} }} }}
  fragment Told on Document {{ id title publisher {{ name }} publisherAsPrinted publishedOn locator standing }}"""


def expected(answer: Any) -> dict[str, Any]:
    """Return the documents of an answer, by their identifiers."""
    found: dict[str, Any] = {}
    if isinstance(answer, dict):
        if "standing" in answer:
            found[answer["id"]] = answer
        for value in answer.values():
            found |= expected(value)
    elif isinstance(answer, list):
        for value in answer:
            found |= expected(value)
    return found


def told(client: httpx.Client, query: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the sources on the sheet of a workbook, and what stands below them."""
    rows = sheets(made(client, "xlsx", query))["자료 정보"]
    (at,) = (number for number, row in enumerate(rows) if row[0] == "출처 | Source")
    below = rows[at + 1 :]
    return [row for row in below if row[0].startswith("document:")], below


def as_row(document: Any) -> tuple[Any, ...]:
    publisher = document["publisher"]["name"] if document["publisher"] else document["publisherAsPrinted"]
    told = (document[name] for name in ("publishedOn", "locator", "standing"))
    return (document["id"], document["title"], publisher, *told)


def test_a_workbook_names_the_documents_of_its_rows(client: httpx.Client) -> None:
    documents = expected(answered(client, ASKED))
    found, below = told(client, ROWS)
    assert len(documents) > 2
    assert sorted(found) == sorted(map(as_row, documents.values()))
    assert found == below


def test_pages_and_batches_lose_none(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = told(client, ROWS)
    monkeypatch.setattr(walking, "ROOT_PAGE", 3)
    monkeypatch.setattr(sources, "TOGETHER", 2)
    monkeypatch.setattr(sources, "PAGE", 1)
    assert told(client, ROWS)[0] == whole


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("{ claims(first: 40) { nodes { id %s } } }", "passage { document { ...Told } }"),
        ("{ passages(first: 40) { nodes { id %s } } }", "document { ...Told }"),
        ("{ documents(first: 3) { nodes { id %s } } }", "...Told"),
        ("{ releases { nodes { number %s } } }", "source { ...Told }"),
        ('{ search(text: "예산") { nodes { rank node { id %s } } } }', f"... on Term {{ {PROVENANCE} }}"),
    ],
)
def test_what_is_a_source_or_stands_in_one_leads_to_it(client: httpx.Client, query: str, path: str) -> None:
    fragment = ASKED.partition("fragment")[2]
    asked = answered(client, f"{query % path} fragment{fragment}")
    found, _ = told(client, query % "__typename")
    assert {as_row(each) for each in expected(asked).values()} <= set(found)
    assert found or "releases" in query


def test_rows_at_an_earlier_release_have_its_sources(client: httpx.Client) -> None:
    assert told(client, "{ statutes(atRelease: 0) { nodes { name } } }")[0] == []


def test_more_objects_than_are_looked_for_are_counted(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST", 4)
    total = answered(client, "{ statutes { totalCount } }")["statutes"]["totalCount"]
    _, below = told(client, "{ statutes { nodes { name } } }")
    assert below[-1][:2] == ("출처를 찾지 않은 대상 수 | Objects whose sources were not looked for", str(total - 4))
    document = orjson.loads(made(client, "jsonld", "{ statutes { nodes { name } } }"))
    assert document["@graph"][-1]["sourcesNotLookedFor"] == total - 4


def test_linked_data_names_them_too(client: httpx.Client) -> None:
    documents = expected(answered(client, ASKED))
    expanded = jsonld.expand(orjson.loads(made(client, "jsonld", ROWS)))
    term = "urn:nextgraph:schema:"
    sources_ = expanded[-1][f"{term}sources"]
    assert {each["@id"] for each in sources_} == {f"urn:nextgraph:{name}" for name in documents}
    assert {each[f"{term}title"][0]["@value"] for each in sources_} == {each["title"] for each in documents.values()}


def test_a_format_that_does_not_name_them_does_not_ask(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "DETAILS", "{ broken }")
    assert made(client, "csv", "{ statutes { nodes { name } } }")
