"""``nextgraph query``: the same file as over HTTP, or a sentence that says what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api import test_cli
from tests.api.files.test_files import made, sheets

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    import sqlalchemy as sa

run = test_cli.run
QUERY = (
    "query Papers($bound: Date) { documents(where: {publishedOn: {gte: $bound}}) { nodes { id title publishedOn } } }"
)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "papers.graphql"
    file.write_text(QUERY, "utf-8")
    return file


def test_the_same_file_as_over_http(
    run: test_cli.Run, dataset_url: sa.URL, client: httpx.Client, document: Path
) -> None:
    url = dataset_url.render_as_string(hide_password=False)
    variables, output = '{"bound": "2026-01-01"}', document.with_name("papers.csv")
    ended = run("query", str(document), "--variables", variables, "-o", str(output), NEXTGRAPH_DATABASE_URL=url)
    assert (ended.code, ended.errors) == (0, "")
    assert output.read_bytes() == made(client, "csv", QUERY, variables=variables)
    rows = len(output.read_bytes().splitlines()) - 1
    assert ended.output == f"{rows} rows at release 1 are in {output}.\n"
    again = run("query", str(document), "-o", str(output), NEXTGRAPH_DATABASE_URL=url)
    assert str(again.code).startswith(f"{output} is there already")
    book = document.with_name("papers.xlsx")
    run("query", str(document), "--format", "xlsx", "-o", str(book), NEXTGRAPH_DATABASE_URL=url)
    assert "documents" in sheets(book.read_bytes())
    assert sorted(path.name for path in document.parent.iterdir()) == ["papers.csv", "papers.graphql", "papers.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "x.doc"], "There is no format 'doc'"),
        (["-o", "x.csv", "--variables", "[1]"], "[1] cannot be read"),
        (["-o", "x.csv", "--variables", "{"], "The variables are not JSON"),
        (["-o", "x.csv", "--table", "other"], "There is no table 'other' in the answer: it has documents."),
        (["-o", "x.csv", "--variables", '{"bound": "someday"}'], "Variable '$bound' has invalid value"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    run: test_cli.Run, dataset_url: sa.URL, document: Path, arguments: list[str], sentence: str
) -> None:
    url = dataset_url.render_as_string(hide_password=False)
    ended = run("query", str(document), *arguments, NEXTGRAPH_DATABASE_URL=url)
    assert sentence in str(ended.code)
